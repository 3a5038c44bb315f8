"""A record of a table, of whatever format, as a row: texts as they are, labels without blanks, grades as numbers."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from jmt.errors import CorpusError
from jmt.formats.columns import stripped_label
from jmt.formats.notes import Note
from jmt.formats.tables.header import WORD_NAMES, Header
from jmt.formats.tables.quoting import Quoting

Row = dict[str, Any]
NO_GOLD_LABEL = "-"
"""What SNLI writes where those who were asked did not agree; tasks of classes leave such pairs out."""
_MOST_DIGITS = 9
"""Of the number of a word."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+)", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+(\.0*)?", re.ASCII)
WHOLE_NUMBERS = frozenset({"head"})
"""Columns of words that hold numbers; those of every other column are labels."""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What is told of a table; what is not is found."""

    family: Literal["pairs", "sentences"] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our names to those of the file."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the file to those that are meant; one that is meant already stays."""
    score_range: tuple[float, float] | None = None
    delimiter: str | None = None
    quoting: Quoting | None = None
    span_fields: tuple[str, ...] = ("ner", "chunk")
    as_given: bool = False
    """Whether pairs are judged, not learned from: labels beside them are handed on, whatever they are."""


class RowMaker:
    """Makes rows of the records of one table; the first tells what other columns hold.

    Raises CorpusError with the line for a record that can be no example.
    """

    def __init__(self, header: Header, options: TableOptions, place: str, note: Note) -> None:
        self.header, self.options, self.place, self.note = header, options, place, note
        self.labels = {label.lower(): meant for label, meant in options.labels.items()}
        self.ours = dict(header.ours)
        self._kinds: dict[str, type] = {}
        self._line = 0

    def row(self, values: Mapping[str, Any], line: int) -> Row:
        """Return the row of a record, its values by the names of the file."""
        self._line = line
        if not self._kinds:
            self._look(values)
        try:
            row = {name: self._other(name, values.get(theirs)) for name, theirs in self.header.kept.items()}
            self._fill(row, values)
        except RecursionError:
            raise self._fail("not read: a value is nested too deeply") from None
        return {**row, "line": line}

    def _fill(self, row: Row, values: Mapping[str, Any]) -> None:
        """Add all that is ours."""
        words = self._words("tokens", values) if "tokens" in self.ours and self.header.family == "sentences" else None
        for ours, theirs in self.ours.items():
            if ours == "tokens" and words is not None:
                row["tokens"] = words
            elif ours in ("first_tokens", "second_tokens"):
                row[ours] = self._words(ours, values)
            elif ours in ("first", "second", "text"):
                row[ours] = self._text(ours, values)
            elif ours in ("relatedness", "score"):
                if self.options.as_given and values.get(theirs) in ("", None):
                    continue
                row[ours] = self._grade(ours, values.get(theirs))
            elif words is not None and (ours in WORD_NAMES or isinstance(values.get(theirs), list)):
                row[ours] = self._per_word(ours, values, len(words))
            elif ours == "label":
                row[ours] = self._label(values.get(theirs))
            elif ours == "entailment":
                row[ours] = self._entailment(values.get(theirs))
            else:
                row[ours] = self._other(ours, values.get(theirs))
        for name, value in row.items():
            if isinstance(value, list) and words is not None and self._kinds.get(name) is tuple:
                self._check_length(name, value, len(words))

    def _look(self, values: Mapping[str, Any]) -> None:
        """Learn from the first record of what kind other columns are, and whether what may be a grade is one."""
        grade = values.get(self.ours.get("score", ""))
        if "score" not in self.header.told and grade not in ("", None) and not _is_grade(grade):
            self.ours.pop("score", None)
        words = values.get(self.ours.get("tokens", ""))
        others = {**self.header.kept, **self.ours}
        self._kinds["line"] = int
        for name, theirs in others.items():
            value = values.get(theirs)
            if isinstance(value, list):
                fits = isinstance(words, list) and len(words) == len(value)
                self._kinds[name] = tuple if fits else list
            else:
                # What no float holds, such as the number of a message, stays as it is written.
                self._kinds[name] = float if _is_number(value) and _as_float(value) == value else str

    def _fail(self, message: str) -> CorpusError:
        return CorpusError(message, self.place, self._line)

    def _given(self, ours: str, values: Mapping[str, Any]) -> Any:
        theirs = self.ours[ours]
        if values.get(theirs) is None:
            there = ", ".join(sorted(values))
            state = "has no value" if theirs in values else f"is missing; there are {there}"
            raise self._fail(f"the column {theirs!r} {state}")
        return values[theirs]

    def _text(self, ours: str, values: Mapping[str, Any]) -> str:
        text = self._given(ours, values)
        what = "the text" if ours == "text" else f"the {ours} sentence"
        if not isinstance(text, str):
            raise self._fail(f"{what} is no text: the column {self.ours[ours]!r} has `{str(text)[:40]}`")
        if not text.strip():
            raise self._fail(f"{what} is empty")
        return text

    def _words(self, ours: str, values: Mapping[str, Any]) -> list[str]:
        given = self._given(ours, values)
        words = given.split() if isinstance(given, str) else given
        if not isinstance(words, list):
            raise self._fail(f"the words are neither a list nor text with blanks between them: `{str(given)[:40]}`")
        if not words:
            raise self._fail("the words of a sentence may not be empty; there is none")
        if blank := [at for at, word in enumerate(words, start=1) if not str(word if word is not None else "").strip()]:
            raise self._fail(f"word {blank[0]} is empty")
        return [str(word) for word in words]

    def _per_word(self, ours: str, values: Mapping[str, Any], count: int) -> list[Any]:
        given = self._given(ours, values)
        labels = given.split() if isinstance(given, str) else given
        if not isinstance(labels, list):
            raise self._fail(f"the values of {ours} are neither a list nor text with blanks between them")
        self._check_length(ours, labels, count)
        if any(label is None or not str(label).strip() for label in labels):
            raise self._fail(f"an empty value of {ours}")
        if ours not in WHOLE_NUMBERS:
            return [self._clean(as_label(label)) for label in labels]
        numbers = [whole_number(label) for label in labels]
        if None in numbers:
            raise self._fail(f"{ours} is `{as_label(labels[numbers.index(None)])[:40]}`, and no whole number of a word")
        return numbers

    def _check_length(self, ours: str, labels: list[Any], count: int) -> None:
        if len(labels) != count:
            raise self._fail(f"{len(labels)} values of {ours} for {count} tokens")

    def _clean(self, given: str) -> str:
        taken = stripped_label(given)
        if taken != given and taken:
            self.note(self._fail(f"{given!a} is read as {taken!r}: blanks at an end were taken off"))
        return taken

    def _label(self, given: Any) -> str | None:
        """Return the label of a sentence as text, None where it has none."""
        label = "" if given is None else self._clean(as_label(given))
        return self._mapped(label) if label else None

    def _entailment(self, given: Any) -> str:
        """Return the class of a pair in lower case, `-` where it has none."""
        written = NO_GOLD_LABEL if given is None else as_label(given)
        taken = stripped_label(written).lower()
        if self.options.as_given or (taken == NO_GOLD_LABEL and NO_GOLD_LABEL not in self.labels):
            return taken
        if not taken:
            raise self._fail(f"the label is empty; `{NO_GOLD_LABEL}` says that a pair has none")
        if self.labels:
            return self._mapped(taken)
        if _WHOLE.fullmatch(taken):
            ours = 'labels = { 0 = "entailment", 1 = "neutral", 2 = "contradiction" }'
            raise self._fail(f"entailment is the number `{taken}`, and its meaning is not told: say it, as in {ours}")
        if taken != written:
            self.note(self._fail(f"the label {written!r} is read as {taken!r}"))
        return taken

    def _mapped(self, label: str) -> str:
        if not self.labels:
            return label
        meant = self.options.labels.get(label, self.labels.get(label.lower()))
        if meant is None and label in self.options.labels.values():
            return label
        if meant is None:
            known = ", ".join(self.options.labels)
            raise self._fail(f"the label `{label[:40]}` is none of those that `labels` names: {known}")
        return meant

    def _grade(self, ours: str, given: Any) -> float:
        """Return a grade; one of a sentence that is not there is no number, and no error before a task asks for it."""
        if given is None or given == "" or given != given:
            if ours == "score":
                return math.nan
            given = ""
        name = "score" if ours == "score" else f"{ours} score"
        return grade_of(given, self.options.score_range, name, self.place, self._line)

    def _other(self, name: str, value: Any) -> Any:
        """Return a value of a column that is not known, of the kind that the first one is; None: of another."""
        if isinstance(value, list):
            return [as_label(item) for item in value] if self._kinds.get(name) in (list, tuple) else None
        if value is None or self._kinds.get(name) in (list, tuple):
            return None
        if self._kinds.get(name) is float:
            return self._number(name, value) if _is_number(value) else None
        return value if isinstance(value, str) else as_label(value)

    def _number(self, name: str, value: float) -> float | str:
        """Return a number as it is held: of pairs that are judged, as it is given and can be written."""
        if self.options.as_given:
            return value if math.isfinite(_as_float(value)) else as_label(value)
        if isinstance(value, int) and _as_float(value) != value:
            raise self._fail(
                f"the column `{name[:40]}` has {str(value)[:40]}, too large beside others: write it as text"
            )
        return float(value)


