"""Documents of clauses with the pairs of those that name an emotion and those that name its cause.

The format of Xia and Ding (2019), also of its English corpus: a line `id count`, one with the pairs `(3, 2),` of
emotion and cause, then a line `number,emotion,keyword,clause` for each clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jmt.errors import CorpusError
from jmt.formats.text import read_lines

_HEAD = re.compile(r"(\d{1,9}) (\d{1,6})", re.ASCII)
_PAIR = re.compile(r"\((\d{1,6}), ?(\d{1,6})\)", re.ASCII)
_PAIRS = re.compile(rf"(?:{_PAIR.pattern}(?:, ?)?)*", re.ASCII)
_EMOTION, _CAUSE, _NEITHER = "B-emotion", "B-cause", "O"


def read_emotion_causes(path: str | Path) -> Iterator[dict[str, Any]]:
    """Yield a row per document, its clauses in the place of words: tokens, emotion, cause, links, line.

    `emotion` and `cause` are spans of one clause each, in IOB2; `links` names for each emotion clause those of its
    causes, counted from 1 (`2|3`), and is `_` for others.
    Raises CorpusError for a line that is not as the format has it, a pair of clauses that are not there, and a file
    without documents.
    """
    lines = [(number, line.strip()) for number, line in enumerate(read_lines(path), start=1)]
    lines = [(number, line) for number, line in lines if line]
    if not lines:
        raise CorpusError("no document", path)
    at = 0
    while at < len(lines):
        number, head = lines[at]
        match = _HEAD.fullmatch(head)
        count = int(match[2]) if match else 0
        if not count:
            raise CorpusError(f"{head[:60]!r}: `id count` is expected where a document begins", path, number)
        if len(lines) < at + 2 + count:
            raise CorpusError(f"the document has {count} clauses, and the file ends before them", path, number)
        pairs = _pairs(*lines[at + 1], count, path)
        clauses = [_clause(*lines[at + 1 + place], place, path) for place in range(1, count + 1)]
        yield {**_columns(pairs, count), "tokens": clauses, "line": number}
        at += 2 + count


def _pairs(number: int, line: str, count: int, path: str | Path) -> set[tuple[int, int]]:
    """Return the pairs of a document, emotion and cause, counted from 0."""
    if not _PAIRS.fullmatch(line):
        raise CorpusError(f"{line[:60]!r}: pairs `(emotion, cause),` are expected", path, number)
    pairs = {(int(emotion) - 1, int(cause) - 1) for emotion, cause in _PAIR.findall(line)}
    if wrong := [place + 1 for pair in pairs for place in pair if not 0 <= place < count]:
        raise CorpusError(f"a pair names clause {wrong[0]} of {count}", path, number)
    return pairs


def _clause(number: int, line: str, place: int, path: str | Path) -> str:
    """Return the text of a clause, words parted by one blank each: what is annotated later may hold no tab."""
    parts = line.split(",", 3)
    if len(parts) < 4 or parts[0] != str(place) or not parts[3].strip():
        raise CorpusError(f"{line[:60]!r}: `{place},emotion,keyword,clause` is expected", path, number)
    return " ".join(parts[3].split())


def _columns(pairs: set[tuple[int, int]], count: int) -> dict[str, Sequence[str]]:
    """Return what is said of every clause."""
    emotions, causes = ({pair[side] for pair in pairs} for side in (0, 1))
    places = range(count)
    return {
        "emotion": [_EMOTION if place in emotions else _NEITHER for place in places],
        "cause": [_CAUSE if place in causes else _NEITHER for place in places],
        "links": [
            "|".join(str(cause + 1) for emotion, cause in sorted(pairs) if emotion == place) or "_" for place in places
        ],
    }
