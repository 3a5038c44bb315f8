"""The vector of a sentence's corpus: added to its words and to no others, in every body."""

from __future__ import annotations

import pytest
import torch

from jmt.network.batches.batching import build_batch
from jmt.network.layers.corpus_vectors import CorpusVectors, NoCorpusVectors
from jmt.network.model import JointModel
from tests.assets.tiny_model import SENTENCES, tiny_model
from tests.assets.tiny_transformer import tiny_transformer

pytestmark = pytest.mark.numbers

CORPORA = ["gum", "lines"]
BODIES = {
    "bilstm": lambda: tiny_model(corpus_vectors=CORPORA),
    "columns": lambda: tiny_model(corpus_vectors=CORPORA, sharing={"level2": {"kind": "cross_stitch"}}),
    "transformer": lambda: tiny_transformer(corpus_vectors=CORPORA),
}
TASKS = ["xpos", "chunk"]


def scores(model: JointModel, sentences: list[list[str]], numbers: list[int], tops: list[int] | None = None):
    with torch.inference_mode():
        return model(model.build_batch(sentences).of_corpora(numbers), TASKS, tops)


def test_every_word_of_a_sentence_is_moved_by_the_vector_of_its_corpus():
    layer = CorpusVectors(2, 3)
    with torch.no_grad():
        layer.vectors.copy_(torch.tensor([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]))
    batch = build_batch(SENTENCES, tiny_model().lexicon).of_corpora([2, 0, 1])
    words = torch.randn(*batch.mask.shape, 3)

    moved = layer(words, batch) - words

    expected = torch.tensor([[10.0, 20.0, 30.0], [0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])
    torch.testing.assert_close(moved, expected[:, None, :].expand_as(words), atol=1e-5, rtol=1e-5)


def test_only_the_vectors_of_corpora_in_the_batch_get_a_gradient():
    layer = CorpusVectors(2, 3)
    batch = build_batch(SENTENCES, tiny_model().lexicon).of_corpora([2, 0, 2])

    layer(torch.zeros(*batch.mask.shape, 3), batch).sum().backward()

    assert layer.vectors.grad is not None
    assert layer.vectors.grad.tolist() == [[0.0] * 3, [2.0 * batch.mask.size(1)] * 3]


def test_without_vectors_there_is_no_parameter_and_words_stay_the_same_object():
    layer = NoCorpusVectors()
    words = torch.randn(3, 8, 3)

    assert not list(layer.parameters())
    assert layer(words, build_batch(SENTENCES, tiny_model().lexicon).of_corpora([1, 1, 0])) is words
    assert not [name for name, _ in tiny_model().named_parameters() if "corpora" in name]


@pytest.mark.parametrize("body", BODIES)
def test_a_batch_of_several_corpora_scores_each_sentence_as_alone(body: str):
    model = BODIES[body]()
    together = scores(model, SENTENCES, [2, 0, 1])

    for row, (sentence, number) in enumerate(zip(SENTENCES, [2, 0, 1], strict=True)):
        alone, other = scores(model, [sentence], [number]), scores(model, [sentence], [(number + 1) % 3])
        found = together["xpos"][row, : len(sentence)]
        torch.testing.assert_close(found, alone["xpos"][0], atol=1e-5, rtol=1e-4)
        assert not torch.allclose(found, other["xpos"][0], atol=1e-3)


@pytest.mark.parametrize("body", BODIES)
def test_rows_that_stay_behind_take_their_corpora_with_them(body: str):
    model = BODIES[body]()
    whole = scores(model, SENTENCES, [1, 2, 0])
    climbed = scores(model, SENTENCES, [1, 2, 0], [2, 2, 1])

    torch.testing.assert_close(climbed["chunk"], whole["chunk"][:2], atol=1e-5, rtol=1e-4)
    batch = model.build_batch(SENTENCES).of_corpora([1, 2, 0])
    assert batch.keep_rows(2).corpus_ids.tolist() == [1, 2]
    assert batch.to("cpu").corpus_ids.tolist() == [1, 2, 0]
    assert model.build_batch(SENTENCES).corpus_ids.tolist() == [0, 0, 0]
