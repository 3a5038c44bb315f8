"""What a reader takes otherwise than it is written, told to whoever wants to know: `jmt check` does."""

from __future__ import annotations

from collections.abc import Callable

from jmt.errors import CorpusError

Note = Callable[[CorpusError], None]
"""Is told, with its place, what was read otherwise than it is written, and is no error."""


def ignore_note(found: CorpusError) -> None:
    """Tell nobody."""
