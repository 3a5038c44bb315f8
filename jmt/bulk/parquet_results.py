"""Results as Parquet: the columns of the input, and annotations as nested columns with types of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from jmt.bulk.arrow_files import schema_of
from jmt.bulk.results import Result, plain
from jmt.bulk.shards import Shard
from jmt.bulk.sources import COLUMNAR
from jmt.errors import CorpusError
from jmt.formats.jsonl import keys_beside, write_jsonl_line
from jmt.formats.tables.header import find_header
from jmt.safety.extras import needed_for

_TEXTS = ("text", "tokens", "sentences")
"""Columns of which a row is made: one of them, and the others come along."""


class ParquetWriter:
    """One Parquet file; every window of results is a row group.

    Columns that a table brought keep their names and types; keys of JSON lines are one column `others`, as JSON.
    """

    def __init__(self, path: Path, shard: Shard, labels: Sequence[str], *, pairs: bool) -> None:
        with needed_for("--to parquet"):
            import pyarrow as pa
            import pyarrow.parquet
        self._pa, self._parquet, self._path = pa, pyarrow.parquet, path
        piece = shard.pieces[0]
        is_table = piece.form in COLUMNAR and not piece.fault
        self._given = {field.name: field.type for field in schema_of(piece.place, piece.form)} if is_table else None
        if self._given is not None and pairs:  # columns of pairs get our names
            with suppress(CorpusError):  # without any, each row says so
                ours = find_header(list(self._given), {}, "pairs", piece.place, None).ours
                self._given |= {name: self._given[theirs] for name, theirs in ours.items()}
        self._ours = _of_pairs(pa) if pairs else _of_documents(pa, labels)
        self._writer: Any = None
        self._columns: Any = None
        """Those of the file, fixed by its first rows."""

    def prepare(self, result: Result, others: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row, of which Arrow can make one."""
        entry = _nested(result.to_dict())
        if self._given is not None:
            row = keys_beside(others, entry)
        else:
            as_json = {key: plain(value) for key, value in others.items()}
            row = {"others": write_jsonl_line(as_json).rstrip("\n") if others else None, **entry}
        self._pa.Table.from_pylist([row], self._schema(row))
        return row

    def write(self, prepared: Sequence[Mapping[str, Any]]) -> None:
        """Write rows as one row group."""
        if prepared:
            if self._writer is None:
                self._columns = self._schema(dict.fromkeys([*prepared[0], *self._may_come()]))
                self._writer = self._parquet.ParquetWriter(self._path, self._columns)
            self._writer.write_table(self._pa.Table.from_pylist(prepared, self._columns))

    def close(self) -> None:
        """Close the file, which has columns even where it has no rows."""
        if self._writer is None:
            self._writer = self._parquet.ParquetWriter(self._path, self._schema({}))
        self._writer.close()

    def _may_come(self) -> list[str]:
        """Return what rows may bring, but need not: a text beside its words, words that are none, and the like."""
        ours = {name for name, _ in self._ours}
        several = [name for name in _TEXTS if name in (self._given or ())]
        return [f"input_{name}" if name in ours else name for name in several] if len(several) > 1 else []

    def _schema(self, row: Iterable[str]) -> Any:
        """Return the columns of a row: those that came with it, and ours."""
        if self._given is None:
            return self._pa.schema([("others", self._pa.string()), *self._ours])
        ours = {name for name, _ in self._ours}
        came = [(name, self._type(name)) for name in row if name not in ours]
        return self._pa.schema([*came, *self._ours])

    def _type(self, name: str) -> Any:
        """Return the type of a column, which may be called `input_NAME` or `gold_NAME` here."""
        assert self._given is not None
        while name not in self._given and "_" in name:
            name = name.partition("_")[2]
        return self._given.get(name, self._pa.string())


def _nested(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a result with its maps as Arrow takes them: as lists of keys and values."""
    if "sentences" in entry:
        return {**entry, "sentences": [_sentence(sentence) for sentence in entry["sentences"]]}
    values = [(key, str(value)) for key, value in entry.get("values", {}).items()]
    return {**entry, "values": values, "probabilities": list(entry.get("probabilities", {}).items())}


def _sentence(entry: dict[str, Any]) -> dict[str, Any]:
    spans = [{"task": task, **span} for task, found in entry["spans"].items() for span in found]
    probabilities = [(task, list(shares.items())) for task, shares in entry.get("probabilities", {}).items()]
    of_sentence = {key: list(entry.get(key, {}).items()) for key in ("labels", "scores")}
    tokens = [{**token, "confidences": list(token.get("confidences", {}).items())} for token in entry["tokens"]]
    return {**entry, **of_sentence, "tokens": tokens, "spans": spans, "probabilities": probabilities}


def _of_documents(pa: Any, labels: Sequence[str]) -> list[tuple[str, Any]]:
    text, place, number = pa.string(), pa.int32(), pa.float64()
    offsets = [("text", text), ("start", place), ("end", place)]
    of_words = [(label, text) for label in labels]
    tree = [("head", place), ("deprel", text), ("confidences", pa.map_(text, number))]
    token = pa.struct([("id", place), *offsets, *of_words, *tree])
    span = pa.struct([("task", text), ("label", text), ("first", place), ("last", place)])
    multiword = pa.struct([("first", place), ("last", place), *offsets])
    sentence = [
        ("tokens", pa.list_(token)),
        ("spans", pa.list_(span)),
        ("labels", pa.map_(text, text)),
        ("scores", pa.map_(text, number)),
        ("probabilities", pa.map_(text, pa.map_(text, number))),
        ("multiword_tokens", pa.list_(multiword)),
        ("sent_id", text),
    ]
    return [("text", text), ("sentences", pa.list_(pa.struct(sentence)))]


def _of_pairs(pa: Any) -> list[tuple[str, Any]]:
    text, number = pa.string(), pa.float64()
    return [
        ("first", text),
        ("second", text),
        ("relatedness", number),
        ("relatedness_distribution", pa.list_(number)),
        ("entailment", text),
        ("probabilities", pa.map_(text, number)),
        ("values", pa.map_(text, text)),
    ]
