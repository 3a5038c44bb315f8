"""Sentence pairs: SICK, STS-Benchmark and plain tables, tab separated, quotation marks being text.

SICK: Marelli et al. (2014); STS-Benchmark: Cer et al. (2017).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from jmt.errors import CorpusError
from jmt.formats.notes import Note, ignore_note
from jmt.formats.pair_header import header_of
from jmt.formats.text import path_in_messages, read_lines

_SICK_RANGE = (1.0, 5.0)
_STSB_RANGE = (0.0, 5.0)
_ENTAILMENT_LABELS = ("entailment", "neutral", "contradiction")

# The SemEval-2014 files and the one-file release name two of their columns differently.
_SICK_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "first": ("sentence_A",),
    "second": ("sentence_B",),
    "relatedness": ("relatedness_score",),
    "entailment": ("entailment_judgment", "entailment_label"),
}
_SICK_PART = "SemEval_set"
"""Column of the one-file release that says which part a pair belongs to: TRAIN, TRIAL or TEST."""


def read_sick(path: str | Path, *, part: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield a row per pair: first, second, relatedness in [1, 5], entailment, line.

    Both releases are read: SemEval-2014 (one file per split) and the one file of 9,840 pairs, of which `part`
    (TRAIN, TRIAL or TEST) takes a third.
    Raises CorpusError for a missing header, a line with another number of columns, a score that is out of range,
    an unknown entailment label, an empty sentence, and a file without pairs.
    """
    lines = enumerate(read_lines(path), start=1)
    header = next(lines)[1].split("\t")
    places = _sick_places(header, path)
    part_place = None if part is None else _part_place(header, path)
    found = False
    for number, text in lines:
        if not text.strip():
            continue
        values = text.split("\t")
        if len(values) != len(header):
            raise CorpusError(f"{len(values)} columns where the header names {len(header)}", path, number)
        if part_place is not None and values[part_place].strip() != part:
            continue
        found = True
        row = {name: values[place].strip() for name, place in places.items()}
        yield _checked_pair(row, _SICK_RANGE, path, number)
    if not found:
        raise CorpusError("no pair in this file" + (f" with {_SICK_PART} {part}" if part else ""), path)


def read_stsb(path: str | Path) -> Iterator[dict[str, Any]]:
    """Yield a row per pair of STS-Benchmark: first, second, relatedness in [0, 5], line.

    A line holds genre, file, year, id, score and two sentences; some also two columns on licences.
    Raises CorpusError for another number of columns, a score that is out of range, an empty sentence, and a file
    without pairs.
    """
    yield from _stsb_rows(((at, text) for at, text in enumerate(read_lines(path), start=1) if text.strip()), path)


def _stsb_rows(lines: Iterable[tuple[int, str]], path: str | Path) -> Iterator[dict[str, Any]]:
    found = False
    for number, text in lines:
        values = text.split("\t")
        if len(values) not in (7, 9):
            raise CorpusError(f"{len(values)} columns where STS-Benchmark has 7 or 9 between tabs", path, number)
        found = True
        row = {"relatedness": values[4].strip(), "first": values[5].strip(), "second": values[6].strip()}
        yield _checked_pair(row, _STSB_RANGE, path, number)
    if not found:
        raise CorpusError("no pair in this file", path)


def read_pairs(
    path: str | Path,
    *,
    score_range: tuple[float, float] | None = None,
    labels: tuple[str, ...] | None = None,
    columns: Mapping[str, str] | None = None,
    note: Note = ignore_note,
) -> Iterator[dict[str, Any]]:
    """Yield a row per line of a table of pairs in any known format, which its first line tells; `-` is standard input.

    Without a header a line is the two sentences, or a line of STS-Benchmark.  A header names its columns, as in SICK or
    by any name of `pair_header`: two sentences, and where wanted relatedness (a number, checked against `score_range`)
    and entailment (checked against `labels`, in lower case); every other column is kept as strings, and so is one that
    the table calls otherwise than we do.  `columns` maps our names to those of a header that is not known.
    Raises CorpusError for a line with another number of columns, a bad score or label, an empty sentence, a first line
    that is neither header nor pair, and a file without pairs.
    """
    place = path_in_messages(path)
    lines = ((number, text) for number, text in enumerate(read_lines(path), start=1) if text.strip())
    first = next(lines, None)
    if first is None:
        raise CorpusError("no pair in this file; each line has two sentences between a tab", place)
    cells = [cell.strip() for cell in first[1].split("\t")]
    if not columns and _is_stsb(cells):
        yield from _stsb_rows(chain([first], lines), place)
        return
    header = header_of(cells, columns or {}, place, first[0])
    rest = lines if header else chain([first], lines)
    found = False
    for number, text in rest:
        values = text.split("\t")
        if len(values) != len(cells):
            names = f"({', '.join(cells if header else ('first', 'second'))}); a header line can name more"
            message = f"{len(values)} column{'s' if len(values) > 1 else ''} where each line has {len(cells)}"
            raise CorpusError(f"{message} between tabs {names}", place, number)
        found = True
        row = {name: values[at].strip() for name, at in (header or {"first": 0, "second": 1}).items()}
        _note_labels(values, header or {}, place, number, note)
        yield _checked_pair(row, score_range, place, number, labels)
    if not found:
        raise CorpusError("no pair in this file; each line has two sentences between a tab", place)


