"""What can be asked of the service: texts, sentences of words, pairs; how each is written, and its answer read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from jmt.annotate.asked import check_text
from jmt.annotate.building import check_words
from jmt.annotate.judging import check_pair
from jmt.document import Document, Judgement, Sentence
from jmt.errors import InputError

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Kind(Generic[Item, Answer]):
    """One kind of question: where it is asked, under which names its items and answers stand."""

    path: str
    asked_as: str
    answered_as: str
    encode: Callable[[Item, int], bytes]
    """JSON of an item, from it and its number; raises InputError for what is none."""
    read: Callable[[Item, Mapping[str, Any]], Answer]
    """The answer to an item; raises InputError where it is malformed or answers something else."""


def _encode_text(item: tuple[str, Any], number: int) -> bytes:
    """Write a text; what is beside it stays here."""
    check_text(item[0])
    return encoded(item[0], f"text {number}")


def _read_document(item: tuple[str, Any], entry: Mapping[str, Any]) -> Document:
    """Read the document of a text."""
    document = Document.from_dict(entry)
    if document.text != item[0]:
        raise InputError("its text is another one than was sent")
    return document


def _encode_sentence(sentence: Sentence, number: int) -> bytes:
    """Write the words of a sentence."""
    words = [token.text for token in sentence.tokens]
    check_words(words, number)
    return encoded(words, f"sentence {number}")


def _read_sentence(sentence: Sentence, entry: Mapping[str, Any]) -> Sentence:
    """Read what the tasks say about the words of a sentence, as a sentence of its own."""
    answered = Document.from_dict(entry).sentences
    if [token.text for found in answered for token in found.tokens] != [token.text for token in sentence.tokens]:
        raise InputError("its words are others than were sent")
    return answered[0]


def fill_from_answer(sentence: Sentence, answered: Sentence) -> None:
    """Write what was answered into a sentence; what no task predicts stays as it was."""
    for token, found in zip(sentence.tokens, answered.tokens, strict=True):
        token.labels.update(found.labels)
        token.confidences.update(found.confidences)
    heads = [found.head for found in answered.tokens if found.head is not None]
    if len(heads) == len(sentence.tokens):
        sentence.write_tree(heads, [found.deprel for found in answered.tokens])
    sentence.spans.update(answered.spans)
    sentence.labels.update(answered.labels)
    sentence.scores.update(answered.scores)
    sentence.probabilities.update(answered.probabilities)


def _encode_pair(pair: tuple[str, str], number: int) -> bytes:
    """Write a pair of sentences."""
    check_pair(pair, number)
    return encoded({"first": pair[0], "second": pair[1]}, f"pair {number}")


def _read_judgement(pair: tuple[str, str], entry: Mapping[str, Any]) -> Judgement:
    """Read the judgement of a pair."""
    judgement = Judgement.from_dict(entry)
    if (judgement.first, judgement.second) != tuple(pair):
        raise InputError("its sentences are others than were sent")
    return judgement


def encoded(value: Any, name: str) -> bytes:
    """Write JSON in UTF-8; `name` is what the user calls it.

    Raises InputError for half of a surrogate pair, which UTF-8 cannot say.
    """
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = error.object[error.start : error.end]
        raise InputError(
            f"{name} holds half of a surrogate pair ({half!a}), which is no character; decode it again, or replace it"
        ) from None


TEXTS: Kind[tuple[str, Any], Document] = Kind("/v1/annotate", "texts", "documents", _encode_text, _read_document)
SENTENCES: Kind[Sentence, Sentence] = Kind("/v1/annotate", "tokens", "documents", _encode_sentence, _read_sentence)
PAIRS: Kind[tuple[str, str], Judgement] = Kind("/v1/compare", "pairs", "judgements", _encode_pair, _read_judgement)
