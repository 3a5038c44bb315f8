"""The seam to the library: all that the service asks of an annotator, and what runs on the inference thread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

from jmt.document import Document, Judgement, Sentence, Token


class Annotates(Protocol):
    """What the service needs of `jmt.annotate.Annotator`; every method may be called from any thread."""

    @property
    def token_tasks(self) -> Sequence[str]:
        """Tasks about single sentences, lowest first."""

    @property
    def pair_tasks(self) -> Sequence[str]:
        """Tasks about pairs, lowest first."""

    def segment(self, text: str) -> Document:
        """Split and tokenise a text; no task is run."""

    def annotate_sentences(self, sentences: Sequence[Sentence], tasks: Sequence[str]) -> None:
        """Write what the tasks predict into sentences of any documents."""

    def tokenize(self, text: str) -> list[str]:
        """Give the words of a text that is one sentence."""

    def compare_many(self, pairs: Sequence[tuple[str, str]], tasks: Sequence[str]) -> list[Judgement]:
        """Judge pairs of sentences."""

    def run_for(self, tasks: Sequence[str]) -> list[str]:
        """Give every task that runs when these are asked for, lowest first."""

    def describe(self) -> dict[str, Any]:
        """Tell what the model is, as JSON values."""


ANNOTATE, COMPARE, WARM_UP = "annotate", "compare", "warm up"
Group = tuple[str, tuple[str, ...]]  # what a batch has in common: the verb and the tasks


class NonFinite(Exception):
    """The model gave a number that is none."""


class Inference:
    """Runs batches of the batcher through an annotator."""

    def __init__(self, annotator: Annotates) -> None:
        self.annotator = annotator

    def run(self, group: Group, payloads: Sequence[Any]) -> list[dict[str, Any]]:
        """Run one batch; gives one JSON object per sentence or pair, in order.

        Raises whatever the annotator raises, `NonFinite` where a score is not a number.
        """
        verb, tasks = group
        if verb == WARM_UP:
            return [self.warm_up(sentence_tokens) for sentence_tokens in payloads]
        if verb == ANNOTATE:
            self.annotator.annotate_sentences(payloads, tasks)
            return [sentence.to_dict() for sentence in payloads]
        judgements = [judgement.to_dict() for judgement in self.annotator.compare_many(payloads, tasks)]
        for judgement in judgements:
            check_finite(judgement)
        return judgements

    def warm_up(self, sentence_tokens: int) -> dict[str, Any]:
        """Run every task once, on the longest sentence allowed: what is too much fails before the service is ready."""
        words = ["word"] * sentence_tokens
        if self.annotator.token_tasks:
            sentence = Sentence([Token(position, word) for position, word in enumerate(words, start=1)])
            self.annotator.annotate_sentences([sentence], self.annotator.token_tasks)
        if self.annotator.pair_tasks:
            self.annotator.compare_many([("One.", "Two.")], self.annotator.pair_tasks)
        return {}


def check_finite(value: Any) -> None:
    """Refuse NaN and infinity, which JSON cannot say, anywhere in an answer."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NonFinite
    elif isinstance(value, dict):
        for inner in value.values():
            check_finite(inner)
    elif isinstance(value, list):
        for inner in value:
            check_finite(inner)
