"""Sentence pairs: SICK, STS-Benchmark and plain tables, tab separated, quotation marks being text.

SICK: Marelli et al. (2014); STS-Benchmark: Cer et al. (2017).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jmt.errors import CorpusError
from jmt.formats.text import named, read_lines

SICK_RANGE = (1.0, 5.0)
STSB_RANGE = (0.0, 5.0)
ENTAILMENT_LABELS = ("entailment", "neutral", "contradiction")

# The SemEval-2014 files and the one-file release name two of their columns differently.
SICK_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "first": ("sentence_A",),
    "second": ("sentence_B",),
    "relatedness": ("relatedness_score",),
    "entailment": ("entailment_judgment", "entailment_label"),
}
SICK_PART = "SemEval_set"
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
        yield checked_pair(row, SICK_RANGE, path, number)
    if not found:
        raise CorpusError("no pair in this file" + (f" with {SICK_PART} {part}" if part else ""), path)


def read_stsb(path: str | Path) -> Iterator[dict[str, Any]]:
    """Yield a row per pair of STS-Benchmark: first, second, relatedness in [0, 5], line.

    A line holds genre, file, year, id, score and two sentences; some also two columns on licences.
    Raises CorpusError for another number of columns, a score that is out of range, an empty sentence, and a file
    without pairs.
    """
    found = False
    for number, text in enumerate(read_lines(path), start=1):
        if not text.strip():
            continue
        values = text.split("\t")
        if len(values) not in (7, 9):
            raise CorpusError(f"{len(values)} columns where STS-Benchmark has 7 or 9 between tabs", path, number)
        found = True
        row = {"relatedness": values[4].strip(), "first": values[5].strip(), "second": values[6].strip()}
        yield checked_pair(row, STSB_RANGE, path, number)
    if not found:
        raise CorpusError("no pair in this file", path)


def read_pairs(
    path: str | Path, *, score_range: tuple[float, float] | None = None, labels: tuple[str, ...] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield a row per line of a plain table; `-` is standard input.

    Without a header a line is the two sentences.  A header names its columns: first and second, and where wanted
    relatedness (a number, checked against `score_range`) and entailment (checked against `labels`, in lower case);
    other columns are kept as strings.
    Raises CorpusError for a line with another number of columns, a bad score or label, an empty sentence, and a file
    without pairs.
    """
    header: list[str] | None = None
    found, place = False, named(path)
    for number, text in enumerate(read_lines(path), start=1):
        if not text.strip():
            continue
        values = [value.strip() for value in text.split("\t")]
        if header is None:
            if {"first", "second"} <= set(values):
                header = values
                continue
            header = ["first", "second"]
        if len(values) != len(header):
            columns = ", ".join(header)
            message = f"{len(values)} column{'s' if len(values) > 1 else ''} where each line has {len(header)}"
            raise CorpusError(f"{message} between tabs ({columns}); a header line can name more", place, number)
        found = True
        yield checked_pair(dict(zip(header, values, strict=True)), score_range, place, number, labels)
    if not found:
        raise CorpusError("no pair in this file; each line has two sentences between a tab", place)


def checked_pair(
    row: Mapping[str, str],
    score_range: tuple[float, float] | None,
    path: str | Path,
    line: int,
    labels: tuple[str, ...] | None = ENTAILMENT_LABELS,
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
    for name, spellings in SICK_COLUMNS.items():
        for spelling in spellings:
            if spelling in header:
                places[name] = header.index(spelling)
    missing = [" or ".join(SICK_COLUMNS[name]) for name in SICK_COLUMNS if name not in places]
    if missing:
        raise CorpusError(
            f"the first line of a SICK file is a header; it lacks {', '.join(missing)}. Found: {header[:12]}", path, 1
        )
    return places


def _part_place(header: list[str], path: str | Path) -> int:
    if SICK_PART not in header:
        raise CorpusError(f"no column {SICK_PART} to choose a part by; this is a file of one split", path, 1)
    return header.index(SICK_PART)
