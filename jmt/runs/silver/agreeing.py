"""Which sentences of a text several models annotate alike, and how often they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jmt.document import Document, Sentence

TREE = "tree"
"""Heads and relations, whatever the parser's task is called."""

_Key = tuple[int | None, tuple[str, ...], tuple[tuple[int, int], ...]]
"""Where a sentence begins, its words, and which of them are written as one."""


@dataclass(slots=True)
class Agreement:
    """How often models agreed; counts."""

    sentences: int = 0
    """As the first model splits the text."""
    split_alike: int = 0
    """Those that all models end, and divide into words, alike."""
    words: int = 0
    """Of the sentences that are split alike."""
    agreed: dict[str, int] = field(default_factory=dict)
    """By what they agree on (a task, or `TREE`): on how many of these words."""
    alike: int = 0
    """Sentences whose every word all models annotate alike."""


def agreed_sentences(documents: Sequence[Document], tasks: Sequence[str], count: Agreement) -> Iterator[Sentence]:
    """Yield the first model's sentences that all models annotate alike; `documents` are one text by each model.

    `tasks` are what they have to agree on besides words: tasks about words, or `TREE`.
    """
    first, *others = documents
    indexed = [{_key(sentence): sentence for sentence in document.sentences} for document in others]
    for sentence in first.sentences:
        if not sentence.tokens:
            continue
        count.sentences += 1
        key = _key(sentence)
        beside = [index[key] for index in indexed if key in index]
        if len(beside) < len(others):
            continue
        count.split_alike += 1
        count.words += len(sentence.tokens)
        whole = True
        for task in tasks:
            told = [_told(one, task) for one in (sentence, *beside)]
            same = sum(len(set(of_word)) == 1 for of_word in zip(*told, strict=True))
            count.agreed[task] = count.agreed.get(task, 0) + same
            whole = whole and same == len(sentence.tokens)
        if whole:
            count.alike += 1
            yield sentence


def _key(sentence: Sentence) -> _Key:
    words = tuple(token.text for token in sentence.tokens)
    return sentence.start, words, tuple((range_.first, range_.last) for range_ in sentence.multiword_tokens)


def _told(sentence: Sentence, task: str) -> list[tuple[object, ...]]:
    """Return what a model says of every word."""
    if task == TREE:
        return [(token.head, token.deprel) for token in sentence.tokens]
    return [(token.labels.get(task),) for token in sentence.tokens]
