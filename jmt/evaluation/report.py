"""What an evaluation says: the contents of metrics.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from jmt.data.unions.names import joined_name
from jmt.evaluation.bootstrap import Difference, paired_bootstrap
from jmt.evaluation.breakdown import Group
from jmt.evaluation.calibration.reliability import Reliability
from jmt.evaluation.confusion import most_common_mistakes
from jmt.evaluation.conll18 import Table
from jmt.evaluation.evaluate import TaskResult


@dataclass(frozen=True, slots=True)
class ModelScores:
    """One model's results, and what it is."""

    name: str
    """As the user called it."""
    sha256: str
    """Of its weights."""
    seed: int | None
    results: dict[str, TaskResult]
    groups: dict[str, list[Group]] = field(default_factory=dict)
    """By task: parts of the examples scored apart."""
    tables: dict[str, Table] = field(default_factory=dict)
    """By treebank: the scores of the CoNLL 2018 shared task, where raw text was scored."""
    calibration: dict[str, Reliability] = field(default_factory=dict)
    """By task: what its confidences are worth, where that was asked for."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """On what, and under which conditions, the scores were taken."""

    split: str
    tokens: str
    """`gold` or `own`."""
    corpora: dict[str, dict[str, str | None]]
    """Of every task its corpora, each with its release as its card states it."""
    left_out: dict[str, str] = field(default_factory=dict)
    """Tasks without a score, and why."""

    @property
    def corpus(self) -> dict[str, str]:
        """The corpora of every task in one word."""
        return {task: joined_name(corpora) for task, corpora in self.corpora.items()}

    @property
    def release(self) -> dict[str, str | None]:
        """The releases of every task's corpora, None where no card says one."""
        return {
            task: " + ".join(dict.fromkeys(filter(None, corpora.values()))) or None
            for task, corpora in self.corpora.items()
        }


def compare_models(models: Sequence[ModelScores]) -> dict[str, dict[str, dict[str, Difference]]]:
    """Compare every further model with the first one on each task both have: name to task to score to difference."""
    first, *others = models
    return {
        other.name: {
            task: paired_bootstrap(first.results[task].metric, result.metric)
            for task, result in other.results.items()
            if task in first.results
        }
        for other in others
    }


def metrics_json(models: Sequence[ModelScores], conditions: Conditions) -> dict[str, Any]:
    """Return the contents of metrics.json: `run`, and the scores of every task of the first model.

    Where several models were compared, the others and their differences from the first are in `run`.
    """
    first, *others = models
    run: dict[str, Any] = {
        "corpus": conditions.corpus,
        "release": conditions.release,
        "split": conditions.split,
        "tokens": conditions.tokens,
        "convention": {task: result.metric.convention for task, result in first.results.items()},
        "seed": first.seed,
        "model": dict.fromkeys(first.results, first.sha256),
        "left_out": conditions.left_out,
        "unseen": {task: dict(result.unseen) for task, result in first.results.items() if result.unseen},
        "constant": {task: result.constant for task, result in first.results.items() if result.constant},
        "details": {task: _details(result, first.groups.get(task, [])) for task, result in first.results.items()},
        **_tables(first),
        **_calibration(first),
    }
    if others:
        differences = compare_models(models)
        run["compared"] = [
            {
                "name": other.name,
                "seed": other.seed,
                "model": dict.fromkeys(other.results, other.sha256),
                "metrics": {task: result.to_json() for task, result in other.results.items()},
                **_tables(other),
                **_calibration(other),
                "difference": _plain(differences[other.name]),
            }
            for other in others
        ]
    return {"run": run, **{task: result.to_json() for task, result in first.results.items()}}


def _tables(model: ModelScores) -> dict[str, Any]:
    """Return the tables of a model as `conll18`, nothing where no raw text was scored."""
    tables = {treebank: table.to_dict() for treebank, table in model.tables.items()}
    return {"conll18": tables} if tables else {}


def _calibration(model: ModelScores) -> dict[str, Any]:
    """Return what the confidences of a model are worth as `calibration`, nothing where that was not asked for."""
    found = {task: asdict(reliability) for task, reliability in model.calibration.items()}
    return {"calibration": found} if found else {}


def _details(result: TaskResult, groups: Sequence[Group]) -> dict[str, Any]:
    return {
        "labels": {name: asdict(score) for name, score in result.metric.labels.scores().items()},
        "mistakes": [asdict(mistake) for mistake in most_common_mistakes(result.metric.confusion)],
        "groups": {group.name: group.scores for group in groups},
    }


def _plain(differences: Mapping[str, Mapping[str, Difference]]) -> dict[str, dict[str, Any]]:
    return {task: {name: asdict(value) for name, value in scores.items()} for task, scores in differences.items()}
