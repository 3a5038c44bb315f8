"""The files of a report: one for programs, one for readers, and figures where they can be drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jmt.errors import ConfigError, MissingLibraryError
from jmt.files.atomic import write_whole
from jmt.files.targets import file_above
from jmt.safety.extras import needed_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from jmt.experiments.judging.verdicts import Verdict

_COMMANDS = {"ablation": "ablate", "relations": "relations"}
"""What comparisons call their reports, with their commands."""


def check_own(output: Path, name: str, kind: str | None = None) -> None:
    """Refuse a folder that has the runs of another command, which are called alike and keep other records.

    `kind` is that of the comparison, where a command makes several: each of them overwrites the report of another.

    Raises:
        ConfigError: another report lies there, the folder is none, or something is in the way of a file of the report.
    """
    if output.exists() and not output.is_dir():
        raise ConfigError(f"{output}: this is a file; --output names a folder")
    if blocking := file_above(output):
        raise ConfigError(f"{output}: no folder can be made there, as {blocking} is a file; take another --output")
    for file in (f"{drawn}.{ending}" for drawn in (name, "verdicts") for ending in ("json", "md", "png", "svg")):
        if (output / file).is_dir():
            raise ConfigError(
                f"{output / file}: a folder stands where a file of the report goes; move the folder away, or take "
                "another --output"
            )
    if others := [other for other in _COMMANDS if other != name and (output / f"{other}.json").exists()]:
        raise ConfigError(
            f"{output}: the runs of another comparison lie there ({others[0]}.json); take another --output"
        )
    there = _kind_of(output / f"{name}.json")
    if kind is not None and there not in (None, kind):
        raise ConfigError(
            f"{output}: the report of `jmt {_COMMANDS[name]} --{there}` lies there ({name}.json), which that of "
            f"--{kind} would overwrite; take another --output"
        )


def _kind_of(report: Path) -> str | None:
    """Return of which kind a report is: one that names none compares variants; None of one that cannot be read."""
    try:
        content = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return str(content.get("kind", "variants")) if isinstance(content, dict) else None


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
