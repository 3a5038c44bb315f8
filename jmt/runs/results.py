"""What a run leaves beside its checkpoints: metrics.json with the dev scores of its best epoch, what was forgotten."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from jmt.evaluation.evaluate import evaluate_tasks
from jmt.evaluation.model_scores import LoadedModel
from jmt.evaluation.report import Conditions, ModelScores, metrics_json
from jmt.files.atomic import write_whole
from jmt.runs.run import Run
from jmt.training.listeners.forgetting import write_forgetting


@dataclass(frozen=True, slots=True)
class Results:
    """What was written, and the scores of the best epoch."""

    forgetting: Path | None
    """The report of what each pass made the other tasks forget, where that was measured."""
    scores: list[tuple[str, str, float]]
    """Task, metric and value on dev; none where training has not ended, or no corpus has a dev split."""


def write_results(run: Run, *, ended: bool) -> Results:
    """Write what a run has come to; its scores only where training has ended."""
    kinds = {name: task.train.kind for name, task in run.trainer.tasks.items()}
    forgetting = write_forgetting(run.log.path, kinds) if run.config.training.forgetting else None
    return Results(forgetting, _write_metrics(run) if ended and run.trainer.progress.best_epoch else [])


def _write_metrics(run: Run) -> list[tuple[str, str, float]]:
    """Write the dev scores of the best epoch to metrics.json, and return them."""
    model = LoadedModel.load(str(run.options.output), run.folder.best, str(run.trainer.stepper.device))
    dev = [split["dev"] for split in run.splits.values() if "dev" in split]
    scores = ModelScores(model.name, model.sha256, run.config.seed, evaluate_tasks(model.predictor, dev))
    corpora = {name: data.corpus for name, data in run.config.data.items()}
    releases = {name: run.folder.card["releases"].get(corpus) for name, corpus in corpora.items()}
    content = metrics_json([scores], Conditions(split="dev", tokens="gold", corpus=corpora, release=releases))
    write_whole(run.options.output / "metrics.json", json.dumps(content, indent=1))
    return [
        (task, metric, value) for task, result in scores.results.items() for metric, value in result.metrics.items()
    ]