def _note_labels(values: list[str], header: Mapping[str, int], place: str, number: int, note: Note) -> None:
    if "entailment" in header and (given := values[header["entailment"]]) != (taken := given.strip().lower()):
        note(CorpusError(f"the label {given!r} is read as {taken!r}", place, number))


def read_any(path: str | Path, usual: Callable[[str | Path], Iterator[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file in the known format that its first line shows; where it shows none, as `usual` does."""
    cells = [cell.strip() for cell in next(read_lines(path), "").split("\t")]
    if all(set(spellings) & set(cells) for spellings in _SICK_COLUMNS.values()):
        return read_sick(path)
    if _is_stsb(cells):
        return read_stsb(path)
    try:
        known = header_of(cells, {}, path_in_messages(path), 1) is not None
    except CorpusError:
        known = False
    return read_pairs(path) if known else usual(path)


def _is_stsb(cells: list[str]) -> bool:
    """Whether a first line is one of STS-Benchmark, which has no header: a score stands before two sentences."""
    try:
        return len(cells) in (7, 9) and math.isfinite(float(cells[4]))
    except ValueError:
        return False


def _checked_pair(
    row: Mapping[str, str],
    score_range: tuple[float, float] | None,
    path: str | Path,
    line: int,
    labels: tuple[str, ...] | None = _ENTAILMENT_LABELS,
) -> dict[str, Any]:
    """Return the row of a pair with a number for its relatedness and a lower-case label, and its line.

    Raises CorpusError for an empty sentence, and for a score or label that the corpus cannot have.
    """
    checked: dict[str, Any] = dict(row)
    for side in ("first", "second"):
        if not row[side]:
            raise CorpusError(f"the {side} sentence is empty", path, line)
    if "relatedness" in row:
        checked["relatedness"] = _score(row["relatedness"], score_range, path, line)
    if "entailment" in row:
        label = row["entailment"].lower()
        if labels is not None and label not in labels:
            raise CorpusError(f"entailment is `{row['entailment']}`; allowed are {', '.join(labels)}", path, line)
        checked["entailment"] = label
    checked["line"] = line
    return checked


def _score(text: str, score_range: tuple[float, float] | None, path: str | Path, line: int) -> float:
    low, high = score_range or (-math.inf, math.inf)
    allowed = f"a number from {low:g} to {high:g}" if score_range else "a finite number"
    try:
        score = float(text)
    except ValueError:
        score = math.nan
    if not math.isfinite(score) or not low <= score <= high:
        raise CorpusError(f"relatedness score is `{text}`; allowed is {allowed}", path, line)
    return score


def _sick_places(header: list[str], path: str | Path) -> dict[str, int]:
    places = {}
    for name, spellings in _SICK_COLUMNS.items():
        for spelling in spellings:
            if spelling in header:
                places[name] = header.index(spelling)
    missing = [" or ".join(_SICK_COLUMNS[name]) for name in _SICK_COLUMNS if name not in places]
    if missing:
        raise CorpusError(
            f"the first line of a SICK file is a header; it lacks {', '.join(missing)}. Found: {header[:12]}", path, 1
        )
    return places


def _part_place(header: list[str], path: str | Path) -> int:
    if _SICK_PART not in header:
        raise CorpusError(f"no column {_SICK_PART} to choose a part by; this is a file of one split", path, 1)
    return header.index(_SICK_PART)
