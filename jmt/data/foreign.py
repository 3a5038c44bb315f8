"""Corpora of the hub and parquet files, through `datasets`, under our names of columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets

from jmt.data.cards import CorpusSpec
from jmt.data.readers import Row, mapped_row
from jmt.errors import CorpusError

_HUB_SPLITS = {"train": "train", "dev": "validation", "test": "test"}
"""What the hub calls our splits, where a specification does not say (`dev = "train[90%:]"`)."""
_OFFLINE = "fetch it on a machine with a network, or declare its files as [corpora.NAME] with a reader and paths"


def load_hub_split(spec: CorpusSpec, split: str) -> datasets.Dataset:
    """Load one split of a hub corpus as the hub has it; raise CorpusError where it cannot be had."""
    name = getattr(spec, split) or _HUB_SPLITS[split]
    try:
        return datasets.load_dataset(spec.hub, spec.subset, split=name, revision=spec.revision)
    except (OSError, ValueError, RuntimeError, datasets.exceptions.DatasetsError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        message = f"the split {name!r} cannot be loaded from the hub ({reason}): {_OFFLINE}"
        raise CorpusError(message, spec.hub) from error


def load_parquet(path: Path) -> datasets.Dataset:
    """Load a parquet file; raise CorpusError where it is none."""
    import pyarrow as pa
    import pyarrow.parquet

    try:
        return datasets.Dataset(pyarrow.parquet.read_table(path))
    except (pa.ArrowInvalid, OSError) as error:
        raise CorpusError(f"this is no parquet file ({error})", path) from error


def foreign_rows(dataset: datasets.Dataset, spec: CorpusSpec, place: str) -> Iterator[Row]:
    """Yield the rows under our names, classes by their names; `line` is the 1-based number of the row."""
    theirs = list(spec.columns.values()) or dataset.column_names
    missing = [name for name in theirs if name not in dataset.column_names]
    if missing:
        raise CorpusError(
            f"there is no column {missing[0]!r}; there are {', '.join(sorted(dataset.column_names))}: "
            "map ours to them with `columns`",
            place,
        )
    names = {column: _class_names(dataset.features[column]) for column in theirs}
    for number, row in enumerate(dataset.select_columns(theirs), start=1):
        yield mapped_row({column: _named(row[column], names[column]) for column in theirs}, spec.columns, place, number)


def _class_names(feature: Any) -> list[str] | None:
    inner = getattr(feature, "feature", feature)
    return list(inner.names) if isinstance(inner, datasets.ClassLabel) else None


def _named(value: Any, names: list[str] | None) -> Any:
    if names is None or value is None:
        return value
    return [_name_of(item, names) for item in value] if isinstance(value, list) else _name_of(value, names)


def _name_of(index: int, names: list[str]) -> str | None:
    # -1 is how hub corpora write "no class known".
    return names[index] if 0 <= index < len(names) else None
