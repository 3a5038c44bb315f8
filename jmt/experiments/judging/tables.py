"""Tables of figures as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NUMBER = re.compile(r"[*>(\s]*[+-]?\.?[0-9]")
"""How a cell with a figure begins, be it bold."""


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a Markdown table, columns of numbers to the right."""
    texts = [[str(cell) for cell in row] for row in rows]
    right = [any(map(_NUMBER.match, column)) for column in zip(*texts, strict=True)] or [True] * len(header)
    aligned = ["---", *("---:" if is_right else "---" for is_right in right[1:])]
    return [f"| {' | '.join(row)} |" for row in (header, aligned, *texts)]
