"""The files of a report: one for programs, one for readers, and figures where they can be drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.errors import MissingLibraryError
from jmt.files.atomic import write_whole
from jmt.safety.extras import needed_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_report(output: Path, name: str, *, json_text: str, markdown: str) -> None:
    """Write a report as JSON and as Markdown, each whole or not at all."""
    write_whole(output / f"{name}.json", json_text)
    write_whole(output / f"{name}.md", markdown)


def draw_report(output: Path, name: str, draw: Callable[[], Figure], *, tell: Callable[[str], None]) -> None:
    """Draw NAME.png and NAME.svg; where matplotlib is missing, `tell` hears of it.

    `draw` imports what it needs when it is called.
    """
    try:
        with needed_for("a figure"):
            from jmt.experiments.figures import save_figure

            figure = draw()
    except MissingLibraryError as error:
        tell(f"no figures were drawn: {error}")
        return
    save_figure(figure, output, name)
