"""Vectors of words and of texts: which level they are of, and what is made of the words of a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import TransformerConfig
from jmt.document import Document
from jmt.errors import InputError

Vectors = npt.NDArray[np.float32]
"""Rows of numbers, or one of them."""

Pooling = Literal["mean", "max"]
"""What is made of the vectors of all words of a text."""

Hidden = Callable[[Sequence[list[str]]], list[Vectors]]
"""Gives the vectors (T, H) of sentences of T words; (0, H) of one without words."""

_OF_WORDS: dict[str, Callable[[Vectors], Vectors]] = {
    "mean": lambda states: states.mean(axis=0, dtype=np.float64),
    "max": lambda states: states.max(axis=0),
}


def task_of_level(config: ModelConfig, level: int | str | None) -> str:
    """Return a task whose head reads the vectors of a level, which is given by its number or by a task of it.

    None is the highest one that single sentences climb to.
    Raises InputError for a level that there is not, one where two sentences are read together, and the number of one
    that its tasks do not share.
    """
    together = isinstance(config.encoder, TransformerConfig) and config.encoder.pairs == "together"
    tasks_at = {number: config.tasks_at(number) for number in range(1, config.levels + 1) if config.tasks_at(number)}
    alone = {number: tasks for number, tasks in tasks_at.items() if not (together and config.serves_pairs(number))}
    offered = ", ".join(f"{number} ({', '.join(tasks)})" for number, tasks in alone.items())
    if not alone:
        raise InputError("this model has no level whose vectors single sentences have")
    if level is None:
        return alone[max(alone)][0]
    named = level if isinstance(level, str) and level in config.tasks else None
    number = config.tasks[named].level if named else _number_of(level)
    if number in tasks_at and number not in alone:
        raise InputError(f"level {number} reads two sentences together and has no vectors of one; choose {offered}")
    if number not in alone:
        raise InputError(f"level {level!r:.60}: this model has no such level or task; choose {offered}")
    if named is None and number in config.split_levels and len(alone[number]) > 1:
        raise InputError(f"the tasks of level {number} do not share it: name one of {', '.join(alone[number])}")
    return named or alone[number][0]


def _number_of(level: int | str) -> int:
    """Return the number of a level, given as such or as `level2`; 0 of anything else."""
    if isinstance(level, str) and (found := re.fullmatch(r"level(\d{1,4})", level)):
        return int(found.group(1))
    return level if isinstance(level, int) and not isinstance(level, bool) else 0


def check_pooling(pooling: str, batch_size: object) -> None:
    """Refuse an unknown pooling and what is no number of texts."""
    if pooling not in get_args(Pooling):
        raise InputError(f"pooling {pooling!r:.60} is unknown; choose {', '.join(get_args(Pooling))}")
    if not isinstance(batch_size, int) or batch_size < 1:
        raise InputError(f"batch_size is a whole number above 0, found {batch_size!r:.60}")


def text_vectors(
    documents: Iterable[Document], hidden: Hidden, *, pooling: Pooling, batch_size: int, unit: bool
) -> Vectors:
    """Return the vectors of documents (n, H), float32, `batch_size` of them computed together.

    One without words has zeros; where `unit` is asked for, others have the length 1.
    """
    source, found = iter(documents), [hidden([[]])[0]]
    while group := list(islice(source, batch_size)):
        states = iter(hidden([words for document in group for words in _words_of(document)]))
        of_texts = [list(islice(states, len(document.sentences))) for document in group]
        found += [_pooled(np.concatenate([found[0], *of_text]), pooling, unit)[None] for of_text in of_texts]
    return np.concatenate(found)


def word_vectors(document: Document, hidden: Hidden) -> Vectors:
    """Return the vectors of all words of a document (N, H), float32."""
    return np.concatenate(hidden([*_words_of(document), []]))


def _words_of(document: Document) -> list[list[str]]:
    return [[token.text for token in sentence.tokens] for sentence in document.sentences]


def _pooled(states: Vectors, pooling: Pooling, unit: bool) -> Vectors:
    """Return one vector (H,) of those of the words (N, H)."""
    vector = _OF_WORDS[pooling](states).astype(np.float64) if len(states) else np.zeros(states.shape[1])
    length = float(np.linalg.norm(vector))
    pooled: Vectors = (vector / length if unit and length else vector).astype(np.float32)
    return pooled
