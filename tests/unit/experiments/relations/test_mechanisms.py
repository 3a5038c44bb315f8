"""Mechanisms by which tasks help each other: each does what its closed form says, and does not where it is absent."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from jmt.cli.main import main
from jmt.experiments.relations import mechanisms
from jmt.experiments.relations.mechanisms import (
    MECHANISMS,
    attention_focusing,
    eavesdropping,
    expected,
    noise_averaging,
    regularisation,
    representation_bias,
)


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_does_what_its_closed_form_says(name: str):
    shown = MECHANISMS[name](np.random.default_rng(1))
    assert shown.alone == pytest.approx(shown.alone_expected, rel=0.05)
    assert shown.together == pytest.approx(shown.together_expected, rel=0.05)


def test_the_closed_forms_are_known_numbers():
    assert expected(20) == pytest.approx(10 / 9)  # sigma^2 d / (n - d - 1)
    assert expected(100) == pytest.approx(10 / 89)
    assert expected(20, 1) == pytest.approx(1 / 18)
    generator = np.random.default_rng(2)
    draws = 0.3 * np.sqrt(20) + generator.standard_normal((100_000, 5))
    needed, useless = (draws**2).sum(axis=1), (generator.standard_normal((100_000, 5)) ** 2).sum(axis=1)
    ranked = attention_focusing(generator, 10).together_expected
    assert ranked == pytest.approx(float(np.mean(needed > useless)), abs=0.005)


def test_together_is_better_and_a_single_task_helps_nobody(monkeypatch: pytest.MonkeyPatch):
    for mechanism in (noise_averaging, eavesdropping, representation_bias):
        shown = mechanism(np.random.default_rng(3))
        assert shown.together < 0.2 * shown.alone
    fitted = regularisation(np.random.default_rng(3))
    assert fitted.together == pytest.approx(fitted.alone / 5, rel=0.05)
    focused = attention_focusing(np.random.default_rng(3))
    assert focused.together > focused.alone + 0.1
    monkeypatch.setattr(mechanisms, "TASKS", 1)
    for mechanism in (noise_averaging, attention_focusing, regularisation):
        shown = mechanism(np.random.default_rng(4))
        assert shown.together_expected == pytest.approx(shown.alone_expected)
        assert shown.together == pytest.approx(shown.alone, rel=0.05)


def test_they_are_told_with_a_warning_and_without_any_corpus(capsys: pytest.CaptureFixture[str]):
    assert main(["relations", "--mechanisms"]) == 0
    told = capsys.readouterr().out
    for name, mechanism in MECHANISMS.items():
        shown = mechanism(np.random.default_rng(1))
        assert name in told
        for field in dataclasses.fields(shown)[1:]:
            assert f"{getattr(shown, field.name):.3f}" in told
    assert "no evidence that one of them is behind a gain" in told


def test_without_mechanisms_a_configuration_and_a_folder_are_needed(capsys: pytest.CaptureFixture[str]):
    for words, missing in ((["relations"], "CONFIG and --output missing"), (["relations", "demo"], "--output missing")):
        assert main(words) == 2
        assert missing in capsys.readouterr().err
    assert main(["relations", "demo", "--output", "x", "--mechanisms"]) == 2
    assert "--mechanisms" in capsys.readouterr().err
