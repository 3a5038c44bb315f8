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
        given: Any = items
        several = given if isinstance(given, Iterable) and not isinstance(given, str | bytes) else [given]
        self._items: Iterable[Any] = list(several) if columns is None else several
        chosen = _found_in(self._items) if columns is None else columns
        self._are_documents = isinstance(chosen, WordColumns)
        self.columns: list[Column] = chosen.list_columns()

    def __iter__(self) -> Iterator[Any]:
        """Yield what the columns read their values from."""
        expected, is_expected = ("document", _is_document) if self._are_documents else ("judgement", _is_judgement)
        rows_of: Callable[[int, Any], Iterable[Any]] = _words_of if self._are_documents else _pair_of
        for number, item in enumerate(self._items):
            if not is_expected(item):
                raise InputError(
                    f"{self._method} takes documents, or judgements with the columns of pairs; "
                    f"item {number + 1} is no {expected} but {type(item).__name__}"
                )
            yield from rows_of(number, item)


def _found_in(items: Iterable[Any]) -> Columns:
    """Return the columns of items, which are documents unless the first of them is a judgement."""
    if _is_judgement(next(iter(items), None)):
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
