"""Variations of pairs in a configuration: what means nothing is refused, with what would mean something."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jmt.errors import ConfigError
from jmt.runs.config import RunConfig, build_config, read_config
from jmt.runs.splits import with_score_ranges
from jmt.runs.tasks import training_task
from tests.assets.tiny_corpus import write_tiny_corpus
from tests.assets.tiny_examples import tiny_examples


def config_with(folder: Path, *edits: str) -> RunConfig:
    return with_score_ranges(read_config(str(write_tiny_corpus(folder)), overrides=edits))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("task.xpos.variations.case=0.1", "task.xpos.variations: pairs are varied"),
        ("task.relatedness.variations.itself_label='x'", "a grade has no classes"),
        ("task.entailment.variations.swap=0.5", "symmetric_labels = "),
        ("task.entailment.variations.symmetric_labels=['contradiction']", "swap and symmetric_labels go together"),
        (
            "task.entailment.variations.typo=0.1",
            "task.entailment.variations.typo: unknown key; valid keys here: itself",
        ),
        ("task.entailment.variations.case=2", "task.entailment.variations.case = 2"),
        ("task.entailment.final_stop=0.5", "variations.final_stop = "),
    ],
)
def test_variations_that_mean_nothing_are_refused(tmp_path: Path, edit: str, said: str):
    with pytest.raises(ConfigError, match=said):
        config_with(tmp_path, edit)


def test_contractions_are_those_of_english(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"task.entailment.variations.contractions: .* `en`, and this is `fr`"):
        config_with(tmp_path, "language='fr'", "task.entailment.variations.contractions=0.1")


def test_a_configuration_is_written_with_its_variations_and_read_again(tmp_path: Path):
    edits = ["task.relatedness.variations.swap=0.5", "task.relatedness.variations.itself=0.1"]
    config = config_with(tmp_path, *edits)

    assert build_config(config.to_tables()).data == config.data


def test_what_is_said_of_a_sentence_and_itself_is_the_highest_grade_and_the_class_of_that_name(tmp_path: Path):
    config = config_with(tmp_path, "task.relatedness.variations.itself=0.1", "task.entailment.variations.itself=0.1")
    examples = tiny_examples()

    assert training_task(config, "relatedness", examples["relatedness"]).itself_gold == 5.0
    assert training_task(config, "entailment", examples["entailment"]).itself_gold == "entailment"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("itself_label='same'", r"itself_label: no class is called 'same'; classes here are "),
        ("itself_label='no'", r"OK"),
        ("itself=0.2", r"itself: nothing says which class .* classes here are no, yes. Name it, as in variations"),
        ("symmetric_labels=['maybe']", r"symmetric_labels: no class is called 'maybe'"),
    ],
)
def test_a_class_that_is_named_has_to_be_there_and_none_is_guessed(tmp_path: Path, edit: str, said: str):
    edits = [f"task.entailment.variations.{edit}"] + ["task.entailment.variations.swap=0.1"] * ("symmetric" in edit)
    config = config_with(tmp_path, *edits, *["task.entailment.variations.itself=0.2"])
    examples = replace(tiny_examples()["entailment"], gold=["no", "no", "yes"])

    if said == "OK":
        assert training_task(config, "entailment", examples).itself_gold == "no"
    else:
        with pytest.raises(ConfigError, match=said):
            training_task(config, "entailment", examples)
