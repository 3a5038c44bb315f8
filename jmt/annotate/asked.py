"""What callers ask for, refused in one line where it is another thing than they mean.

A string is a sequence of strings, a dictionary of its keys: taken as they come, they would be annotated letter by
letter or name by name, and nobody would notice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from numbers import Real
from reprlib import Repr
from typing import Any, TypeVar

from jmt.document import Document, Sentence
from jmt.errors import InputError

Context = TypeVar("Context")

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = _SHORT.maxset = _SHORT.maxlevel = 3

_ONE_THING = (str, bytes, bytearray, memoryview, Mapping, os.PathLike)


def check_text(text: object) -> None:
    """Refuse what is no string, and say what to do with it."""
    if not isinstance(text, str):
        raise InputError(f"a text is a string, found {shown_value(text)}; {_way_out(text)}")


def check_many(items: object, method: str, what: str, way_out: str) -> None:
    """Refuse what is one thing and not many: `method` takes `what`; `way_out` says where one goes."""
    whole_table = hasattr(items, "columns")  # a data frame, which yields the names of its columns
    if isinstance(items, _ONE_THING) or whole_table or not isinstance(items, Iterable):
        raise InputError(f"{method} takes many {what}, in a list or a stream, found {shown_value(items)}; {way_out}")


def texts_of(texts: Iterable[Any], *, as_tuples: bool, method: str, for_one: str) -> Iterator[tuple[str, Any]]:
    """Yield texts with what goes along with each; refuse a bad one when its turn comes, by its number from 1.

    `method` takes them, `for_one` takes one.

    Raises InputError at once where `texts` is one text, or nothing that can be gone through.
    """
    way_out = f"for one text: {for_one}(text); for its lines: {method}(text.splitlines())"
    check_many(texts, method, "texts", way_out)
    return _numbered(texts, as_tuples)


def documents_of(documents: Iterable[tuple[Document, Context]]) -> Iterator[tuple[Document, Context]]:
    """Yield (document, context); refuse what is none when its turn comes, by its number from 1."""
    check_many(documents, "pipe_documents", "(document, context)", "for raw texts: pipe(texts)")
    return _each_a_document(documents)


def _each_a_document(documents: Iterable[tuple[Document, Context]]) -> Iterator[tuple[Document, Context]]:
    for number, item in enumerate(documents, start=1):
        if not (is_row(item) and len(item) == 2 and isinstance(item[0], Document)):
            raise InputError(f"item {number}: pipe_documents takes (document, context), found {shown_value(item)}")
        yield item


def _numbered(texts: Iterable[Any], as_tuples: bool) -> Iterator[tuple[str, Any]]:
    for number, item in enumerate(texts, start=1):
        if as_tuples and not (is_row(item) and len(item) == 2):
            raise InputError(f"item {number}: with as_tuples=True each is (text, context), found {shown_value(item)}")
        text, context = item if as_tuples else (item, None)
        try:
            check_text(text)
        except InputError as error:
            raise InputError(f"text {number}: {error}") from None
        yield text, context


def is_row(value: Any) -> bool:
    """Whether something holds several values in an order: a tuple, a list, a row of a table."""
    return not isinstance(value, (*_ONE_THING, Set)) and hasattr(value, "__len__") and hasattr(value, "__iter__")


def check_document(document: object, method: str) -> None:
    """Refuse what is no document; `method` takes one."""
    if not isinstance(document, Document):
        raise InputError(f"{method} takes a document, as from segment(text); found {shown_value(document)}")


def check_sentences(sentences: object, method: str) -> None:
    """Refuse what is no list of the sentences of documents; `method` takes them."""
    way_out = "they come from document.sentences; for raw text: annotator(text), for words: annotate_tokens(sentences)"
    if isinstance(sentences, Sentence):
        raise InputError(f"{method} takes many sentences, found one; put it in a list: {way_out}")
    check_many(sentences, method, "sentences", way_out)
    if not isinstance(sentences, Sequence):
        raise InputError(f"sentences come in a list, found {shown_value(sentences)}; put them in one first: list(...)")
    for number, sentence in enumerate(sentences, start=1):
        if not isinstance(sentence, Sentence):
            raise InputError(f"sentence {number}: a `Sentence` is expected, found {shown_value(sentence)}; {way_out}")


def check_place(model: object) -> None:
    """Refuse what is no name of a model."""
    if not isinstance(model, str | os.PathLike) or not os.fspath(model):
        raise InputError(
            f'a model is given by its name or folder, as in jmt.load("en_jmt_sm"); found {shown_value(model)}'
        )


def check_budget(batch_tokens: object) -> None:
    """Refuse what is no number of tokens above zero."""
    if not isinstance(batch_tokens, int) or batch_tokens < 1:
        raise InputError(f"batch_tokens is a whole number above 0, found {shown_value(batch_tokens)}")


def check_threads(threads: object) -> None:
    """Refuse what is no number of threads, 0 or more."""
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 0:
        raise InputError(f"threads is a whole number, 0 (what the library likes) or more, found {shown_value(threads)}")


def shown_value(value: object) -> str:
    """Name the type of a value and show how it begins."""
    return f"{type(value).__name__}: {_SHORT.repr(value)}"


def _way_out(text: object) -> str:
    # Only what is no number differs from itself; pandas has values of its own for what is missing.
    if text is None or (isinstance(text, Real) and text != text) or type(text).__name__ in ("NAType", "NaTType"):
        return 'a missing value: leave it out or put "" there (in pandas: .dropna() or .fillna(""))'
    if isinstance(text, bytes | bytearray | memoryview):
        return 'decode it first, as in text.decode("utf-8")'
    if isinstance(text, os.PathLike):
        return 'read it first, as in path.read_text(encoding="utf-8")'
    if isinstance(text, Iterable) and not isinstance(text, Mapping):
        return "many texts go to pipe(texts), sentences of words to annotate_tokens(sentences)"
    return "convert it with str() if it is meant to be read"
