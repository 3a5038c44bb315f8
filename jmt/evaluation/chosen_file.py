"""Which reader a file needs that was named without one: its first lines tell, else what the task was trained on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jmt.data.cards import TABLE_READERS, Card, CorpusSpec, Family, FileSlice
from jmt.data.catalogue import Corpus
from jmt.errors import CorpusError
from jmt.formats.tables.header import known_names
from jmt.formats.tables.reading import form_of, table_names
from jmt.formats.text import read_lines

_WORD_OF_CONLLU = re.compile(r"\d+(-\d+|\.\d+)?")
_SPAN = re.compile(r"O|[BIES]-.+")
_COLUMNS_OF_CONLLU = 10


def corpus_of_file(
    given: str, split: str, family: Family, column: str | None, home: Corpus | None
) -> CorpusSpec | None:
    """Return a corpus whose one split is a file, or a slice of one; None where no reader is known for it.

    `home` is what the task was trained on: its reader is taken where the file does not show another, its names of
    columns where the file has them, and its labels and range.  Words and labels between tabs hold `column`.
    """
    path = FileSlice.parse(given).path
    usual = _usual(home, family)
    shown = _shown(path, family, usual.get("columns", {}))
    reader = shown or usual.get("reader")
    if shown is None and reader != "columns" and family == "sentences" and column and _width(path) == 2:
        reader, usual = "columns", {"fields": ["tokens", column]}
    if reader is None and family == "pairs":
        reader = "table"
    if reader is None:
        return None
    fields: dict[str, Any] = {"reader": reader, split: given}
    if reader == "columns":
        fields |= {name: usual[name] for name in ("fields", "span_fields") if name in usual}
    if reader not in ("conllu", "conll2000", "columns") and usual.get("score_range"):
        fields["score_range"] = usual["score_range"]
    if reader in TABLE_READERS:
        fields |= _told(path, usual)
    return CorpusSpec.model_validate(fields)


def _usual(home: Corpus | None, family: Family) -> dict[str, Any]:
    """Return what is said of the corpus that a task was trained on."""
    if isinstance(home, Card):
        part = home.part(family)
        return {name: getattr(part, name) for name in ("reader", "fields", "span_fields", "score_range")}
    if home is None:
        return {}
    names = ("fields", "span_fields", "score_range", "columns", "labels")
    usual = {name: getattr(home, name) for name in names}
    return usual if home.hub else {**usual, "reader": home.reader}


def _shown(path: str, family: Family, columns: Mapping[str, str]) -> str | None:
    """Return the reader that a file shows by its name or its first lines, None where it shows none."""
    if Path(path).suffix == ".conllu":
        return "conllu"
    if not Path(path).is_file():  # in a folder of --corpora, or nowhere
        return "table" if Path(path).suffix in (".jsonl", ".parquet") else None
    if form_of(path) != "delimited":
        return "table"
    lines = (line for line in read_lines(path, allow_empty=True) if line.strip() and not line.startswith("#"))
    first = next(lines, "")
    cells = first.split("\t")
    if family == "pairs":
        return None
    if len(cells) == _COLUMNS_OF_CONLLU and _WORD_OF_CONLLU.fullmatch(cells[0]):
        return "conllu"
    if len(cells) == 1 and len(words := first.split()) == 3 and _SPAN.fullmatch(words[2]):
        return "conll2000"
    return "table" if _is_header(path, columns) else None


def _is_header(path: str, columns: Mapping[str, str]) -> bool:
    """Tell whether the first line names columns that are known; the first of two words alone is none."""
    try:
        names = table_names(path)
    except CorpusError:
        return True  # of a table that is refused when it is read
    return known_names(names, columns) > 1


def _width(path: str) -> int:
    return len(next(read_lines(path), "").split("\t")) if Path(path).is_file() else 0


def _told(path: str, usual: dict[str, Any]) -> dict[str, Any]:
    """Return the names of columns and labels of a task's own corpus, as far as a file has these columns."""
    columns, labels = usual.get("columns", {}), usual.get("labels", {})
    if not Path(path).is_file() or not set(columns.values()) <= set(table_names(path)):
        columns = {}
    return {"columns": columns, "labels": labels}
