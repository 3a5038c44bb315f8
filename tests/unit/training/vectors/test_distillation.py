"""Word vectors out of a pretrained encoder."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols.pieces import PieceTokenizer
from jmt.errors import ConfigError
from jmt.network.batches.pieces import PieceTensors
from jmt.network.encoders.pretrained import FetchedEncoder, build_stack
from jmt.training.vectors.distillation import encode_words, reduce_size
from tests.assets.tiny_transformer import tiny_pretrained

WORDS = ["cat", "barked", "the", "xyz"]


@pytest.fixture
def pretrained() -> Pretrained:
    """A tiny encoder with weights."""
    return with_weights(tiny_pretrained("bert"))


def with_weights(pretrained: Pretrained) -> Pretrained:
    """Return an encoder whose weights are given, so that building it twice gives the same."""
    torch.manual_seed(1)
    return FetchedEncoder(pretrained.config, pretrained.tokenizer, build_stack(pretrained).state_dict())


def test_a_word_is_the_mean_of_its_pieces_between_the_marks(pretrained: Pretrained) -> None:
    stack = build_stack(pretrained).eval()
    tokenizer = PieceTokenizer(pretrained.tokenizer, longest=pretrained.longest)
    alone = np.ones((1, 1), dtype=np.bool_)
    found = np.concatenate(list(encode_words(pretrained, WORDS, -1)))
    for word, vector in zip(WORDS, found, strict=True):
        layout = PieceTensors.of(tokenizer.lay_out([[word]], overlap=0, pairs=False), alone)
        assert layout.piece_ids.tolist() == [[2, *tokenizer.look_up([word])[0], 3]]
        with torch.inference_mode():
            stream = stack.embed(layout)
            around = stack.surround(stream, layout.mask)
            for block in range(len(stack.blocks)):
                stream = stack.run(block, stream, around[block])
        torch.testing.assert_close(torch.from_numpy(vector), stream[0, 1:-1].mean(0), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("family", ["bert", "deberta-v2", "modernbert"])
def test_the_mean_of_layers_is_that_of_each_layer(family: str) -> None:
    pretrained = with_weights(tiny_pretrained(family))

    def states(layers: object) -> np.ndarray:
        return np.concatenate(list(encode_words(pretrained, WORDS, layers)))  # type: ignore[arg-type]

    np.testing.assert_allclose(states("mean"), np.mean([states(layer) for layer in range(4)], axis=0), atol=1e-5)
    np.testing.assert_array_equal(states(-4), states(0))
    with pytest.raises(ConfigError, match=r"layers 0 .* to 3"):
        states(4)


def test_components_keep_distances_and_come_by_strength() -> None:
    states = np.random.default_rng(1).normal(size=(50, 6)).astype(np.float32) * [1, 5, 2, 1, 3, 1]
    whole = reduce_size(states, 6)
    distances = [np.linalg.norm(rows[:1] - rows, axis=1) for rows in (states, whole)]
    np.testing.assert_allclose(*distances, rtol=1e-4)
    assert sorted(whole.var(0), reverse=True) == pytest.approx(list(whole.var(0)))
    np.testing.assert_allclose(reduce_size(states, 2), whole[:, :2], rtol=1e-5)
    with pytest.raises(ConfigError, match="at most 6"):
        reduce_size(states, 7)


def test_components_are_those_of_the_differences_from_the_mean() -> None:
    states = np.random.default_rng(1).normal(size=(50, 6)).astype(np.float32) * [1, 5, 2, 1, 3, 1]
    plain, moved = reduce_size(states, 3), reduce_size(states + 40, 3)
    np.testing.assert_allclose(moved, plain, atol=1e-3)
    np.testing.assert_allclose(moved.mean(0), 0, atol=1e-4)
