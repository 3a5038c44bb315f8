"""From what a client sent to items for the batcher: segmented, counted against the limits, each with its pointer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from jmt.annotate.building import document_of_words
from jmt.document import Document
from jmt.errors import ConfigError, MissingLibraryError
from jmt.serve.answering.problems import MOST_ERRORS, Fault, Problem, at
from jmt.serve.batching.inference import Annotates
from jmt.serve.contract.limits import CHARACTERS, ITEMS, WORDS, check_request
from jmt.serve.contract.requests import Pair
from jmt.serve.settings import Settings


@dataclass(slots=True)
class Prepared:
    """The items of one request, in order: what the model gets, its tokens, and where in the request it stood."""

    payloads: list[Any] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    pointers: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    """The documents that the sentences belong to; empty for pairs."""

    def add(self, payload: Any, tokens: int, pointer: str) -> None:
        """Append one item."""
        self.payloads.append(payload)
        self.tokens.append(tokens)
        self.pointers.append(pointer)


def choose_tasks(asked: Sequence[str] | None, offered: Sequence[str], *, splits: bool = False) -> tuple[str, ...]:
    """Give the tasks to answer, each once, in the order of the cascade; all that are offered where nothing is asked.

    `splits` says of a model that splitting texts is all it does: nothing that is asked then means no task.
    """
    if not asked and (asked is not None or splits):
        return ()
    if not offered:
        raise Problem("unknown_task", "the model has no task of this kind; /v1/model tells which it has")
    if asked is None:
        return tuple(offered)
    unknown = (position for position, task in enumerate(asked) if task not in offered)
    faults = [
        Fault(f"/tasks/{position}", "unknown_task", "the model has no such task here")
        for position in islice(unknown, MOST_ERRORS)
    ]
    if faults:
        raise Problem("unknown_task", f"the tasks to choose from are: {', '.join(offered)}", faults)
    return tuple(task for task in offered if task in asked)


def prepare_texts(texts: Sequence[str], split: Iterator[Document], settings: Settings) -> Prepared:
    """Take texts, one document each, as they are split.

    Raises `Problem` where a text, a sentence or the whole request is over a limit.
    """
    ITEMS.check(len(texts), "/texts", settings)
    for position, text in enumerate(texts):
        CHARACTERS.check(len(text), f"/texts/{position}", settings)
    prepared, total = Prepared(), 0
    for position in range(len(texts)):
        with _splitting(f"/texts/{position}"):
            document = next(split)
        prepared.documents.append(document)
        for sentence in document.sentences:
            pointer, count = f"/texts/{position}", len(sentence.tokens)
            WORDS.check(count, pointer, settings)
            total += count
            check_request(total, settings)
            prepared.add(sentence, count, pointer)
    return prepared


@contextmanager
def _splitting(pointer: str) -> Iterator[None]:
    """Refuse a text that nothing here splits, for want of rules or of what is to apply them: words can be sent."""
    try:
        yield
    except (ConfigError, MissingLibraryError):
        detail = "the service has no rules that split a text of the model's language into words: send `tokens` instead"
        raise at(pointer, "invalid_request", detail) from None


def prepare_tokens(sentences: Sequence[Sequence[str]], settings: Settings) -> Prepared:
    """Take sentences that are tokenised already, each as a document of its own.

    The document's text is its words with a space between them.  Raises `Problem` as for texts.
    """
    ITEMS.check(len(sentences), "/tokens", settings)
    check_request(sum(map(len, sentences)), settings)
    prepared = Prepared()
    for position, words in enumerate(sentences):
        pointer = f"/tokens/{position}"
        WORDS.check(len(words), pointer, settings)
        CHARACTERS.check(sum(map(len, words)), pointer, settings)
        document = document_of_words([words])
        prepared.documents.append(document)
        prepared.add(document.sentences[0], len(words), pointer)
    return prepared


def prepare_pairs(pairs: Sequence[Pair], annotator: Annotates, settings: Settings) -> Prepared:
    """Count the tokens of both sides of every pair.

    Raises `Problem` as for texts, and where a side is blank.
    """
    ITEMS.check(len(pairs), "/pairs", settings)
    sides = [
        (f"/pairs/{position}/{side}", text)
        for position, pair in enumerate(pairs)
        for side, text in (("first", pair.first), ("second", pair.second))
    ]
    for pointer, text in sides:
        CHARACTERS.check(len(text), pointer, settings)
    counts: list[int] = []
    for pointer, text in sides:
        with _splitting(pointer):
            counts.append(len(annotator.tokenize(text)))
        if counts[-1] == 0:
            raise at(pointer, "empty_input", "a side of a pair is blank; both need at least one word")
        WORDS.check(counts[-1], pointer, settings)
        check_request(sum(counts), settings)
    prepared = Prepared()
    for position, pair in enumerate(pairs):
        first, second = counts[2 * position : 2 * position + 2]
        prepared.add((pair.first, pair.second), first + second, f"/pairs/{position}")
    return prepared
