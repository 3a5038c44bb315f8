"""The sentences, and the pairs, that a model is probed with: of a known corpus, or of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jmt.data.cards import Part, card_names, read_card
from jmt.data.places import place_of_split
from jmt.data.readers import READERS, ReaderOptions
from jmt.errors import CorpusError, InputError
from jmt.formats.conllu import read_treebank
from jmt.formats.tables.reading import read_table
from jmt.formats.text import read_lines

Item = TypeVar("Item")

_MOST_WORDS, _MOST_SIGNS = 1_000, 10_000
"""Of a sentence, where white space stands between words and where it does not: what is longer is a text of many, and
takes memory by the square of its length."""
_IN_WORDS = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class ProbeTexts:
    """What a source holds: distinct sentences, and where it is one of pairs, these."""

    name: str
    sentences: list[str]
    pairs: list[tuple[str, str]]


def read_probe_texts(source: str, *, split: str, limit: int, folders: Sequence[Path] = ()) -> ProbeTexts:
    """Return at most `limit` sentences, and as many pairs, of a known corpus's `split` or of a file, evenly spread.

    A file is a treebank (`.conllu`), a table of pairs or sentences, or text with a sentence a line (`.txt`).
    Raises InputError for what is neither a corpus nor a file or holds no sentence; CorpusError, with the line, for a
    malformed file, a sentence that is too long, and one of a pair that has no words.
    """
    pairs: dict[tuple[str, str], None] = {}
    sentences: dict[str, None] = {}
    for path, row in _rows(source, split, folders):
        both = [row["first"], row["second"]] if "first" in row else [row.get("text") or " ".join(row.get("tokens", []))]
        for text in both:
            if text.strip() or len(both) == 2:
                _check(text, path, row.get("line"))
        sentences |= dict.fromkeys(text.strip() for text in both if text.strip())
        if len(both) == 2:
            pairs[both[0], both[1]] = None
    if not sentences:
        raise InputError(f"--text {source}: no sentence in it")
    return ProbeTexts(source, _spread(list(sentences), limit), _spread(list(pairs), limit))


def _check(text: str, path: Path, line: int | None) -> None:
    """Refuse a sentence that no model could judge, or that takes all memory."""
    if not _IN_WORDS.search(text):
        raise CorpusError("a sentence without words: fill it in, or take the line out", path, line)
    words = len(text.split())
    if words > _MOST_WORDS or len(text) > _MOST_SIGNS:
        raise CorpusError(
            f"{words:,} words ({len(text):,} signs) in one sentence; at most {_MOST_WORDS:,} words and {_MOST_SIGNS:,} "
            "signs are probed: give one sentence a line, as `jmt annotate` splits text",
            path,
            line,
        )


def _rows(source: str, split: str, folders: Sequence[Path]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the rows of a source, each with the file that it is in."""
    if source in card_names():
        card = read_card(source)
        yield from _rows_of_card(source, card.parts[0], split, folders)
        return
    path = Path(source)
    if not path.is_file():
        known = ", ".join(card_names())
        raise InputError(f"--text {source}: neither a file nor a known corpus; known are {known}")
    if path.suffix == ".conllu":
        rows: Iterator[Mapping[str, Any]] = read_treebank(path)
    elif path.suffix == ".txt":
        rows = ({"text": line, "line": number} for number, line in enumerate(read_lines(path), start=1))
    else:
        rows = iter(read_table(path))
    yield from ((path, row) for row in rows)


def _rows_of_card(name: str, part: Part, split: str, folders: Sequence[Path]) -> Iterator[tuple[Path, Any]]:
    path, wanted = place_of_split(name, part, split, folders), part.splits.get(split)
    if path is None or wanted is None:
        raise InputError(
            f"--text {name}: its {split} split is not on this machine: point --corpora at the folder that holds "
            f"{name}/, or get it with `jmt corpora fetch {name}`"
        )
    options = ReaderOptions(tuple(part.fields), tuple(part.span_fields), part.score_range)
    rows = list(READERS[part.reader].rows(path, options))[wanted.start : wanted.stop]
    yield from ((Path(path), row) for row in rows)


def _spread(items: list[Item], limit: int) -> list[Item]:
    """Return at most `limit` items, evenly from the first to the last."""
    if len(items) <= limit:
        return items
    return [items[number * len(items) // limit] for number in range(limit)]
