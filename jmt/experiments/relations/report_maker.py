"""From the runs that have ended to a report, with what the corpora say of the tasks before any training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jmt.cascade.encoder_config import BiLSTMConfig
from jmt.errors import ConfigError
from jmt.experiments.ablation import Cell
from jmt.experiments.baselines import baselines_on
from jmt.experiments.judging.gate import Gate
from jmt.experiments.relations.gains import Outcome
from jmt.experiments.relations.report import Relations, relations_of
from jmt.experiments.relations.task_features import divergences, features_of
from jmt.runs.splits import load_splits
from jmt.segmentation import Segmenter


def report_maker(
    cells: Sequence[Cell], seeds: Sequence[int], folders: Sequence[Path], segmenter: Segmenter, *, margin: float
) -> Callable[[Sequence[Outcome]], Relations]:
    """Look at the corpora once; return what makes a report of the runs that have ended.

    Raises ConfigError for a task whose corpus has no dev split.
    """
    splits = load_splits(cells[0].config, folders, segmenter)
    if missing := [task for task, split in splits.items() if not len(split.get("dev", ()))]:
        raise ConfigError(f"task.{missing[0]}: its corpus has no dev split, and gains are measured there")
    features = {task: features_of(split["train"], split["dev"]) for task, split in splits.items()}
    apart = divergences(split["train"] for split in splits.values())
    model = cells[0].config.model
    gate = Gate(baselines_on(splits, model.tasks))
    can_split = isinstance(model.encoder, BiLSTMConfig)
    levels = {name: task.level for name, task in model.tasks.items()} if can_split else {}

    def report(outcomes: Sequence[Outcome]) -> Relations:
        return relations_of(
            outcomes,
            tasks=list(splits),
            seeds=seeds,
            planned=len(cells),
            features=features,
            divergences=apart,
            levels=levels,
            margin=margin,
            gate=gate,
        )

    return report
