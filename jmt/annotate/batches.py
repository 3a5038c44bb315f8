"""Batches of columns, as engines for many machines hand them to a function: Ray, Dask, Spark, `datasets`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from jmt.annotate.asked import shown_value
from jmt.annotate.writing import WRITERS
from jmt.document import Document
from jmt.errors import InputError

_ANNOTATION = "annotation"
"""The column that is added."""


def with_annotations(
    batch: Any, annotate: Callable[[Iterable[str]], Iterable[Document]], *, column: str, to: Literal["jsonl", "conllu"]
) -> Any:
    """Return a batch of the same kind with one column more; errors as in `Annotating.annotate_batch`."""
    if to not in ("jsonl", "conllu"):
        raise InputError(f"to={to!r}: annotations in a column are jsonl or conllu")
    names = _names(batch)
    if column not in names:
        raise InputError(f"no column {column!r} in the batch; there are {', '.join(map(str, names)) or 'none'}")
    if names.count(column) > 1:
        raise InputError(f"the batch has several columns {column!r}: rename all but one")
    if _ANNOTATION in names:
        raise InputError(f"the batch has a column `{_ANNOTATION}` already: rename it, or leave it out")
    values = batch[column]
    if isinstance(values, str | Mapping) or not hasattr(values, "__len__"):
        raise InputError(
            f"{column!r} is {shown_value(values)}, and a batch has many: give a list of texts; in `datasets`, say "
            "batched=True"
        )
    texts = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
    written = [WRITERS[to](document, {}).rstrip("\n") for document in annotate(texts)]
    if isinstance(batch, Mapping):
        return {**batch, _ANNOTATION: written}
    if hasattr(batch, "assign"):
        return batch.assign(**{_ANNOTATION: written})
    if hasattr(batch, "to_pylist") and not hasattr(batch, "combine_chunks"):  # a record batch, whose columns are whole
        return batch.append_column(_ANNOTATION, written)
    return batch.append_column(_ANNOTATION, [written])


def _names(batch: Any) -> list[Any]:
    if isinstance(batch, Mapping):
        return list(batch)
    if hasattr(batch, "assign") and hasattr(batch, "columns"):
        return list(batch.columns)
    if hasattr(batch, "append_column") and hasattr(batch, "column_names"):
        return list(batch.column_names)
    raise InputError(
        f"a batch is a dictionary of columns, a data frame of pandas or a table of Arrow, found {shown_value(batch)}"
    )
