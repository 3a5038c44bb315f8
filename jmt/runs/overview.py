"""What a run is about to train, before its first step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from jmt.cascade.checkpoint import opened
from jmt.runs.run import Run
from jmt.training.starting.build import build_labels
from jmt.training.starting.news import listed, news
from jmt.training.weighting.refusals import notes

_FREE = (
    "no [training.anchor]: what these tasks stand on moves almost freely, and they may forget; with this table, which "
    "`jmt init --from` writes, it is held near the model"
)
"""Said where a model's tasks are not trained, and only the weak pull of the paper holds what they stand on."""


class TaskSize(NamedTuple):
    """One task of a run."""

    task: str
    kind: str
    examples: int
    length: int
    """Words, or pieces, of all its examples."""
    steps: int
    """In an epoch."""


@dataclass(frozen=True, slots=True)
class Overview:
    """How much there is to train, and what is worth a word about how."""

    tasks: list[TaskSize]
    notes: list[str]
    parameters: int


def overview(run: Run) -> Overview:
    """Look at a run that is ready to go; raises CheckpointError for a model to start from that is gone."""
    sizes = [
        TaskSize(name, task.train.kind, len(task.train), sum(task.lengths), task.step_count)
        for name, task in run.trainer.tasks.items()
    ]
    count = sum(parameter.numel() for parameter in run.trainer.model.parameters())
    return Overview(sizes, [*_news(run), *_untaught(run), *notes(run.config.training)], count)


def _news(run: Run) -> list[str]:
    """Tell what a run that starts from a model adds to it; one that goes on has told it."""
    if run.options.start_from is None or run.options.resuming:
        return []
    with opened(run.options.start_from) as old:
        told = list(news(old.cascade, run.trainer.model.cascade, run.config.data))
        if run.config.training.anchor is None and not old.cascade.config.tasks.keys() <= run.config.data.keys():
            told.append(_FREE)
    return told


def _untaught(run: Run) -> Iterator[str]:
    """Tell which labels of the corpora a teacher lacks, and so its student; a run that goes on has told it."""
    if run.options.teaching is None or run.options.resuming:
        return
    own = build_labels(run.config.model, {name: split["train"] for name, split in run.splits.items()})
    for task, labels in own.items():
        if lacking := [label for label in labels.labels if label not in run.trainer.model.labels[task]]:
            yield (
                f"{task}: the teacher lacks {listed(lacking, 'label')}; what has them in the corpora is learned from "
                "the teacher alone"
            )
