"""The seam to the library: all that the service asks of an annotator, and what runs on the inference thread."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Protocol

from jmt.document import Document, Judgement, Sentence, Token
from jmt.errors import ConfigError, DeviceError, MissingLibraryError, ScoreError
from jmt.serve.batching.batcher import Broken
from jmt.serve.settings import Settings


class Annotates(Protocol):
    """What the service needs of `jmt.annotate.Annotator`; every method may be called from any thread."""

    @property
    def token_tasks(self) -> Sequence[str]:
        """Tasks about single sentences, lowest first."""

    @property
    def pair_tasks(self) -> Sequence[str]:
        """Tasks about pairs, lowest first."""

    def segment_each(self, texts: Sequence[str]) -> Iterator[Document]:
        """Split and tokenise texts, each when its turn comes; no task is run."""

    def annotate_each(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        """Write into each sentence what its own tasks predict; none climbs higher than its tasks need."""

    def tokenize(self, text: str) -> list[str]:
        """Give the words of a text that is one sentence."""

    def compare_many(self, pairs: Sequence[tuple[str, str]], tasks: Sequence[str]) -> list[Judgement]:
        """Judge pairs of sentences."""

    def run_for(self, tasks: Sequence[str]) -> list[str]:
        """Give every task that runs when these are asked for, lowest first."""

    def describe(self) -> dict[str, Any]:
        """Tell what the model is, as JSON values."""


ANNOTATE, WITH_CONFIDENCES, WARM_UP, PROBE = "annotate", "annotate with confidences", "warm up", "probe"
Group = str | tuple[str, ...]
"""What a batch has in common: the verb alone for sentences, each of which has tasks of its own; the tasks for pairs."""

TRIAL_ROWS, TRIAL_WORDS, TRIALS = 32, 16, 3
_UNEVEN_WORDS = (4, 28)  # as many on average
LEAST_OVERHEAD, MOST_OVERHEAD = 8.0, 100_000.0
LEAST_PADDING = 0.2


class Inference:
    """Runs batches of the batcher through an annotator."""

    def __init__(self, annotator: Annotates, settings: Settings) -> None:
        self.annotator = annotator
        self.settings = settings

    def run(self, group: Group, payloads: Sequence[Any]) -> Sequence[Any]:
        """Run one batch; gives the sentence annotated for each (sentence, tasks), or a judgement for each pair.

        Raises whatever the annotator raises, `ScoreError` where a score is not a number, `Broken` where the device has
        failed for good.
        """
        try:
            if group in (ANNOTATE, WITH_CONFIDENCES):
                sentences = [sentence for sentence, _ in payloads]
                confidences = group == WITH_CONFIDENCES
                self.annotator.annotate_each(sentences, [tasks for _, tasks in payloads], confidences=confidences)
                return sentences
            if group == WARM_UP:
                return [self.warm_up() for _ in payloads]
            if group == PROBE:
                return [self._try([1]) for _ in payloads]
            judgements = self.annotator.compare_many(payloads, group)
        except DeviceError as error:
            raise Broken from error
        for judgement in judgements:
            _check_finite(judgement)
        return judgements

    def warm_up(self) -> tuple[float, float]:
        """Run the largest batch allowed, so that what is too much fails before the service is ready.

        Gives what a batch costs beside its tokens, in tokens, and what padding costs, as the batcher wants to know.
        """
        settings = self.settings
        words = min(settings.max_sentence_tokens, settings.max_batch_tokens)
        self._try([words] * min(settings.max_batch_items, max(1, settings.max_batch_tokens // words)))
        if self.annotator.pair_tasks:
            side = " ".join(["word"] * min(words, 50))
            pairs = [(side, side)] * min(8, settings.max_batch_items)
            with suppress(ConfigError, MissingLibraryError):  # where nothing splits text, pairs are refused when asked
                self.annotator.compare_many(pairs, self.annotator.pair_tasks)
        return self._measure_costs()

    def _measure_costs(self) -> tuple[float, float]:
        """Time a small batch, a larger one, and one as large whose sentences differ in length.

        What is left of the small one when its tokens are paid for is the overhead; what the uneven one takes longer is
        the padding.
        """
        rows, words = TRIAL_ROWS, TRIAL_WORDS
        shapes = [words], [words] * rows, [*_UNEVEN_WORDS] * (rows // 2)
        rounds = [[self._try(shape) for shape in shapes] for _ in range(TRIALS)]  # a busy moment slows all of a round
        one, even, uneven = map(min, zip(*rounds, strict=True))
        per_token = (even - one) / (words * (rows - 1))
        if per_token <= 0:
            return MOST_OVERHEAD, 1.0
        overhead = min(max(one / per_token - words, LEAST_OVERHEAD), MOST_OVERHEAD)
        padding = (uneven - even) / (rows * (max(_UNEVEN_WORDS) - words) * per_token)
        return overhead, min(max(padding, LEAST_PADDING), 1.0)

    def _try(self, lengths: Sequence[int]) -> float:
        """Annotate sentences of so many words that mean nothing; gives the seconds it took."""
        began = time.perf_counter()
        if self.annotator.token_tasks:
            sentences = [Sentence([Token(place, "word") for place in range(1, words + 1)]) for words in lengths]
            self.annotator.annotate_each(sentences, [tuple(self.annotator.token_tasks)] * len(sentences))
        elif self.annotator.pair_tasks:
            sides = [" ".join(["word"] * words) for words in lengths]
            self.annotator.compare_many([(side, side) for side in sides], self.annotator.pair_tasks)
        return time.perf_counter() - began


def _check_finite(judgement: Judgement) -> None:
    """Refuse a score that is NaN or infinite, which JSON cannot say; raises ScoreError."""
    numbers = [judgement.relatedness, *(judgement.relatedness_distribution or ())]
    numbers += [*(judgement.probabilities or {}).values(), *judgement.values.values()]
    if not all(math.isfinite(number) for number in numbers if isinstance(number, float)):
        raise ScoreError("a score of a pair is no number")
