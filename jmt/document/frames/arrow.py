"""Documents and judgements as a table of Arrow, whole or in batches of a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jmt.document.frames.columns import Column, Holds
from jmt.document.frames.data_frame import half_a_character
from jmt.document.frames.rows import Columns, Items, Rows
from jmt.errors import InputError
from jmt.safety.extras import needed_for

if TYPE_CHECKING:
    import pyarrow

_MOST_ROWS = 65_536
"""Of a batch where nothing is said: some megabytes."""


def to_arrow(items: Items, columns: Columns | None = None) -> pyarrow.Table:
    """Return a table of Arrow with a row per word of documents, or per judgement.

    Arguments are as in `to_pandas`; what is missing is null.
    Raises MissingLibraryError where pyarrow is not installed, InputError for what is no document or judgement, and for
    half a surrogate pair.
    """
    with needed_for("to_arrow"):
        import pyarrow

    rows = Rows(items, columns, method="to_arrow")
    schema = _schema_of(rows.columns)
    return pyarrow.Table.from_batches([_batch_of(list(rows), rows.columns, schema)], schema)


def record_batches(items: Items, columns: Columns, *, rows: int = _MOST_ROWS) -> Iterator[pyarrow.RecordBatch]:
    """Yield batches of Arrow with so many rows each, from a stream of documents or judgements, in bounded memory.

    All batches have the schema that `columns` says (`annotator.word_columns()`), which is what a writer of Parquet
    takes.  Where the stream fails, the rows before the fault come out first.
    Raises errors as `to_arrow` does.
    """
    with needed_for("record_batches"):
        import pyarrow  # noqa: F401

    if not isinstance(rows, int) or rows < 1:
        raise InputError(f"rows is a whole number above 0, found {rows!r}")
    source = Rows(items, columns, method="record_batches")
    return _batches(source, _schema_of(source.columns), rows)


def _batches(source: Rows, schema: Any, most: int) -> Iterator[Any]:
    waiting: list[Any] = []
    fault: Exception | None = None
    rows = iter(source)
    while fault is None:
        try:
            waiting.append(next(rows))
        except Exception as error:  # raised again below, once the rows before it are out
            fault = error
        if waiting and (fault is not None or len(waiting) == most):
            yield _batch_of(waiting, source.columns, schema)
            waiting = []
    if not isinstance(fault, StopIteration):
        raise fault


def _schema_of(columns: list[Column]) -> Any:
    """Return the schema of columns."""
    import pyarrow as pa

    types: dict[Holds, Any] = {
        "text": pa.string(),
        "count": pa.int64(),
        "whole": pa.int64(),
        "number": pa.float64(),
        "numbers": pa.list_(pa.float64()),
    }
    return pa.schema([pa.field(name, types[holds], nullable=holds != "count") for name, holds, _ in columns])


def _batch_of(rows: list[Any], columns: list[Column], schema: Any) -> Any:
    """Return rows as a batch."""
    import pyarrow as pa

    arrays = []
    for field, (name, _, value_of) in zip(schema, columns, strict=True):
        try:
            arrays.append(pa.array([value_of(row) for row in rows], field.type))
        except UnicodeEncodeError as error:
            raise half_a_character(name, error) from None
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
