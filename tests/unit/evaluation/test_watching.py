"""Predicting is watched without changing what is predicted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jmt.cascade.prediction import Predictor
from jmt.evaluation.watching import WatchedPredictor, nobody
from jmt.network.engine import TorchEngine
from tests.assets.tiny_model import SENTENCES, tiny_model


def test_somebody_hears_of_every_batch_and_of_how_many_there_will_be() -> None:
    predictor = Predictor(TorchEngine(tiny_model()), batch_tokens=10)
    heard: list[tuple[str, int]] = []

    @contextmanager
    def watch(total: int, unit: str) -> Iterator[Callable[[int], object]]:
        heard.append((unit, total))
        yield lambda done: heard.append(("done", done))
        heard.append(("end", 0))

    watched = WatchedPredictor(predictor, watch)
    assert watched.annotate(SENTENCES, ["xpos", "dep"]) == predictor.annotate(SENTENCES, ["xpos", "dep"])
    assert heard == [("sentence", 3), ("done", 1), ("done", 1), ("done", 1), ("end", 0)]
    heard.clear()
    pairs = [(SENTENCES[0], SENTENCES[1]), (SENTENCES[1], SENTENCES[2])]
    assert watched.compare(pairs, ["entailment"]) == predictor.compare(pairs, ["entailment"])
    assert heard == [("pair", 2), ("done", 1), ("done", 1), ("end", 0)]
    assert watched.cascade.token_tasks == predictor.cascade.token_tasks


def test_a_pair_that_is_graded_in_both_orders_is_one_pair() -> None:
    predictor = Predictor(TorchEngine(tiny_model(changes={"relatedness": {"orders": "both"}})))
    done: list[int] = []

    @contextmanager
    def watch(total: int, unit: str) -> Iterator[Callable[[int], object]]:
        yield done.append

    WatchedPredictor(predictor, watch).compare([(SENTENCES[0], SENTENCES[1])] * 3, ["relatedness"])
    assert sum(done) == 3


def test_nobody_need_watch() -> None:
    predictor = Predictor(TorchEngine(tiny_model()))
    assert WatchedPredictor(predictor, nobody).annotate(SENTENCES, ["xpos"]) == predictor.annotate(SENTENCES, ["xpos"])
