"""Corpora that were read once, kept as Arrow files: keyed by what was read and by how it was read, never by its path."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa

from jmt.errors import CorpusError

Row = Mapping[str, Any]
ROWS_PER_BATCH = 1000


def cache_home() -> Path:
    """Return the folder of everything that jmt keeps for the user: `$XDG_CACHE_HOME/jmt`, else `~/.cache/jmt`."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "jmt"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def cached_dataset(
    key: Mapping[str, Any], schema: pa.Schema, read_rows: Callable[[], Iterable[Row]]
) -> datasets.Dataset:
    """Return the rows as a dataset, from the cache where the same `key` was stored before (nothing is read then).

    The file appears under its name only when it is whole.  Where the cache cannot be written (a read-only home, a full
    disk) the rows are read again and held in memory.
    """
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:32]
    path = cache_home() / "arrow" / f"{digest}.arrow"
    found = _opened(path)
    if found is None:
        try:
            _write_whole(path, schema, _batches(schema, read_rows()))
        except OSError:
            return datasets.Dataset(pa.Table.from_batches(_batches(schema, read_rows()), schema))
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


def _batches(schema: pa.Schema, rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    iterator = iter(rows)
    while block := list(islice(iterator, ROWS_PER_BATCH)):
        yield pa.RecordBatch.from_pylist([dict(row) for row in block], schema=schema)


def _write_whole(path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as stream, pa.ipc.new_stream(stream, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
