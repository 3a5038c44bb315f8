"""What a trained network of a comparison gets right on words that its tasks had never seen, kept in the run's folder.

The paper counts them apart: it is for them that character n-grams are there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from jmt.cascade.symbols.examples import TaskExamples
from jmt.evaluation.breakdown import by_vocabulary, rows_of
from jmt.evaluation.evaluate import TaskResult
from jmt.experiments.dev_results import dev_results
from jmt.experiments.json_records import damaged, read_record
from jmt.files.atomic import write_whole
from jmt.runs.run import Run
from jmt.training.listeners.log_reading import check_scores

UNKNOWN = "unknown"
"""Stands before the name of a metric: `unknown accuracy`."""

UNKNOWN_FILE = "dev-unknown.json"


def write_unknown(work: Run) -> None:
    """Score the trained model on dev once more, and keep what it has of words that are not in training."""
    found = {task: _unknown_scores(result, work.splits[task]) for task, result in dev_results(work).items()}
    write_whole(work.options.output / UNKNOWN_FILE, json.dumps(found) + "\n")


def _unknown_scores(result: TaskResult, split: Mapping[str, TaskExamples]) -> dict[str, float]:
    """Return the scores of a task on what has unknown words, none where there is no such thing."""
    known = {word.lower() for item in split["train"].inputs for row in rows_of(item) for word in row}
    groups = by_vocabulary(result, split["dev"], lambda word: word.lower() in known)
    unknown = (group for group in groups if group.name.startswith(UNKNOWN))
    return {f"{UNKNOWN} {metric}": value for group in unknown for metric, value in group.scores.items()}


def has_unknown(folder: Path) -> bool:
    """Whether a run has been scored so."""
    return (folder / UNKNOWN_FILE).exists()


def read_unknown(folder: Path) -> dict[str, dict[str, float]]:
    """Return what was kept, by task; nothing where there is nothing.

    Raises:
        InputError: the record is damaged, or has scores that are not on unknown words.
    """
    found: dict[str, dict[str, float]] = read_record(folder / UNKNOWN_FILE, dict)
    try:
        check_scores(found)
    except ValueError as error:
        raise damaged(folder / UNKNOWN_FILE, str(error)) from None
    for task, scores in found.items():
        if strange := [name for name in scores if not name.startswith(f"{UNKNOWN} ")]:
            raise damaged(folder / UNKNOWN_FILE, f"{task} has `{strange[0]}`, where each score is `{UNKNOWN} ...`")
    return found
