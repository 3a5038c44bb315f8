"""A comparison of runs on all tasks in files: for programs, for readers, and drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.experiments.pareto.candidates import Candidate
from jmt.experiments.pareto.dominance import Comparison
from jmt.experiments.pareto.report import pareto_json, pareto_markdown
from jmt.experiments.report_files import draw_report, write_report

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_pareto(
    candidates: Sequence[Candidate], comparison: Comparison, output: Path, *, tell: Callable[[str], None]
) -> None:
    """Write pareto.json and pareto.md, and draw the candidates; `tell` hears where that cannot be."""
    output.mkdir(parents=True, exist_ok=True)
    json_text = json.dumps(pareto_json(candidates, comparison), indent=1, ensure_ascii=False) + "\n"
    write_report(output, "pareto", json_text=json_text, markdown=pareto_markdown(candidates, comparison))

    def draw() -> Figure:
        from jmt.experiments.pareto.figure import pareto_figure

        return pareto_figure(candidates, comparison)

    draw_report(output, "pareto", draw, tell=tell)
