"""Which parameters a task's loss reaches: the theta of each task in section 3 of Hashimoto et al. 2017."""

from __future__ import annotations

from collections.abc import Iterable

from jmt.cascade.config import ModelConfig
from jmt.network.model import JointModel

WORDS = "encoder.words."
HEADS = "heads."


def reach(model: JointModel, task: str) -> set[str]:
    """Return the names of the parameters that enter a task's loss, those of lower layers included."""
    config = model.config
    needed = config.needed([task])
    levels = config.levels_of(needed)
    read = {read.task for level in levels for read in config.reads_at(level)}
    read |= {read.task for name in needed for read in config.pair_reads(name)}
    prefixes = [
        *(f"encoder.{prefix}" for prefix in model.encoder.parameters_of(levels, needed)),
        *(f"{HEADS}{name}." for name in needed),
        *(f"label_embeddings.{name}." for name in read),
    ]
    return {name for name, _ in model.named_parameters() if name.startswith(tuple(prefixes))}


def moved_by(model: JointModel, task: str) -> set[str]:
    """Return the names of the parameters that a task's loss has a gradient for: not those behind edges that stop it."""
    config = model.config
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
    prefixes = [
        *(f"encoder.{prefix}" for prefix in model.encoder.parameters_of(sorted(levels), heads)),
        *(f"{HEADS}{name}." for name in heads),
        *(f"label_embeddings.{name}." for name in read),
    ]
    return {name for name, _ in model.named_parameters() if name.startswith(tuple(prefixes))}


def climbed(config: ModelConfig, level: int) -> list[int]:
    """Return a level and those below that its gradient passes through."""
    lower = [] if config.cut_below(level) else config.below(level)
    return [level, *(climbed(config, max(lower)) if lower else [])]


def cumulative_reach(model: JointModel, task: str) -> set[str]:
    """Return the reach of a task together with that of all tasks on its level and below."""
    level = model.config.tasks[task].level
    lower = (name for name, other in model.config.tasks.items() if other.level <= level)
    return set[str]().union(*(reach(model, name) for name in lower))


def head_of(name: str) -> str | None:
    """Return the task whose head a parameter belongs to, None for all other parameters."""
    return name.split(".")[1] if name.startswith(HEADS) else None


def word_parameters(model: JointModel) -> Iterable[str]:
    """Return the names of theta_e, the word and n-gram tables."""
    return (name for name, _ in model.named_parameters() if name.startswith(WORDS))
