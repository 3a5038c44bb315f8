"""A comparison of methods in files, as far as it has come; once it is whole, with figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from jmt.experiments.ablation import Scores
from jmt.experiments.cell_records import has_ended
from jmt.experiments.methods.report import read_report, report_json, report_markdown
from jmt.experiments.methods.runs import MethodRuns
from jmt.experiments.report_files import draw_report, draw_verdicts, write_report

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_methods(
    runs: MethodRuns, *, tell: Callable[[str], None], baselines: Mapping[str, Scores] = MappingProxyType({})
) -> None:
    """Write ablation.json and ablation.md; once all runs have ended, draw them; `tell` hears where that cannot be.

    `baselines`, by name, are the scores of answers without a model.
    """
    report = read_report(runs, baselines)
    json_text = json.dumps(report_json(report), indent=1, allow_nan=False) + "\n"
    write_report(runs.output, "ablation", json_text=json_text, markdown=report_markdown(report))
    if not report.effects or not all(has_ended(cell) for cell in report.cells):
        return

    def draw() -> Figure:
        from jmt.experiments.methods.figure import method_figure

        return method_figure(report.effects)

    draw_report(runs.output, "ablation", draw, tell=tell)
    draw_verdicts(runs.output, report.verdicts, margin=runs.margin, tell=tell)
