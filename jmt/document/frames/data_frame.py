"""Documents and judgements as a data frame of pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jmt.document.frames.rows import Columns, Items, Rows
from jmt.errors import InputError
from jmt.safety.extras import needed_for

if TYPE_CHECKING:
    import pandas

_TYPES = {"text": "string", "count": "int64", "whole": "Int64", "number": "float64", "numbers": "object"}
"""By what a column holds; those of pandas that begin with a capital know missing values."""


def to_pandas(items: Items, columns: Columns | None = None) -> pandas.DataFrame:
    """Return a data frame with a row per word of documents, or per judgement.

    `items` is one document or judgement, or many.  `columns` fixes which columns there are, so that frames can be
    joined: `annotator.word_columns()`, `annotator.pair_columns()`; left out, those of all that is said.  `document`
    and `sentence` count from 0, as lists do; `id` and `head` from 1, as in the document.
    Raises MissingLibraryError where pandas is not installed, InputError for what is no document or judgement, and for
    half a surrogate pair.
    """
    with needed_for("to_pandas"):
        import pandas

    rows = Rows(items, columns, method="to_pandas")
    listed = list(rows)
    made: dict[str, Any] = {}
    for name, holds, value_of in rows.columns:
        try:
            made[name] = pandas.Series([value_of(row) for row in listed], dtype=_TYPES[holds])
        except UnicodeEncodeError as error:
            raise half_a_character(name, error) from None
    return pandas.DataFrame(made)


def half_a_character(column: str, error: UnicodeEncodeError) -> InputError:
    """Say which column holds what no table can."""
    half = error.object[error.start : error.end]
    return InputError(
        f"column `{column}` holds half of a surrogate pair ({half!a}), which is no character; decode the text again, "
        "or replace it"
    )
