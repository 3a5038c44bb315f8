"""What each pass made the tasks forget, or learn: a table out of the run's own log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jmt.files.atomic import write_whole
from jmt.training.selection import main_metric

_REPORT = "forgetting.md"


def write_forgetting(log: Path, kinds: Mapping[str, str]) -> Path | None:
    """Write the report beside a run's log; None where the log has no scores after passes.  `kinds` is task to kind."""
    lines = [json.loads(text) for text in log.read_text(encoding="utf-8").splitlines()]
    rows = [line for line in lines if line["event"] == "scores after pass"]
    if not rows:
        return None
    place = log.parent / _REPORT
    write_whole(place, forgetting_table(rows, kinds))
    return place


def forgetting_table(rows: Sequence[Mapping[str, Any]], kinds: Mapping[str, str]) -> str:
    """Return Markdown: one row per pass, one column per task with its main dev metric and what the pass changed."""
    tasks = [task for task in kinds if any(task in row["metrics"] for row in rows)]
    names = {task: main_metric(kinds[task], rows[0]["metrics"][task]) for task in tasks}
    text = [
        "Dev scores after every pass; in brackets what the pass changed, in points.  Where the pass of one task takes "
        "from the score of another, the network has forgotten.",
        "",
        _row_of(["epoch", "pass", *(f"{task} {names[task]}" for task in tasks)]),
        _row_of(["---:", "---", *("---:" for _ in tasks)]),
    ]
    before: dict[str, float] = {}
    for row in rows:
        scores = {task: float(row["metrics"][task][names[task]]) for task in tasks}
        text.append(_row_of([row["epoch"], row["task"], *(cell(scores[task], before.get(task)) for task in tasks)]))
        before = scores
    return "\n".join(text) + "\n"


def cell(score: float, before: float | None) -> str:
    """Write a score with its change."""
    return f"{score:.4f}" if before is None else f"{score:.4f} ({100 * (score - before):+.2f})"


def _row_of(cells: Iterable[Any]) -> str:
    """Write one row of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"
