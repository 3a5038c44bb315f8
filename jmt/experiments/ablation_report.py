"""What is known so far of an ablation, in files; once all runs have ended, with a figure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jmt.experiments.ablation import Cell, Scores, collect_results, minutes_by_kind
from jmt.experiments.comparison import Endpoints, Pair, compared_pairs, comparison_table, questions_of, unlearned
from jmt.experiments.judging.gate import Gate, not_judged
from jmt.experiments.judging.verdicts import judge, verdict_json, verdict_lines
from jmt.experiments.report_files import draw_verdicts, write_report
from jmt.experiments.unknown_words import has_unknown
from jmt.training.selection import main_metric


def write_ablation(
    cells: Sequence[Cell],
    output: Path,
    *,
    baselines: Mapping[str, Scores],
    margin: float,
    tell: Callable[[str], None],
    endpoints: Endpoints | None = None,
    about: str = "",
    further: Sequence[Pair] = (),
    extra: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Write what is known so far, for programs and for readers, with what else there is to say.

    `endpoints` are what comparisons are judged by, the main metric of every task unless told; `further` are pairs of
    kinds to compare beside those with the first one; `margin` is in points; `extra` goes to the file for programs.
    `tell` hears where a figure cannot be drawn.
    """
    results, spent = collect_results(cells), minutes_by_kind(cells)
    judged = _main_endpoints(cells, further) if endpoints is None else endpoints
    gate = Gate(baselines)
    verdicts = judge(questions_of(results, judged, gate), margin=margin)
    left_out = unlearned(results, judged, gate)
    content = {
        "kind": "variants",
        **extra,
        "margin": margin,
        "baselines": baselines,
        "results": results,
        "minutes": spent,
        "verdicts": [verdict_json(one) for one in verdicts],
        "not_judged": left_out,
    }
    parts = [_heading(cells), comparison_table(results, spent, further=further, baselines=baselines)]
    judgement = [*verdict_lines(verdicts, margin=margin), *not_judged(left_out)]
    parts += ["\n".join(judgement).strip() + "\n"] if judgement else []
    parts += [about] if about else []
    parts += _notes(cells)
    write_report(
        output, "ablation", json_text=json.dumps(content, indent=1, allow_nan=False), markdown="\n".join(parts)
    )
    if all(cell.result() is not None for cell in cells):
        draw_verdicts(output, verdicts, margin=margin, tell=tell)


def _notes(cells: Sequence[Cell]) -> list[str]:
    """Name the runs that have ended and lack what others have."""
    ended = [cell for cell in cells if cell.result() is not None]
    without = [f"{cell.variant} at seed {cell.seed}" for cell in ended if not has_unknown(cell.folder)]
    if not without or len(without) == len(ended):
        return []
    return [f"Without scores on unknown words, since these runs have no such record: {', '.join(without)}.\n"]


def _heading(cells: Sequence[Cell]) -> str:
    """Say what was run, and how much of it has ended."""
    first = cells[0].config
    tasks = dict.fromkeys(name for cell in cells for name in cell.config.model.tasks)
    ended = sum(cell.result() is not None for cell in cells)
    return (
        "# Networks compared\n\n"
        f"{ended} of {len(cells)} runs have ended: {', '.join(tasks)}; training.epochs {first.training.epochs}, "
        f"training.share {first.training.share:g}; seeds {', '.join(map(str, dict.fromkeys(c.seed for c in cells)))}.\n"
    )


def _main_endpoints(cells: Sequence[Cell], further: Sequence[Pair] = ()) -> Endpoints:
    """Judge every comparison by the main metric of every task that has scores."""
    results = collect_results(cells)
    if not any(results.values()):
        return {}
    kinds = {name: head.kind for cell in cells for name, head in cell.config.model.tasks.items()}
    scores = {task: found for seeds in results.values() for of in seeds.values() for task, found in of.items()}
    columns = [(task, main_metric(kinds[task], found)) for task, found in scores.items() if task in kinds]
    return dict.fromkeys(compared_pairs(results, further), columns)
