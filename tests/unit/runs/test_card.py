"""What a checkpoint says about its making."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jmt.network import checkpoint
from jmt.runs.card import card_of
from jmt.runs.config.building import build_config
from tests.assets.tiny_model import tiny_model


def tables(**corpus: Any) -> dict[str, Any]:
    """Return the tables of a configuration with one corpus of one's own beside a known one."""
    return {
        "corpora": {"mine": {"train": "mine.tsv", **corpus}},
        "encoder": {"kind": "bilstm"},
        "task": {"entailment": {"kind": "pair_classifier", "level": 1, "corpus": ["sick", "mine"]}},
    }


def test_the_terms_of_a_corpus_of_one_s_own_stand_on_the_card_beside_those_of_known_ones():
    card = card_of(build_config(tables(licence="CC BY 4.0", release="my letters, 2026")), None)

    assert card["licences"] == {"mine": "CC BY 4.0", "sick": "CC BY-NC-SA 3.0"}
    assert card["releases"]["mine"] == "my letters, 2026"
    assert card["releases"].keys() == {"mine", "sick"}


@pytest.mark.parametrize("key", ["licence", "release"])
def test_what_a_corpus_of_one_s_own_does_not_say_stands_on_no_card(key: str):
    card = card_of(build_config(tables()), None)

    assert card[f"{key}s"].keys() == {"sick"}


def test_what_a_model_had_seen_stays_on_the_card_of_one_that_goes_on_from_it(tmp_path: Path):
    seen = {"encoder_seen": "It was taught by another.", "distilled_from": {"name": "other"}, "vectors": ["of-words"]}
    checkpoint.save(tiny_model(), tmp_path / "old", card=seen)

    card = card_of(build_config(tables()), str(tmp_path / "old"))

    inherited = {**seen, "distilled_from": {"name": "other", "inherited": True}}
    assert {key: card[key] for key in seen} == inherited
