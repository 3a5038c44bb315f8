"""An encoder's configuration may describe the networks that we know, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from jmt.cascade.pretrained import FAMILIES, Pretrained
from jmt.files.guards.encoder import check_encoder, check_tokenizer_fits, types_of
from jmt.files.guards.tokenizer import read_tokenizer
from tests.assets.tiny_transformer import tiny_pretrained, wordpiece_tokenizer

TURN = {"rope_type": "default", "rope_theta": 100.0}

BAD: list[tuple[str, dict[str, Any], str]] = [
    ("mpnet", {"relative_attention_num_buckets": 8}, "relative_attention_num_buckets: 32 is expected"),
    ("deberta-v2", {"pos_att_type": "p2c|c2p"}, "a list of c2p and p2c"),
    ("deberta-v2", {"pos_att_type": ["p2p"]}, "a list of c2p and p2c"),
    ("deberta-v2", {"norm_rel_ebd": "batch_norm"}, "none or layer_norm"),
    ("deberta-v2", {"conv_act": "os.system"}, "is no activation"),
    ("deberta-v2", {"conv_kernel_size": 4}, "an odd number up to 15"),
    ("deberta-v2", {"conv_kernel_size": 999_999}, "an odd number up to 15"),
    ("deberta-v2", {"conv_kernel_size": -3}, "a whole number from 0 upwards"),
    ("deberta-v2", {"position_buckets": 2.5}, "a whole number from -1 upwards"),
    ("deberta-v2", {"max_relative_positions": [9]}, "a whole number from -1 upwards"),
    ("modernbert", {"layer_types": None}, "for each layer one of full_attention, sliding_attention"),
    ("modernbert", {"layer_types": ["full_attention"]}, "for each layer one of"),
    ("modernbert", {"layer_types": ["full_attention", "linear", "linear"]}, "for each layer one of"),
    ("modernbert", {"local_attention": -1}, "a whole number from 0 upwards"),
    ("modernbert", {"rope_parameters": {"full_attention": TURN}}, "an object of full_attention and sliding_attention"),
    (
        "modernbert",
        {"rope_parameters": {"full_attention": TURN, "sliding_attention": {**TURN, "rope_type": "yarn"}}},
        "rope_type default and rope_theta",
    ),
    (
        "modernbert",
        {"rope_parameters": {"full_attention": TURN, "sliding_attention": {**TURN, "factor": 8.0}}},
        "rope_type default and rope_theta",
    ),
    (
        "modernbert",
        {"rope_parameters": {"full_attention": TURN, "sliding_attention": {**TURN, "rope_theta": 0}}},
        "rope_theta = 0: at least 1",
    ),
    ("modernbert", {"hidden_size": 18, "num_attention_heads": 6}, "heads of even size"),
    ("modernbert", {"hidden_activation": "evil"}, "hidden_activation = 'evil' is no activation"),
    ("bert", {"reference_compile": True}, "unknown key 'reference_compile'"),
]


@pytest.mark.parametrize("family", FAMILIES)
def test_what_every_family_has_is_taken(family: str):
    pretrained = tiny_pretrained(family)
    check_encoder(pretrained.config)
    check_tokenizer_fits(pretrained.config, read_tokenizer(pretrained.tokenizer))


@pytest.mark.parametrize(
    ("family", "changes", "said"), BAD, ids=[f"{family} {changes}"[:60] for family, changes, _ in BAD]
)
def test_what_no_encoder_of_a_family_has_is_refused_by_its_key(family: str, changes: dict[str, Any], said: str):
    config = {**tiny_pretrained(family).config, **changes}
    with pytest.raises(ValueError, match=said):
        check_encoder(config)


@pytest.mark.parametrize(("types", "fits"), [(0, False), (1, False), (2, True)])
def test_a_tokenizer_gives_no_type_that_the_encoder_does_not_know(types: int, fits: bool):
    tokenizer = read_tokenizer(wordpiece_tokenizer())  # types 0 and 1
    config = {**tiny_pretrained("bert").config, "type_vocab_size": types}
    if fits:
        check_tokenizer_fits(config, tokenizer)
    else:
        with pytest.raises(ValueError, match=f"the encoder has {types} types"):
            check_tokenizer_fits(config, tokenizer)


@pytest.mark.parametrize(
    ("family", "types"),
    [("bert", 2), ("distilbert", None), ("mpnet", None), ("deberta-v2", None), ("modernbert", None)],
)
def test_families_without_types_take_any(family: str, types: int | None):
    config = tiny_pretrained(family).config
    assert types_of(config) == types
    check_tokenizer_fits({**config, "vocab_size": 10_000}, read_tokenizer(wordpiece_tokenizer()))


def test_a_deberta_may_have_types():
    assert types_of({**tiny_pretrained("deberta-v2").config, "type_vocab_size": 2}) == 2


@pytest.mark.parametrize(("family", "longest"), [("bert", 40), ("mpnet", 38), ("roberta", 38), ("modernbert", 40)])
def test_an_encoder_takes_as_many_pieces_as_it_has_places(family: str, longest: int):
    config = {**tiny_pretrained(family).config, "max_position_embeddings": 40}
    assert Pretrained(config, "").longest == longest
