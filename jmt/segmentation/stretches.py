"""Stretches: rows of atoms as plain strings, each with the white space before it, which training learns from.

    ["\\n\\nI", " do", "n", "'", "t"]        a text that begins a paragraph

White space is written in one way for each `Spacing`, so that a row says all that the network sees.
"""

from __future__ import annotations

from jmt.segmentation.atoms import Spacing

WHITE = {
    Spacing.NOTHING: "",
    Spacing.SPACE: " ",
    Spacing.LINE_END: "\n",
    Spacing.MORE: "  ",
    Spacing.PARAGRAPH: "\n\n",
}
"""How each spacing is written."""

_SPACINGS = {white: spacing for spacing, white in WHITE.items()}


def parted(item: str) -> tuple[Spacing, str]:
    """Return the spacing before an atom of a stretch, and its form."""
    form = item.lstrip(" \n")
    return _SPACINGS[item[: len(item) - len(form)]], form
