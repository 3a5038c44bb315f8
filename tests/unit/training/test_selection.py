"""The best epoch: which scores count, and in which direction."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jmt.errors import ConfigError
from jmt.training.events import EpochDone, Stopped
from jmt.training.selection import Selection, main_metric
from jmt.training.settings.training import SelectionSettings
from jmt.training.trainer import Trainer

KINDS = {
    "xpos": "tagger",
    "chunk": "tagger",
    "dep": "parser",
    "relatedness": "pair_regressor",
    "entailment": "pair_classifier",
}
RESULTS = {
    "xpos": {"accuracy": 0.9, "count": 100},
    "chunk": {"f1": 0.8, "precision": 0.7, "recall": 0.9, "count": 30},
    "dep": {"uas": 0.7, "las": 0.6, "count": 100},
    "relatedness": {"mse": 0.5, "pearson": 0.4, "spearman": 0.3, "count": 10},
    "entailment": {"accuracy": 0.3, "f1_neutral": 0.2, "count": 10},
}


def test_every_kind_has_one_main_metric():
    assert {task: main_metric(KINDS[task], RESULTS[task]) for task in KINDS} == {
        "xpos": "accuracy",
        "chunk": "f1",
        "dep": "las",
        "relatedness": "pearson",
        "entailment": "accuracy",
    }


def test_without_a_choice_the_main_metrics_are_averaged():
    assert Selection(SelectionSettings(), KINDS).score(RESULTS) == pytest.approx((0.9 + 0.8 + 0.6 + 0.4 + 0.3) / 5)


def test_chosen_metrics_are_averaged_and_errors_count_negative():
    chosen = SelectionSettings(metrics=("dep.uas", "relatedness.mse"))

    assert Selection(chosen, KINDS).score(RESULTS) == pytest.approx((0.7 - 0.5) / 2)


def test_the_paper_s_choice_is_dependency_accuracy():
    assert Selection(SelectionSettings(metrics=("dep.las",)), KINDS).score(RESULTS) == 0.6


def test_an_unknown_task_is_refused_before_training():
    with pytest.raises(ConfigError, match=r"`ner.f1` names no task here; write TASK.METRIC with one of xpos, chunk"):
        Selection(SelectionSettings(metrics=("ner.f1",)), KINDS)


def test_an_unknown_metric_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"`dep` has no `f1` on dev; it has uas, las, count"):
        Selection(SelectionSettings(metrics=("dep.f1",)), KINDS).score(RESULTS)


def test_a_task_without_a_dev_split_is_named():
    with pytest.raises(ConfigError, match=r"`dep` has no `las` on dev; it has no dev split"):
        Selection(SelectionSettings(metrics=("dep.las",)), KINDS).score({"xpos": {"accuracy": 1.0}})


def epochs(trainer: Trainer) -> list[EpochDone]:
    return [event for event in trainer.events() if isinstance(event, EpochDone)]


def test_dev_is_scored_every_few_epochs_and_after_the_last(build_trainer: Callable[..., Trainer]):
    trainer = build_trainer(tasks=("xpos",), epochs=5, evaluate_every=2, evaluate=lambda: {"accuracy": 0.5})

    assert [bool(epoch.metrics) for epoch in epochs(trainer)] == [False, True, False, True, True]


def test_an_equal_score_is_not_a_better_one(build_trainer: Callable[..., Trainer]):
    trainer = build_trainer(tasks=("xpos",), epochs=3, evaluate=lambda: {"accuracy": 0.5})

    assert [epoch.is_best for epoch in epochs(trainer)] == [True, False, False]


def test_without_dev_there_is_no_best_epoch_and_training_goes_on(build_trainer: Callable[..., Trainer]):
    trainer = build_trainer(tasks=("xpos",), epochs=3)

    assert [(epoch.score, epoch.is_best) for epoch in epochs(trainer)] == [(None, False)] * 3


def test_early_stopping_says_why(build_trainer: Callable[..., Trainer]):
    scores = iter([0.5, 0.4, 0.3, 0.9])
    trainer = build_trainer(
        tasks=("xpos",), epochs=9, selection={"patience": 2}, evaluate=lambda: {"accuracy": next(scores)}
    )
    last = list(trainer.events())[-1]

    assert isinstance(last, Stopped)
    assert (last.epoch, last.reason) == (3, "no better epoch for a while")
