"""Accuracies, per label and together."""

from __future__ import annotations

import pytest

from jmt.cascade.symbols.values import Choice
from jmt.evaluation.metrics import METRICS
from jmt.evaluation.metrics.accuracy import Accuracy
from jmt.evaluation.metrics.choices import Choices


def test_accuracy_weighs_words_not_sentences() -> None:
    metric = Accuracy()
    metric.update(["DT", "NN", "VB"], ["DT", "NN", "NN"])
    metric.update(["UH"], ["NN"])
    assert metric.result() == {"accuracy": 0.5, "count": 4}
    assert metric.statistics().tolist() == [[3, 2], [1, 0]]


def test_label_scores_and_confusion_add_up() -> None:
    metric = Accuracy()
    metric.update(["NN", "NN", "VB", "XX"], ["NN", "VB", "VB", "NN"])
    table = metric.labels.scores()
    assert list(table) == ["NN", "VB", "XX"]
    assert (table["NN"].precision, table["NN"].recall, table["NN"].f1) == (0.5, 0.5, 0.5)
    assert (table["VB"].precision, table["VB"].recall) == (0.5, 1.0)
    assert (table["XX"].precision, table["XX"].recall, table["XX"].count) == (0.0, 0.0, 1)
    assert metric.confusion == {("NN", "NN"): 1, ("NN", "VB"): 1, ("VB", "VB"): 1, ("XX", "NN"): 1}


def test_choices_have_scores_per_class() -> None:
    metric = Choices()
    golds = ["neutral", "neutral", "entailment", "contradiction"]
    guesses = ["neutral", "entailment", "entailment", "neutral"]
    for gold, guess in zip(golds, guesses, strict=True):
        metric.update(gold, Choice(guess, {}))
    result = metric.result()
    assert result["accuracy"] == 0.5
    assert result["count"] == 4
    assert (result["precision_neutral"], result["recall_neutral"], result["f1_neutral"]) == (0.5, 0.5, 0.5)
    assert (result["precision_entailment"], result["recall_entailment"]) == (0.5, 1.0)
    assert result["f1_contradiction"] == 0.0


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_scores_nothing_as_zero(name: str) -> None:
    metric = METRICS[name]()
    assert set(metric.result().values()) == {0}
    assert metric.statistics().shape == (0, len(metric.columns))
    assert metric.headline in metric.result()
    assert metric.convention


def test_an_accuracy_of_other_words_is_refused() -> None:
    with pytest.raises(ValueError, match="1 gold words were answered by 2"):
        Accuracy().update(["NN"], ["NN", "NN"])
