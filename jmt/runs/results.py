"""What a run leaves beside its checkpoints: metrics.json with the dev scores of its best epoch, what was forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jmt.cascade.symbols.examples import TaskExamples
from jmt.evaluation.by_corpus import with_corpora
from jmt.evaluation.calibration.temperature import Fitted
from jmt.evaluation.evaluate import evaluate_tasks
from jmt.evaluation.model_scores import LoadedModel
from jmt.evaluation.report import Conditions, ModelScores, metrics_json
from jmt.evaluation.segmentation import score_segmentation
from jmt.files.atomic import write_whole
from jmt.runs.calibrating import calibrate_best
from jmt.runs.run import Run
from jmt.training.listeners.forgetting import write_forgetting


@dataclass(frozen=True, slots=True)
class Results:
    """What was written, and the scores of the best epoch."""

    forgetting: Path | None
    """The report of what each pass made the other tasks forget, where that was measured."""
    scores: list[tuple[str, str, float]]
    """Task, metric and value on dev; none where training has not ended, or no corpus has a dev split."""
    fitted: dict[str, Fitted] = field(default_factory=dict)
    """Of calibrated tasks: their temperatures, which are in the best checkpoint now."""


def write_results(run: Run, *, ended: bool) -> Results:
    """Write what a run has come to; its scores only where training has ended."""
    kinds = {name: task.train.kind for name, task in run.trainer.tasks.items()}
    forgetting = write_forgetting(run.log.path, kinds) if run.config.training.forgetting else None
    if not (ended and run.trainer.progress.best_epoch):
        return Results(forgetting, [])
    model = LoadedModel.load(
        str(run.options.output), run.folder.best, device=str(run.trainer.stepper.device), engine="torch"
    )
    dev = [split["dev"] for name, split in run.splits.items() if "dev" in split and name in model.tasks]
    return Results(forgetting, _write_metrics(run, model, dev), calibrate_best(run, model, dev))


def _write_metrics(run: Run, model: LoadedModel, dev: Sequence[TaskExamples]) -> list[tuple[str, str, float]]:
    """Write the dev scores of the best epoch, `model`, to metrics.json, and return them."""
    results = with_corpora(evaluate_tasks(model.predictor, dev), dev)
    scores = ModelScores(model.name, model.sha256, run.config.seed, results)
    known = run.folder.card["releases"]
    corpora = {name: {corpus: known.get(corpus) for corpus in data.corpora} for name, data in run.config.data.items()}
    content = metrics_json([scores], Conditions(split="dev", tokens="gold", corpora=corpora))
    content |= _segmentation(run, model)
    write_whole(run.options.output / "metrics.json", json.dumps(content, indent=1))
    return [row for task, scores in content.items() if task != "run" for row in _score_rows(task, scores)]


def _segmentation(run: Run, model: LoadedModel) -> dict[str, dict[str, Any]]:
    """Return the scores of the segmenter on dev, where there are both."""
    name = model.predictor.cascade.segmenter
    if name is None or "dev" not in run.splits.get(name, {}):
        return {}
    found = score_segmentation(model.segmenter, run.splits[name]["dev"])
    return {name: {**found.scores, **({"corpora": found.corpora} if found.corpora else {})}}


def _score_rows(task: str, scores: Mapping[str, Any]) -> Iterator[tuple[str, str, float]]:
    """Yield the scores of a task, and below them those of each of its corpora as `task.corpora.NAME`."""
    yield from ((task, metric, value) for metric, value in scores.items() if metric != "corpora")
    for corpus, own in scores.get("corpora", {}).items():
        yield from ((f"{task}.corpora.{corpus}", metric, value) for metric, value in own.items())
