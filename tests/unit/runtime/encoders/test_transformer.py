"""The transformer in NumPy has the hidden states of the one in torch, whatever the family, the taps and the company."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from jmt.models.places import find_model
from jmt.network import checkpoint
from jmt.network.batches.batching import SentenceBatch
from jmt.network.model import JointModel
from jmt.runtime.encoders.attention import mpnet_buckets
from jmt.runtime.encoders.blocks import NAMES
from jmt.runtime.encoders.transformer import TransformerEncoder
from jmt.runtime.weights import under
from tests.assets.tiny_model import SENTENCES
from tests.assets.tiny_transformer import tiny_transformer

pytestmark = pytest.mark.numbers

LONG = [word for _ in range(12) for word in SENTENCES[0]]
"""Longer than the tiny encoders take."""
TOKENS, PAIRS = (1, 2, 3), (1, 2, 4, 5)


def runtime_of(model: JointModel) -> TransformerEncoder:
    weights = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    return TransformerEncoder(model.cascade, under("encoder.", weights))


def labels_of(model: JointModel, level: int, words: int) -> list[np.ndarray]:
    """Label embeddings of what a level reads: any, but the same for both engines."""
    generator = np.random.default_rng(level)
    size = model.config.encoder.label_size
    return [generator.normal(size=(words, size)).astype(np.float32) for _ in model.config.reads_at(level)]


def climb_both(
    model: JointModel, sentences: Sequence[Sequence[str]], levels: Sequence[int], *, pairs: bool = False
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the hidden states (N, H) of every level, of torch and of the runtime."""
    words = model.encoder.batches.build(sentences, pairs=pairs)
    padded, runtime = SentenceBatch.of(words), runtime_of(model)
    theirs, ours = model.encoder.start(padded), runtime.start(words)
    found = []
    for level in levels:
        labels = labels_of(model, level, words.words)
        spread = [torch.zeros(*padded.mask.shape, label.shape[1]) for label in labels]
        for tensor, label in zip(spread, labels, strict=True):
            tensor[padded.mask] = torch.from_numpy(label)
        with torch.no_grad():
            expected = model.encoder.climb(theirs, level, spread)[padded.mask].numpy()
        found.append((expected, runtime.climb(ours, level, labels)))
    return found


