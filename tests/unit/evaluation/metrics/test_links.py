"""F1 of links between the words of a sentence."""

from __future__ import annotations

import pytest

from jmt.evaluation.metrics import Links


def test_links_are_counted_one_by_one_whatever_word_they_leave():
    metric = Links()
    metric.update(["_", "1|2", "3"], ["1", "2", "3"])  # 3 gold, 3 predicted, 2 right
    metric.update(["_"], ["1"])  # none gold

    assert metric.result() == {
        "f1": pytest.approx(2 * 2 / (3 + 4)),
        "precision": 2 / 4,
        "recall": pytest.approx(2 / 3),
        "count": 3,
    }
    assert {name: (score.count, score.recall) for name, score in metric.labels.scores().items()} == {
        "itself": (2, 1.0),
        "a word before": (1, 0.0),
    }
    assert metric.confusion["a word before and itself", "itself"] == 1
    assert metric.confusion["_", "itself"] == 2


def test_without_links_there_is_nothing_to_be_right_about():
    metric = Links()
    metric.update(["_", "_"], ["_", "_"])

    assert metric.result() == {"f1": 0.0, "precision": 0.0, "recall": 0.0, "count": 0}


def test_a_prediction_for_other_words_is_refused():
    with pytest.raises(ValueError, match="3 gold words were answered by 2 predictions"):
        Links().update(["_", "_", "_"], ["_", "_"])
