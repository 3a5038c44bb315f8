"""The mean of several runs: of their weights exactly, and only where they are runs of one network."""

from __future__ import annotations

import pytest
import torch

from jmt.cascade.symbols.labels import LabelSet
from jmt.errors import ConfigError
from jmt.training.starting.averaging import average
from tests.assets.tiny_model import tiny_model


def test_every_weight_is_the_weighted_mean():
    first, second = tiny_model(seed=1), tiny_model(seed=2)
    expected = {
        name: 0.75 * value + 0.25 * second.state_dict()[name]
        for name, value in first.state_dict().items()
        if value.is_floating_point()
    }
    mean = average({"a": first, "b": second}, [0.75, 0.25])
    assert expected
    for name, value in expected.items():
        torch.testing.assert_close(mean.state_dict()[name], value)


def test_the_mean_of_a_model_and_itself_is_that_model_bit_for_bit():
    model, again = tiny_model(), tiny_model()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    mean = average({"a": model, "b": again}, [0.5, 0.5])
    assert all(torch.equal(value, before[name]) for name, value in mean.state_dict().items())


def test_models_with_other_tasks_labels_words_or_sizes_are_refused():
    with pytest.raises(ConfigError, match="a and b have other tasks or labels"):
        average({"a": tiny_model(), "b": tiny_model(["xpos"])}, [0.5, 0.5])
    other = tiny_model()
    other.labels["xpos"] = LabelSet([*other.labels["xpos"].labels[:-1], "XX"])
    with pytest.raises(ConfigError, match="a and b have other tasks or labels"):
        average({"a": tiny_model(), "b": other}, [0.5, 0.5])
    other = tiny_model()
    other.lexicon.words.symbols[3] = "else"
    with pytest.raises(ConfigError, match="know other words: train both on the same corpora"):
        average({"a": tiny_model(), "b": other}, [0.5, 0.5])
    wider = tiny_model(changes={"xpos": {"classifier_size": 9}})
    with pytest.raises(ConfigError, match=r"are other networks: `heads\.xpos\.\S+` is \(\d+, \d+\) and \(9, \d+\)"):
        average({"a": tiny_model(), "b": wider}, [0.5, 0.5])


def test_a_mean_has_confidences_to_be_calibrated_anew():
    model = tiny_model()
    model.temperatures = {"xpos": 1.5}
    assert not average({"a": model, "b": tiny_model()}, [0.5, 0.5]).cascade.temperatures
