"""Runs of a search for relations that nobody trained: scores given by hand, for the tasks of the tiny corpus."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jmt.experiments.ablation import Cell
from jmt.experiments.relations.gains import Outcome, plan_relations
from jmt.experiments.relations.report import Relations, relations_of
from jmt.experiments.relations.task_features import TaskFeatures
from tests.assets.tiny_corpus import write_tiny_corpus

METRICS = {"xpos": "accuracy", "chunk": "f1", "dep": "las", "relatedness": "pearson", "entailment": "accuracy"}


def cells_of(folder: Path, seeds: list[int]) -> dict[tuple[str, int], Cell]:
    """The runs for the tiny corpus by name and seed."""
    config = str(write_tiny_corpus(folder))
    return {(cell.variant, cell.seed): cell for cell in plan_relations(config, seeds, folder / "out")}


def outcome(
    cell: Cell, scores: Mapping[str, float], *, metrics: Mapping[str, str] = METRICS, updates: int = 8
) -> Outcome:
    """A run that has ended with these scores."""
    return Outcome(
        cell,
        {task: {metrics[task]: value, "count": 10.0} for task, value in scores.items()},
        dict.fromkeys(scores, updates),
        [4.0 - 0.1 * step for step in range(20)] if len(scores) == 1 else [],
    )


def planted_relations(folder: Path, *, seeds: int = 3, lost: int = 0) -> Relations:
    """Chunks help tags by 3 points for sure, trees harm them by 2; what tags do for chunks is noise; the rest is open.

    `lost` updates of the tags are missing in the last pair.
    """
    cells = cells_of(folder, list(range(1, seeds + 1)))
    found: list[Outcome] = []
    for seed, wobble in zip(range(1, seeds + 1), (0.001, -0.001, 0.0), strict=False):
        found += [
            outcome(cells["single-xpos", seed], {"xpos": 0.90 + wobble}),
            outcome(cells["single-chunk", seed], {"chunk": 0.80}),
            outcome(cells["single-dep", seed], {"dep": 0.70}),
            outcome(cells["pair-xpos-chunk", seed], {"xpos": 0.93, "chunk": 0.80 + 20 * wobble}),
            outcome(cells["pair-xpos-dep", seed], {"xpos": 0.88, "dep": 0.70}, updates=8 - lost),
        ]
    cosines = {"xpos/chunk": 0.4, "xpos/dep": -0.2, "chunk/dep": 0.1}
    affinity = {"chunk": {"xpos": 0.02, "dep": 0.01}, "dep": {"xpos": -0.01}, "xpos": {"chunk": 0.005, "dep": 0.001}}
    found.append(
        Outcome(cells["all", 1], {task: {} for task in METRICS}, dict.fromkeys(METRICS, 8), [], [cosines], [affinity])
    )
    tasks = ["xpos", "chunk", "dep"]
    features = dict.fromkeys(tasks, TaskFeatures(20, 130, 130, 5, 2.25, 0.125))
    apart = {task: {other: 0.5 for other in tasks if other != task} for task in tasks}
    return relations_of(
        found,
        tasks=tasks,
        seeds=list(range(1, seeds + 1)),
        planned=len(cells),
        features=features,
        divergences=apart,
        levels={"xpos": 1, "chunk": 2, "dep": 2},
    )
