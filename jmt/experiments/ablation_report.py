"""What is known so far of an ablation, in files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jmt.experiments.ablation import Cell, Scores, collect_results, minutes_by_kind
from jmt.experiments.comparison import comparison_table
from jmt.experiments.report_files import write_report


def write_ablation(
    cells: Sequence[Cell],
    output: Path,
    *,
    baselines: Mapping[str, Scores],
    about: str = "",
    further: Sequence[tuple[str, str]] = (),
    extra: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Write what is known so far, for programs and for readers, with what else there is to say.

    `further` are pairs of kinds to compare beside those with the first one; `extra` goes to the file for programs.
    """
    results, spent = collect_results(cells), minutes_by_kind(cells)
    content = {**extra, "baselines": baselines, "results": results, "minutes": spent}
    table = comparison_table(results, spent, further=further, baselines=baselines)
    write_report(output, "ablation", json_text=json.dumps(content, indent=1), markdown=table + about)
