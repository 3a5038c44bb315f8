"""Corpora of the hub, through `datasets`, under our names of columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import datasets

from jmt.data.cards import CorpusSpec, Family
from jmt.data.readers import Row
from jmt.errors import CorpusError
from jmt.formats.notes import Note, ignore_note
from jmt.formats.tables.parquet import named
from jmt.formats.tables.reading import header_of_names, named_rows
from jmt.formats.tables.rows import TableOptions

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


def foreign_rows(
    dataset: datasets.Dataset, spec: CorpusSpec, family: Family, note: Note = ignore_note
) -> Iterator[Row]:
    """Yield the rows under our names, classes by their names; `line` is the 1-based number of the row.

    Raises CorpusError as `read_table` does.
    """
    place = str(spec.hub)
    told = TableOptions(family, spec.columns, spec.labels, spec.score_range)
    header = header_of_names(dataset.column_names, told, place, None)
    theirs = list(dict.fromkeys([*header.ours.values(), *header.kept.values()]))
    names = {column: _class_names(dataset.features[column]) for column in theirs}
    records = (
        (number, {column: named(row[column], names[column]) for column in theirs})
        for number, row in enumerate(dataset.select_columns(theirs), start=1)
    )
    yield from named_rows(records, told, place, note)


def _class_names(feature: Any) -> list[str] | None:
    inner = getattr(feature, "feature", feature)
    return list(inner.names) if isinstance(inner, datasets.ClassLabel) else None
