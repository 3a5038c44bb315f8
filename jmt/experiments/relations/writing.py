"""Which task helps which, in files: for programs, for readers, and drawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.experiments.relations.report import Relations, relations_markdown
from jmt.experiments.relations.report_json import relations_json
from jmt.experiments.report_files import draw_report, write_report

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_relations(found: Relations, output: Path) -> None:
    """Write relations.json and relations.md: what is known so far."""
    json_text = json.dumps(relations_json(found), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_report(output, "relations", json_text=json_text, markdown=relations_markdown(found))


def draw_relations(found: Relations, output: Path, *, tell: Callable[[str], None]) -> None:
    """Draw the gains; `tell` hears where that cannot be."""

    def draw() -> Figure:
        from jmt.experiments.relations.figure import relations_figure

        return relations_figure(found)

    draw_report(output, "relations", draw, tell=tell)
