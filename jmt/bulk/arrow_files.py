"""Parquet files and streams of Arrow, as `datasets` keeps them: parts of them, row by row, each row for itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jmt.bulk.sources import opened_input
from jmt.errors import CorpusError
from jmt.safety.extras import needed_for
from jmt.safety.foreign import reason_of

_ROWS = 1_000
"""Read at once."""


def rows_of_parts(place: str, form: str) -> list[int]:
    """Return how many rows every row group of a Parquet file has, or every batch of an Arrow file.

    Raises CorpusError where it is no such file.
    """
    with _opened(place, form) as file:
        if form == "parquet":
            return [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
        return [batch.num_rows for batch in _batches(file, 0, None)]


def schema_of(place: str, form: str) -> Any:
    """Return the Arrow schema of a file; raises CorpusError as `rows_of_parts` does."""
    with _opened(place, form) as file:
        return file.schema_arrow if form == "parquet" else file.schema


def rows_of(place: str, form: str, start: int, stop: int | None) -> Iterator[dict[str, Any] | str]:
    """Yield the rows of some row groups or batches; in place of one that cannot be read, why.

    Raises CorpusError where the file is damaged, after the rows before.
    """
    with _opened(place, form) as file:
        if form == "parquet":
            groups = range(start, file.metadata.num_row_groups if stop is None else stop)
            batches = file.iter_batches(_ROWS, row_groups=list(groups))
        else:
            batches = _batches(file, start, stop)
        for batch in batches:
            for offset in range(0, batch.num_rows, _ROWS):
                yield from _rows(batch.slice(offset, _ROWS))


def _rows(batch: Any) -> Iterator[dict[str, Any] | str]:
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError) as error:  # bytes in a column of strings, a date that Python does not have
        if batch.num_rows == 1:
            yield f"a value cannot be read: {reason_of(error)}"
            return
        for row in range(batch.num_rows):
            yield from _rows(batch.slice(row, 1))


def _batches(file: Any, start: int, stop: int | None) -> Iterator[Any]:
    """Yield batches of an Arrow file, a stream or one with a table of contents."""
    if hasattr(file, "num_record_batches"):
        for number in range(start, file.num_record_batches if stop is None else stop):
            yield file.get_batch(number)
        return
    for number, batch in enumerate(file):
        if number >= start:
            yield batch
        if stop is not None and number + 1 >= stop:
            return


@contextmanager
def _opened(place: str, form: str) -> Iterator[Any]:
    with needed_for(f"{place}: a file of {form}"):
        import pyarrow as pa
        import pyarrow.ipc
        import pyarrow.parquet
    try:
        with opened_input(place) as stream:
            if form == "parquet":
                yield pyarrow.parquet.ParquetFile(stream)
                return
            is_file = stream.read(6) == b"ARROW1"
            stream.seek(0)
            yield pyarrow.ipc.open_file(stream) if is_file else pyarrow.ipc.open_stream(stream)
    except (pa.ArrowException, OSError) as error:
        raise CorpusError(f"no file of {form}, or damaged ({reason_of(error)})", place) from None