def grade_of(given: Any, score_range: tuple[float, float] | None, name: str, place: str | Path, line: int) -> float:
    """Return a number, or one that is written as text with a decimal point; `name` says in errors what it is.

    Raises CorpusError for what is no finite number or lies out of range, and for a decimal comma.
    """
    low, high = score_range or (-math.inf, math.inf)
    text = given.strip() if isinstance(given, str) else given
    is_number = _is_number(text) or (isinstance(text, str) and _NUMBER.fullmatch(text))
    score = _as_float(text) if is_number else math.nan
    if math.isfinite(score) and low <= score <= high:
        return score
    allowed = f"a number from {low:g} to {high:g}" if score_range else "a finite number"
    if isinstance(text, str) and (comma := _DECIMAL_COMMA.fullmatch(text)):
        allowed += f", with a decimal point: if `{text}` is meant as {comma[1]}.{comma[2]}, write it so in every line"
    raise CorpusError(f"{name} is `{str(text)[:40]}`; allowed is {allowed}", place, line)


def whole_number(value: Any) -> int | None:
    """Return a whole number of at most nine digits, or one that is written as text; None for anything else."""
    text = as_label(value).strip().partition(".")[0] if _WHOLE.fullmatch(as_label(value).strip()) else ""
    return int(text) if 0 < len(text) <= _MOST_DIGITS else None


def as_label(value: Any) -> str:
    """Return a label as text: a whole number without a point, what is nested as JSON."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)


def _as_float(value: Any) -> float:
    """Return a number, or one that is written as text; infinity for one that is too large."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_grade(value: Any) -> bool:
    if isinstance(value, str):
        return bool(_NUMBER.fullmatch(value.strip()) or _DECIMAL_COMMA.fullmatch(value.strip()))
    return _is_number(value)
