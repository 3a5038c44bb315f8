"""The weights that a cascade is said to have are those that its network has."""

from __future__ import annotations

from typing import Any

import pytest

from jmt.cascade.shapes import expected_weights
from jmt.files.guards.weights_header import Entry
from jmt.network.model import JointModel
from jmt.runtime.encoders.blocks import NAMES
from tests.assets.tiny_model import OF_SENTENCES, OF_WORDS, TASKS, tiny_model
from tests.assets.tiny_transformer import tiny_transformer

ALL_TASKS = {**TASKS, **OF_WORDS, **OF_SENTENCES}

CHANGES: dict[str, dict[str, dict[str, Any]]] = {
    "the paper's": {},
    "others": {
        "chunk": {"decoder": "crf"},
        "dep": {"scorer": "biaffine", "arc_size": 6, "deprel_size": 5},
        "relatedness": {"reads": ["dep", "genre"], "interaction": "attention", "compare_size": 6},
        "entailment": {"reads": ["relatedness", "feats"], "hidden_layers": 2, "maxout_pool": 3},
    },
    "a tree of the matcher read": {"relatedness": {"reads": ["dep"]}},
}


def weights_in(model: JointModel) -> dict[str, Entry]:
    return {name: Entry("F32", tuple(weight.shape)) for name, weight in model.state_dict().items()}


@pytest.mark.parametrize("changes", CHANGES)
def test_they_are_those_of_every_kind_of_head(changes: str):
    model = tiny_model(tuple(ALL_TASKS), changes=CHANGES[changes])

    assert expected_weights(model.cascade) == weights_in(model)


@pytest.mark.parametrize("encoder", [{"shortcut": False}, {"corpus_vectors": ["one", "two"]}], ids=str)
def test_they_are_those_of_every_bi_lstm(encoder: dict[str, Any]):
    model = tiny_model(tuple(ALL_TASKS), **encoder)

    assert expected_weights(model.cascade) == weights_in(model)


@pytest.mark.parametrize("encoder", [{"mix": False}, {"shortcut": False}, {"corpus_vectors": ["one"]}], ids=str)
def test_they_are_those_of_every_transformer(encoder: dict[str, Any]):
    model = tiny_transformer(**encoder)

    assert expected_weights(model.cascade) == weights_in(model)


@pytest.mark.parametrize("family", NAMES)
@pytest.mark.parametrize("pairs", ["separate", "together"])
def test_they_are_those_of_every_family_of_transformers_that_the_runtime_computes(family: str, pairs: str):
    model = tiny_transformer(family, pairs=pairs)

    assert expected_weights(model.cascade) == weights_in(model)
