"""Every method, schedule and key that means nothing is refused when the configuration is read, with what would."""

from __future__ import annotations

import pytest

from jmt.errors import ConfigError
from jmt.runs.config import read_config
from jmt.training.settings.training import WeightingSettings
from jmt.training.weighting import METHODS
from jmt.training.weighting.refusals import INSTEAD, notes

SCHEDULES = ("successive", "sampled", "joint")
OTHER_VALUES = {
    "learning_rate": "0.5",
    "variant": "liebel",
    "likelihoods": "{xpos = 'gaussian'}",
    "temperature": "3.0",
    "mu": "0.5",
    "alpha": "0.5",
    "first_steps": "3",
    "shared": "level1",
    "normalize": "l2",
    "upper_bound": "true",
    "radius": "0.1",
    "scope": "trunk",
    "heads": "scaled",
    "rescale": "true",
}


def read(method: str, schedule: str, *overrides: str):
    return read_config(
        "bilstm", overrides=[f"training.weighting.method={method}", f"training.schedule={schedule}", *overrides]
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_method_is_taken_where_it_means_something_and_refused_elsewhere(method, schedule):
    if schedule in METHODS[method].schedules:
        assert read(method, schedule).training.weighting.method == method
        return
    with pytest.raises(ConfigError) as caught:
        read(method, schedule)
    text = str(caught.value)
    assert f"`{method}` means nothing under schedule `{schedule}`" in text
    assert " of all tasks" in text  # the reason
    instead = INSTEAD[METHODS[method].needs]
    assert "training.schedule to `joint`" in text
    assert f"`{instead}`" in text
    assert schedule in METHODS[instead].schedules


def test_what_needs_all_tasks_at_once_is_refused_under_every_schedule_of_one_task():
    refused = {name for name, method in METHODS.items() if method.schedules == ("joint",)}
    assert refused == {
        *("geometric_mean", "stch", "famo", "gradnorm", "mgda", "pcgrad", "cagrad", "nash", "aligned", "imtl_g"),
        *("upgrad", "dualproj"),
    }


@pytest.mark.parametrize("method", METHODS)
def test_a_method_takes_the_keys_that_it_reads_and_refuses_all_others(method):
    for key, value in OTHER_VALUES.items():
        override = f"training.weighting.{key}={value}"
        if key == "upper_bound" and method == "mgda":
            continue  # refused for another reason, below
        if key in METHODS[method].keys:
            read(method, "joint", override)
            continue
        with pytest.raises(ConfigError) as caught:
            read(method, "joint", override)
        assert f"training.weighting.{key} says nothing to method `{method}`" in str(caught.value)
        assert f"`{key}` is for " in str(caught.value)


def test_the_values_tried_are_of_all_keys():
    assert {"method", *OTHER_VALUES} == set(WeightingSettings.model_fields)


def test_learned_weights_of_one_task_at_a_time_are_allowed_with_a_word_of_warning():
    (note,) = notes(read("uncertainty", "sampled").training)
    assert "hardly more than learning rates" in note
    assert notes(read("uncertainty", "joint").training) == []
    assert notes(read("sum", "sampled").training) == []


def test_a_likelihood_of_a_task_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match="likelihoods: there is no task `nought`"):
        read("uncertainty", "joint", "training.weighting.likelihoods={nought='gaussian'}")


def test_an_unknown_method_is_refused_with_the_nearest_name():
    with pytest.raises(ConfigError, match=r"did you mean `gradnorm`.*known are sum, mean"):
        read("grad_norm", "joint")


def test_gradnorm_has_one_set_of_weights():
    with pytest.raises(ConfigError, match=r"one weight per task, .* take `joint` or `trunk`"):
        read("gradnorm", "joint", "training.weighting.scope=block")


def test_the_upper_bound_is_refused_without_hidden_states_that_all_tasks_share():
    bound = "training.weighting.upper_bound=true"
    with pytest.raises(ConfigError, match=r"on levels 1, 2, .* of a transformer, .* on one level; set .* = false"):
        read_config("transformer", overrides=["training.schedule=joint", "training.weighting.method=mgda", bound])
    flat = [
        f"task.{task}.level=1"
        for task in ("xpos", "upos", "feats", "lemma", "chunk", "dep", "relatedness", "entailment")
    ]
    alone = [f"task.{task}.reads=[]" for task in ("feats", "lemma", "chunk", "dep", "relatedness", "entailment")]
    with pytest.raises(ConfigError, match=r"batches of their own, .* never conflict: give all tasks one corpus"):
        read("mgda", "joint", bound, *flat, *alone)
