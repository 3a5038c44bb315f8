"""Parquet files, row by row: classes by their names where `datasets` wrote them into the schema."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jmt.errors import CorpusError
from jmt.formats.text import open_binary
from jmt.safety.extras import needed_for

_MAGIC = b"PAR1"


def is_parquet(path: str | Path) -> bool:
    """Tell by its first bytes whether a file is Parquet; raises CorpusError where it cannot be opened."""
    with open_binary(path) as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def read_parquet(path: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of every row, counted from 1, and its values by their names.

    Raises CorpusError where the file is no Parquet, or is damaged, MissingLibraryError where nothing here reads it.
    """
    with needed_for(f"{path}: a Parquet file"):
        import pyarrow as pa
        import pyarrow.parquet

    try:
        number = 0
        with open_binary(path) as stream:
            file = pyarrow.parquet.ParquetFile(stream)
            _check_names(file.schema_arrow.names, path)
            names = _class_names(file.schema_arrow.metadata or {})
            for batch in file.iter_batches():
                for row in batch.to_pylist():
                    number += 1
                    yield number, {column: named(value, names.get(column)) for column, value in row.items()}
    except (pa.ArrowException, OSError) as error:
        raise CorpusError(f"this is no parquet file ({error})", path) from None
    except (UnicodeDecodeError, OverflowError) as error:
        raise CorpusError(f"a value behind row {number} cannot be read ({error})", path) from None


def _check_names(names: list[str], path: str | Path) -> None:
    """Refuse two columns of one name: of their values only one could be told."""
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise CorpusError(f"the file names the column `{twice[0][:40]}` twice: rename one", path)


def named(value: Any, names: list[str] | None) -> Any:
    """Return a class, or a list of them, by its name; `names` is None where the column has none."""
    if names is None or value is None:
        return value
    return [_name_of(item, names) for item in value] if isinstance(value, list) else _name_of(value, names)


def _name_of(index: Any, names: list[str]) -> Any:
    if not isinstance(index, int):  # the schema says numbers of classes, and the column holds something else
        return index
    # -1 is how hub corpora write "no class known".
    return names[index] if 0 <= index < len(names) else None


def _class_names(metadata: dict[bytes, bytes]) -> dict[str, list[str]]:
    """Return the names of classes by column, from what `datasets` keeps in a schema; anything else there tells none."""
    try:
        features = json.loads(metadata.get(b"huggingface", b"{}"))["info"]["features"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return {}
    inner = {column: _feature(feature) for column, feature in features.items()} if isinstance(features, dict) else {}
    return {
        column: feature["names"]
        for column, feature in inner.items()
        if feature.get("_type") == "ClassLabel" and _are_names(feature.get("names"))
    }


def _are_names(names: Any) -> bool:
    return isinstance(names, list) and all(isinstance(name, str) for name in names)


def _feature(feature: Any) -> dict[str, Any]:
    """Return the feature of a column, or of the items of its lists."""
    while isinstance(feature, list | dict):
        if isinstance(feature, list):
            feature = feature[0] if feature else {}
        elif isinstance(feature.get("feature"), list | dict):
            feature = feature["feature"]
        else:
            return feature
    return {}
