"""Which parameters a task's loss reaches: the theta of each task in section 3 of Hashimoto et al. 2017."""

from __future__ import annotations

from jmt.cascade.config import ModelConfig
from jmt.network.model import JointModel
from jmt.network.parts import prefixes, segmenter_parameters


def reach(model: JointModel, task: str) -> set[str]:
    """Return the names of the parameters that enter a task's loss, those of lower layers included."""
    config = model.config
    if task == model.cascade.segmenter:
        return segmenter_parameters(model)
    needed = config.needed([task])
    levels = config.levels_of(needed)
    read = {read.task for level in levels for read in config.reads_at(level)}
    read |= {read.task for name in needed for read in config.pair_reads(name)}
    reached = prefixes(model.encoder.parameters_of(levels, needed), needed, read)
    return {name for name, _ in model.named_parameters() if name.startswith(reached)}


def moved_by(model: JointModel, task: str) -> set[str]:
    """Return the names of the parameters that a task's loss has a gradient for: not those behind edges that stop it."""
    config = model.config
    if task == model.cascade.segmenter:
        return segmenter_parameters(model)
    levels: set[int] = set()
    heads: set[str] = set()
    read: set[str] = set()

    def follow(name: str) -> None:
        if name in heads:
            return
        heads.add(name)
        edges = list(config.pair_reads(name))
        for level in climbed(config, config.tasks[name].level):
            levels.add(level)
            edges += config.reads_at(level)
        for edge in edges:
            read.add(edge.task)
            if edge.gradient == "flow":
                follow(edge.task)

    follow(task)
    reached = prefixes(model.encoder.parameters_of(sorted(levels), heads), heads, read)
    return {name for name, _ in model.named_parameters() if name.startswith(reached)}


def climbed(config: ModelConfig, level: int) -> list[int]:
    """Return a level and those below that its gradient passes through."""
    lower = [] if config.cut_below(level) else config.below(level)
    return [level, *(climbed(config, max(lower)) if lower else [])]


def cumulative_reach(model: JointModel, task: str) -> set[str]:
    """Return the reach of a task together with that of all tasks on its level and below."""
    if task == model.cascade.segmenter:
        return segmenter_parameters(model)
    level = model.config.tasks[task].level
    lower = (name for name, other in model.config.tasks.items() if other.level <= level)
    return set[str]().union(*(reach(model, name) for name in lower))
