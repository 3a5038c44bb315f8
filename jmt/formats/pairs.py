"""Sentence pairs of SICK and STS-Benchmark, tab separated, quotation marks being text.

SICK: Marelli et al. (2014); STS-Benchmark: Cer et al. (2017).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jmt.errors import CorpusError
from jmt.formats.tables.rows import grade_of
from jmt.formats.text import read_lines

SICK_RANGE = (1.0, 5.0)
STSB_RANGE = (0.0, 5.0)
ENTAILMENT = "entailment"
"""The class of a second sentence that follows from the first; others write it in capitals."""
_ENTAILMENT_LABELS = (ENTAILMENT, "neutral", "contradiction")

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
        yield _checked_pair(row, SICK_RANGE, path, number)
    if not found:
        raise CorpusError("no pair in this file" + (f" with {_SICK_PART} {part}" if part else ""), path)


def read_stsb(path: str | Path) -> Iterator[dict[str, Any]]:
    """Yield a row per pair of STS-Benchmark: first, second, relatedness in [0, 5], line.

    A line holds genre, file, year, id, score and two sentences; some also two columns on licences.
    Raises CorpusError for another number of columns, a score that is out of range, an empty sentence, and a file
    without pairs.
    """
    yield from stsb_rows(_records(path), path)


def _records(path: str | Path) -> Iterator[tuple[int, list[str]]]:
    for number, text in enumerate(read_lines(path), start=1):
        if text.strip():
            yield number, text.split("\t")


def stsb_rows(records: Iterable[tuple[int, Sequence[str]]], path: str | Path) -> Iterator[dict[str, Any]]:
    """Yield a row per record of STS-Benchmark; raises as `read_stsb`."""
    found = False
    for number, values in records:
        if len(values) not in (7, 9):
            raise CorpusError(f"{len(values)} columns where STS-Benchmark has 7 or 9 between tabs", path, number)
        found = True
        row = {"relatedness": values[4].strip(), "first": values[5].strip(), "second": values[6].strip()}
        yield _checked_pair(row, STSB_RANGE, path, number)
    if not found:
        raise CorpusError("no pair in this file", path)


def is_sick(cells: Sequence[str]) -> bool:
    """Whether a first line is the header of a SICK file."""
    return all(set(spellings) & set(cells) for spellings in _SICK_COLUMNS.values())


def is_stsb(cells: Sequence[str]) -> bool:
    """Whether a first line is one of STS-Benchmark, which has no header: a score stands before two sentences."""
    try:
        return len(cells) in (7, 9) and math.isfinite(float(cells[4]))
    except ValueError:
        return False


def _checked_pair(
    row: Mapping[str, str], score_range: tuple[float, float], path: str | Path, line: int
) -> dict[str, Any]:
    """Return the row of a pair with a number for its relatedness and a lower-case label, and its line.

    Raises CorpusError for an empty sentence, and for a score or label that the corpus cannot have.
    """
    checked: dict[str, Any] = dict(row)
    for side in ("first", "second"):
        if not row[side]:
            raise CorpusError(f"the {side} sentence is empty", path, line)
    if "relatedness" in row:
        checked["relatedness"] = grade_of(row["relatedness"], score_range, "relatedness score", path, line)
    if "entailment" in row:
        label = row["entailment"].lower()
        if label not in _ENTAILMENT_LABELS:
            allowed = ", ".join(_ENTAILMENT_LABELS)
            raise CorpusError(f"entailment is `{row['entailment']}`; allowed are {allowed}", path, line)
        checked["entailment"] = label
    checked["line"] = line
    return checked


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
