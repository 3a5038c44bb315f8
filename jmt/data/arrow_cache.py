"""Corpora that were read once, kept as Arrow files: keyed by what was read and how, never by a path."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa

from jmt.errors import CorpusError
from jmt.files.cache import cache_home
from jmt.safety.leftovers import owned_file

Row = Mapping[str, Any]
_ROWS_PER_BATCH = 1000


def cached_dataset(key: Mapping[str, Any], read_rows: Callable[[], Iterable[Row]]) -> datasets.Dataset:
    """Return the rows as a dataset, from the cache where the same `key` was stored before (nothing is read then).

    All rows have the columns of the first.  The file appears under its name only when it is whole.  Where the cache
    cannot be written (a read-only home, a full disk) the rows are read again and held in memory.
    """
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:32]
    path = cache_home() / "arrow" / f"{digest}.arrow"
    found = _opened(path)
    if found is None:
        try:
            _write_whole(path, _batches(read_rows()))
        except OSError:
            return datasets.Dataset(pa.Table.from_batches(_batches(read_rows())))
        found = _opened(path)
    if found is None:
        raise CorpusError("the cache file cannot be read back: remove it and try again", path)
    return found


def _opened(path: Path) -> datasets.Dataset | None:
    if not path.exists():
        return None
    try:
        return datasets.Dataset.from_file(str(path))
    except (OSError, pa.ArrowInvalid):
        return None


def _batches(rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    iterator = iter(rows)
    schema: pa.Schema | None = None
    while block := list(islice(iterator, _ROWS_PER_BATCH)):
        schema = schema or pa.schema([(name, _arrow_type(value)) for name, value in block[0].items()])
        yield pa.RecordBatch.from_pylist([dict(row) for row in block], schema=schema)


def _arrow_type(value: object) -> pa.DataType:
    """Return the column type that holds a value and others of its kind: lists of words or of numbers, text, numbers."""
    if isinstance(value, list):
        return pa.list_(pa.int32() if value and isinstance(value[0], int) else pa.string())
    if isinstance(value, int):
        return pa.int64()
    return pa.float64() if isinstance(value, float) else pa.string()


def _write_whole(path: Path, batches: Iterator[pa.RecordBatch]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    first = next(batches)
    with owned_file(path.parent, "arrow") as fresh:
        with fresh.open("wb") as stream, pa.ipc.new_stream(stream, first.schema) as writer:
            for batch in chain([first], batches):
                writer.write_batch(batch)
        fresh.replace(path)
