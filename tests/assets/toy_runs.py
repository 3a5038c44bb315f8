"""Folders of runs that nobody trained: a configuration and a log, with scores given by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomli_w

from jmt.runs.config import apply_override

TASKS = {
    "xpos": {"kind": "tagger", "level": 1, "corpus": "trees", "column": "xpos"},
    "chunk": {"kind": "tagger", "level": 2, "corpus": "trees", "column": "chunk", "scheme": "iobes"},
    "dep": {"kind": "parser", "level": 3, "corpus": "trees"},
    "relatedness": {"kind": "pair_regressor", "level": 4, "corpus": "pairs", "score_range": [1, 5]},
    "entailment": {"kind": "pair_classifier", "level": 5, "corpus": "pairs"},
}
MAIN = {"xpos": "accuracy", "chunk": "f1", "dep": "las", "relatedness": "pearson", "entailment": "accuracy"}


def write_run(
    folder: Path,
    scores: Mapping[str, float],
    *,
    seed: int = 1,
    edits: Sequence[str] = (),
    metrics: Mapping[str, str] = MAIN,
    stationarity: Sequence[float | None] = (),
    epochs: int = 2,
) -> Path:
    """Write a run whose tasks had these scores at its last epoch, and better ones at the first; return its folder."""
    tables = {
        "seed": seed,
        "task": {task: TASKS[task] for task in scores},
        "training": {"epochs": epochs, "schedule": "joint"},
    }
    tables = json.loads(json.dumps(tables))  # a copy that edits may change
    for edit in edits:
        apply_override(tables, edit)
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(tomli_w.dumps(tables), encoding="utf-8")
    found = {task: {metrics[task]: value, "count": 100} for task, value in scores.items()}
    early = {task: {metrics[task]: 0.999, "count": 100} for task in scores}
    events = [
        {"event": "epoch", "epoch": 1, "step": 5, "metrics": early},
        *(
            {
                **{"event": "step", "epoch": 2, "step": step, "task": "all", "loss": 1.0, "skipped": False},
                "diagnosis": {"task_weights": {}, "stationarity": value},
            }
            for step, value in enumerate(stationarity, 6)
        ),
        {"event": "epoch", "epoch": 2, "step": 99, "metrics": found},
        {"event": "epoch", "epoch": 3, "step": 120, "metrics": {}},
    ]
    (folder / "log.jsonl").write_text(
        "".join(json.dumps({**event, "time": 1.0}) + "\n" for event in events), encoding="utf-8"
    )
    return folder
