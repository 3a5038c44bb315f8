"""The files of a report: one for programs, one for readers, and figures where they can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.errors import ConfigError, MissingLibraryError
from jmt.files.atomic import write_whole
from jmt.safety.extras import needed_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from jmt.experiments.judging.verdicts import Verdict

_REPORTS = ("ablation", "relations")
"""What comparisons call their reports."""


def check_own(output: Path, name: str) -> None:
    """Refuse a folder that has the runs of another command, which are called alike and keep other records.

    Raises:
        ConfigError: another report lies there, or the folder is none.
    """
    if output.exists() and not output.is_dir():
        raise ConfigError(f"{output}: this is a file; --output names a folder")
    if others := [other for other in _REPORTS if other != name and (output / f"{other}.json").exists()]:
        raise ConfigError(
            f"{output}: the runs of another comparison lie there ({others[0]}.json); take another --output"
        )


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


def draw_verdicts(output: Path, verdicts: Sequence[Verdict], *, margin: float, tell: Callable[[str], None]) -> None:
    """Draw what a comparison comes to, as verdicts.png and verdicts.svg; `margin` is in points.

    Where nothing is judged there is no figure, nor one of before.
    """
    if not verdicts:
        for ending in ("png", "svg"):
            (output / f"verdicts.{ending}").unlink(missing_ok=True)
        return

    def draw() -> Figure:
        from jmt.experiments.judging.figure import verdict_figure

        return verdict_figure(verdicts, margin=margin)

    draw_report(output, "verdicts", draw, tell=tell)
