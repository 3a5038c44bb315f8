"""What the warm-up runs, and what it measures: the cost of a batch and of padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from jmt.document import Sentence
from jmt.serve.batching import inference
from jmt.serve.batching.inference import LEAST_OVERHEAD, LEAST_PADDING, MOST_OVERHEAD, Inference
from jmt.serve.settings import Settings
from tests.unit.serve.fake import FakeAnnotator
from tests.unit.serve.served import served


class Timed(FakeAnnotator):
    """Takes the time that its test chose: for a batch, for a real token, for one of padding; more while it is busy."""

    batch, real, padding = 0.002, 20e-6, 6e-6
    busy: tuple[int, ...] = ()
    """The batches that take a second longer, counted from 0."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = [0.0]
        self.sizes: list[tuple[int, int]] = []
        """Of every batch: how many items, and its padded tokens."""

    def spend(self, lengths: list[int]) -> None:
        """Let the time of one batch pass."""
        real, padded = sum(lengths), max(lengths) * len(lengths)
        self.sizes.append((len(lengths), padded))
        own = self.batch + self.real * real + self.padding * (padded - real)
        self.seconds.append(own + (len(self.seconds) - 1 in self.busy))

    def annotate_each(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        self.spend([len(sentence.tokens) for sentence in sentences])

    def compare_many(self, pairs: Sequence[tuple[str, str]], tasks: Sequence[str]) -> list[Any]:
        self.spend([len(first.split()) for first, _ in pairs])
        return []


def measured(annotator: Timed, monkeypatch: pytest.MonkeyPatch, settings: Settings | None = None) -> Any:
    """What warming up says that a batch costs, and padding."""
    monkeypatch.setattr(inference.time, "perf_counter", lambda: sum(annotator.seconds))
    return pytest.approx(Inference(annotator, settings or Settings()).warm_up())


def test_warming_up_runs_the_largest_batch_and_measures_what_a_batch_costs(monkeypatch: pytest.MonkeyPatch):
    annotator = Timed()
    settings = Settings(max_batch_tokens=2048, max_sentence_tokens=512)

    assert measured(annotator, monkeypatch, settings) == (100, 0.3)  # tokens' worth; 6 of 20 microseconds
    assert annotator.sizes[0] == (4, 2048)


@pytest.mark.parametrize(
    ("batch", "real", "padding", "costs"),
    [
        (0.002, 20e-6, 0.0, (100, LEAST_PADDING)),
        (0.002, 20e-6, 40e-6, (100, 1)),
        (0.0, 20e-6, 20e-6, (LEAST_OVERHEAD, 1)),
        (20.0, 20e-6, 10e-6, (MOST_OVERHEAD, 0.5)),
        (1.0, 0.0, 0.0, (MOST_OVERHEAD, 1)),
    ],
)
def test_what_is_measured_stays_within_what_can_be(
    batch: float, real: float, padding: float, costs: tuple[float, float], monkeypatch: pytest.MonkeyPatch
):
    annotator = Timed()
    annotator.batch, annotator.real, annotator.padding = batch, real, padding

    assert costs == measured(annotator, monkeypatch)


def test_a_busy_moment_of_the_warm_up_changes_no_cost(monkeypatch: pytest.MonkeyPatch):
    annotator = Timed()
    annotator.busy = (2, 3, 4)  # after the largest batch and one of pairs: the first round

    assert measured(annotator, monkeypatch) == (100, 0.3)


def test_a_model_of_pairs_alone_is_measured_by_pairs(monkeypatch: pytest.MonkeyPatch):
    annotator = Timed()
    annotator.token_tasks = []

    assert measured(annotator, monkeypatch) == (100, 0.3)


def test_batches_are_chosen_by_what_was_measured(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Inference, "warm_up", lambda _: (123.0, 0.5))
    with served() as client:
        budget = client.app.service.batcher._budget

    assert (budget.overhead, budget.padding) == (123.0, 0.5)
