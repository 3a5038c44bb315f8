"""Temperatures are found again, by a predictor that was given some, and change nothing but confidences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from jmt.cascade.encoder_config import BiLSTMConfig
from jmt.cascade.symbols.examples import TaskExamples
from jmt.cascade.symbols.values import Choice, Tagged
from jmt.evaluation.calibration import temperature
from jmt.evaluation.calibration.judged import Judged
from jmt.evaluation.calibration.reliability import expected_calibration_error
from jmt.evaluation.calibration.temperature import fit_temperatures

LABELS = ("a", "b", "c")


def softmax(scores: np.ndarray, temperature: float) -> np.ndarray:
    shares = np.exp(scores / temperature - (scores / temperature).max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


class Drawn:
    """Predicts from drawn scores, by sentences of ten words; gold is drawn from the softmax at a known temperature."""

    def __init__(self, words: int, **true: float) -> None:
        generator = np.random.default_rng(3)
        self.scores = {task: generator.normal(size=(words, len(LABELS))) * 3 for task in true}
        self.gold = {
            task: [LABELS[generator.choice(3, p=share)] for share in softmax(self.scores[task], at)]
            for task, at in true.items()
        }
        self.words = [["w"] * 10 for _ in range(words // 10)]
        self.shares: dict[str, np.ndarray] = {}
        self.asked: list[Mapping[str, float]] = []
        self.sentences: list[int] = []
        self.cascade = SimpleNamespace(pair_tasks=[], config=SimpleNamespace(encoder=BiLSTMConfig()))

    def of_corpus(self, corpus: str) -> Drawn:
        return self

    def at_temperatures(self, temperatures: Mapping[str, float]) -> Drawn:
        self.shares = {task: softmax(scores, temperatures.get(task, 1.0)) for task, scores in self.scores.items()}
        self.asked.append(dict(temperatures))
        return self

    def annotate(self, sentences: Sequence[Any], tasks: Sequence[str], *, confidences: bool) -> list[dict[str, Any]]:
        assert confidences
        self.sentences.append(len(sentences))
        return [{task: self._tagged(task, place) for task in tasks} for place in range(len(sentences))]

    compare = annotate

    def _tagged(self, task: str, place: int) -> Tagged:
        shares = self.shares[task][10 * place : 10 * place + 10]
        best = shares.argmax(-1).tolist()
        return Tagged([LABELS[label] for label in best], shares.max(-1).tolist())

    def examples(self) -> list[TaskExamples]:
        return [
            TaskExamples(task, "tagger", self.words, [gold[place : place + 10] for place in range(0, len(gold), 10)])
            for task, gold in self.gold.items()
        ]


def test_a_known_temperature_is_found_again_for_each_of_several_tasks() -> None:
    drawn = Drawn(9_000, meek=0.5, sure=2.5, fair=1.0)
    found = fit_temperatures(drawn, drawn.examples())
    assert found["meek"].temperature == pytest.approx(0.5, rel=0.06)
    assert found["sure"].temperature == pytest.approx(2.5, rel=0.06)
    assert found["fair"].temperature == pytest.approx(1.0, rel=0.06)
    for task in ("meek", "sure"):
        before, after = (expected_calibration_error(at) for at in (found[task].before, found[task].after))
        assert after < 0.2 * before
        assert (found[task].before.right == found[task].after.right).all()
    assert len(drawn.asked) <= 12


def test_a_temperature_is_never_worse_than_none_on_what_it_was_fitted_to() -> None:
    drawn = Drawn(500, fair=1.0)
    (fitted,) = fit_temperatures(drawn, drawn.examples()).values()
    assert temperature._loss(fitted.after) <= temperature._loss(fitted.before)


def test_a_hundred_right_predictions_or_wrong_ones_make_no_certainty() -> None:
    for right, moderate, certain in ((True, 0.99, 0.99999), (False, 0.01, 0.00001)):
        losses = [
            temperature._loss(Judged(np.full(100, confidence), np.full(100, right)))
            for confidence in (0.5, moderate, certain)
        ]
        assert min(losses) == losses[1]


def test_tasks_with_little_to_tell_and_tasks_that_grade_get_none() -> None:
    drawn = Drawn(90, few=2.0)
    grades = TaskExamples("grade", "pair_regressor", [(["a"], ["b"])] * 200, [1.0] * 200)
    assert fit_temperatures(drawn, [*drawn.examples(), grades]) == {}
    assert drawn.asked == [{}]


def test_of_many_examples_some_are_looked_at_evenly_and_of_every_corpus_its_share() -> None:
    inputs = [["w"]] * 2_600
    examples = TaskExamples(
        "t", "tagger", inputs, [[str(n)] for n in range(2_600)], parts=(("one", 700), ("two", 1_900))
    )
    some = temperature._thinned(examples)
    assert [gold[0] for gold in some.gold] == [str(n) for n in range(0, 2_600, 3)]
    assert some.parts == (("one", 234), ("two", 633))
    assert len(some.inputs) == len(some) == 234 + 633
    few = TaskExamples("t", "tagger", inputs[:1_000], [["a"]] * 1_000)
    assert temperature._thinned(few) is few


def test_classes_of_whole_examples_are_calibrated_too() -> None:
    class Classes(Drawn):
        def _tagged(self, task: str, place: int) -> Any:
            shares = self.shares[task][place]
            return Choice(LABELS[shares.argmax()], dict(zip(LABELS, shares.tolist(), strict=True)))

    drawn = Classes(1_000, genre=2.0)
    examples = TaskExamples("genre", "classifier", [["w"]] * 1_000, drawn.gold["genre"])
    assert fit_temperatures(drawn, [examples])["genre"].temperature == pytest.approx(2.0, rel=0.15)
