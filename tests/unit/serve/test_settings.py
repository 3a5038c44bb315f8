"""Limits from flags, environment variables and defaults."""

from __future__ import annotations

import pytest

from jmt.errors import ConfigError
from jmt.serve.settings import Settings, flag_of, help_of, settings_from, variable_of


def test_defaults_hold_where_nothing_is_said():
    assert settings_from({}, {}) == Settings()
    assert settings_from({"max_texts": None}, {"PATH": "x", "JMT_CORPORA": "y"}) == Settings()


def test_a_flag_wins_over_a_variable_and_a_variable_over_the_default():
    environment = {"JMT_MAX_TEXTS": "7", "JMT_MAX_BODY_BYTES": "1000"}

    settings = settings_from({"max_texts": 5}, environment)

    assert (settings.max_texts, settings.max_body_bytes, settings.max_characters) == (5, 1000, 100_000)


@pytest.mark.parametrize("written", ["", "many", "1.5", "1e3"])
def test_a_variable_that_is_no_whole_number_is_refused_by_its_name(written: str):
    with pytest.raises(ConfigError, match="JMT_MAX_TEXTS"):
        settings_from({}, {"JMT_MAX_TEXTS": written})


@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_below_one_is_refused_by_its_flag(value: int):
    with pytest.raises(ConfigError, match="--max-texts"):
        settings_from({"max_texts": value}, {})


def test_every_setting_has_a_flag_a_variable_and_an_explanation():
    for name, default, meaning in help_of():
        assert flag_of(name) == f"--{name}".replace("_", "-")
        assert variable_of(name) == f"JMT_{name.upper()}"
        assert default >= (0 if name == "drain_delay_seconds" else 1)
        assert len(meaning) > 10