def assert_same(found: Sequence[tuple[np.ndarray, np.ndarray]]) -> None:
    for expected, states in found:
        np.testing.assert_allclose(states, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("options", [{}, {"mix": False}, {"shortcut": False, "window": 20}, {"taps": []}], ids=str)
@pytest.mark.parametrize("family", NAMES)
def test_every_level_has_the_hidden_states_of_torch(family, options):
    model = tiny_transformer(family, **options)

    assert_same(climb_both(model, [*SENTENCES, LONG, ["."], SENTENCES[0]], TOKENS))
    assert_same(climb_both(model, [SENTENCES[1]], TOKENS))


@pytest.mark.parametrize("pairs", ["separate", "together"])
@pytest.mark.parametrize("family", NAMES)
def test_pairs_have_the_hidden_states_of_torch_read_together_or_not(family, pairs):
    model = tiny_transformer(family, longest=60, pairs=pairs)  # one pair is too long to be read together

    assert_same(climb_both(model, [*SENTENCES, SENTENCES[2], LONG, SENTENCES[0]], PAIRS, pairs=True))


@pytest.mark.parametrize("words", [3, 30, 200])
def test_biases_of_distances_are_those_of_torch_near_and_far(words):
    model = tiny_transformer("mpnet", longest=600)

    assert_same(climb_both(model, [(LONG * 3)[:words], SENTENCES[1]], TOKENS))


@pytest.mark.parametrize("longest", [1, 2, 600])
def test_the_buckets_of_distances_are_those_of_the_library(longest):
    from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

    distances = torch.arange(1 - longest, longest)

    assert mpnet_buckets(longest).tolist() == MPNetEncoder.relative_position_bucket(distances).tolist()


@pytest.mark.parametrize("taps", [[0, 0, 0, 0, 0], [0, 3, 3, 3, 3], [3, 3, 3, 3, 3]])
def test_taps_at_the_bottom_and_taps_that_share_a_layer_agree_with_torch(taps):
    assert_same(climb_both(tiny_transformer(taps=taps), SENTENCES, TOKENS))


def test_pairs_that_are_read_together_may_tap_lower_layers_than_words():
    model = tiny_transformer(pairs="together", taps=[2, 3, 3, 1, 2])

    assert_same(climb_both(model, [*SENTENCES, SENTENCES[1]], PAIRS, pairs=True))


@pytest.mark.parametrize("family", ["roberta", "xlm-roberta", "mpnet"])
def test_padding_as_a_word_has_the_place_that_torch_gives_it(family):
    model = tiny_transformer(family)
    words = ["the", "<pad>", "cat"]
    assert 1 in model.encoder.batches.build([words]).pieces.piece_ids

    assert_same(climb_both(model, [words, SENTENCES[0]], TOKENS))


def test_scores_of_attention_that_no_exponential_can_hold_agree_with_torch():
    model = tiny_transformer()
    with torch.no_grad():
        for block in model.encoder.pretrained.blocks:
            block.attention.self.query.weight.mul_(1_000)

    assert_same(climb_both(model, SENTENCES, TOKENS))


@pytest.mark.parametrize("score", [110, -110])
def test_scores_of_attention_that_are_all_far_above_or_below_zero_agree_with_torch(score):
    model = tiny_transformer()
    attention, size = model.encoder.pretrained.blocks[0].attention.self, model.encoder.size
    with torch.no_grad():  # the mean of a piece is 1, its keys are the sum, its queries a number
        model.encoder.pretrained.embeddings.LayerNorm.weight.fill_(1)
        model.encoder.pretrained.embeddings.LayerNorm.bias.fill_(1)
        attention.key.weight.normal_(1, 0.02, generator=torch.Generator().manual_seed(1))
        attention.query.weight.zero_()
        attention.query.bias.fill_(score / size / (size // attention.num_attention_heads) ** 0.5)

    for expected, states in climb_both(model, SENTENCES, TOKENS):
        np.testing.assert_allclose(states, expected, atol=1e-4)  # scores are rounded to 1e-5


def test_a_sentence_has_the_same_states_alone_and_among_more_than_pass_through_a_block_together():
    model = tiny_transformer(longest=600)
    sentences = [LONG[: 1 + number] for number in range(60)] + [SENTENCES[1]]
    runtime, batches = runtime_of(model), model.encoder.batches
    together = batches.build(sentences)
    ascent = runtime.start(together)
    states = runtime.climb(ascent, 1, [])
    assert together.pieces.mask.sum() > 4_000

    for sentence, own in zip(sentences, np.split(states, together.offsets[1:-1]), strict=True):
        alone = runtime.climb(runtime.start(batches.build([sentence])), 1, [])
        np.testing.assert_allclose(own, alone, atol=1e-5, rtol=1e-5)


def test_rows_that_climb_on_are_as_if_no_other_had_been_there():
    model = tiny_transformer()
    runtime, batches = runtime_of(model), model.encoder.batches
    sentences = [SENTENCES[1], LONG, SENTENCES[0], SENTENCES[2]]
    words = batches.build(sentences)
    ascent, few = runtime.start(words), runtime.start(batches.build(sentences[:2]))
    runtime.climb(ascent, 1, [])
    runtime.climb(few, 1, [])
    kept = len(sentences[0]) + len(sentences[1])
    labels = labels_of(model, 2, words.words)

    runtime.keep_rows(ascent, 2)
    states = runtime.climb(ascent, 2, [label[:kept] for label in labels])

    np.testing.assert_allclose(states, runtime.climb(few, 2, [label[:kept] for label in labels]), atol=1e-5, rtol=1e-5)


def test_a_batch_without_the_pieces_of_its_pairs_is_no_batch_of_pairs():
    model = tiny_transformer(pairs="together")
    runtime = runtime_of(model)
    ascent = runtime.start(model.encoder.batches.build(SENTENCES))

    with pytest.raises(TypeError, match="without the pieces"):
        runtime.climb(ascent, 4, labels_of(model, 4, ascent.batch.words))


def test_the_model_that_ships_has_the_hidden_states_of_torch():
    model = checkpoint.load(find_model("en_jmt_md"))
    sentences = [*SENTENCES, ["Unbelievably", ",", "Schwarzenegger", "re-read", "http://example.org", "!"], LONG]

    assert_same(climb_both(model, sentences, TOKENS))
    assert_same(climb_both(model, sentences[:4], PAIRS, pairs=True))
