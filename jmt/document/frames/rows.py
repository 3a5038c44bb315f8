"""Documents or judgements as the rows of a table with fixed columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from jmt.document.frames.columns import Column, PairColumns, WordColumns, WordRow
from jmt.errors import InputError

if TYPE_CHECKING:
    from jmt.document.document import Document
    from jmt.document.judgement import Judgement

Columns = WordColumns | PairColumns
Items: TypeAlias = "Document | Judgement | Iterable[Document] | Iterable[Judgement]"


class Rows:
    """The rows of documents, one per word, or of judgements, one each; they are gone through once.

    Documents and sentences are counted from 0, as a list counts them.  Where no columns are given, those of all that is
    said in the items, which are then held at once.

    Raises InputError for what is neither, for both together, and for columns of the other.
    """

    def __init__(self, items: Items, columns: Columns | None, *, method: str) -> None:
        self._method = method
        if not isinstance(items, Iterable) or isinstance(items, str | bytes):
            items = [items]
        listed = list(items) if columns is None else None
        self.chosen = _found_in(listed) if listed is not None else columns
        """Which columns there are."""
        self._items: Iterable[Any] = items if listed is None else listed
        self.columns: list[Column] = self.chosen.list_columns() if self.chosen is not None else []

    def __iter__(self) -> Iterator[Any]:
        """Yield what the columns read their values from."""
        of_words = isinstance(self.chosen, WordColumns)
        expected, is_expected = ("document", _is_document) if of_words else ("judgement", _is_judgement)
        rows_of: Callable[[int, Any], Iterable[Any]] = _words_of if of_words else _pair_of
        for number, item in enumerate(self._items):
            if not is_expected(item):
                raise InputError(
                    f"{self._method} takes documents, or judgements with the columns of pairs; "
                    f"item {number + 1} is no {expected} but {type(item).__name__}"
                )
            yield from rows_of(number, item)


def _found_in(items: list[Any]) -> Columns:
    """Return the columns of items, which are documents unless the first of them is a judgement."""
    if items and _is_judgement(items[0]):
        return PairColumns.found_in(filter(_is_judgement, items))
    return WordColumns.found_in(filter(_is_document, items))


def _is_document(item: object) -> bool:
    return hasattr(item, "sentences")


def _is_judgement(item: object) -> bool:
    return hasattr(item, "relatedness_distribution")


def _words_of(number: int, document: Document) -> Iterator[WordRow]:
    sentences = enumerate(document.sentences)
    return (WordRow(number, place, sentence, token) for place, sentence in sentences for token in sentence.tokens)


def _pair_of(number: int, judgement: Judgement) -> Iterable[Judgement]:
    return (judgement,)
