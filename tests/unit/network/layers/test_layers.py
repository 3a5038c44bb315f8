"""Each layer against its equation, computed here in another way."""

from __future__ import annotations

import torch

from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.symbols.ngrams import character_ngrams
from jmt.cascade.symbols.vocabulary import UNKNOWN, Vocabulary
from jmt.network.batches.batching import build_batch
from jmt.network.layers.bilstm import BiLSTM
from jmt.network.layers.label_embedding import LabelEmbedding
from jmt.network.layers.level import Level
from jmt.network.layers.maxout import Maxout
from jmt.network.layers.ngram_embedding import NgramEmbedding
from jmt.network.layers.pooling import max_pool
from jmt.network.layers.word_dropout import WordDropout

SENTENCES = [["Cat", "and", "cat"], ["a"], ["dogs", "bark", "at", "cats"]]


def lexicon_of(sentences: list[list[str]] = SENTENCES) -> Lexicon:
    return Lexicon.from_sentences(sentences, ngram_sizes=(2, 3))


def test_a_label_embedding_is_the_sum_of_probabilities_times_vectors():
    layer = LabelEmbedding(3, 5)
    probabilities = torch.rand(2, 4, 3).softmax(dim=-1)

    expected = sum(probabilities[..., label, None] * layer.table[label] for label in range(3))
    assert torch.allclose(layer(probabilities), expected)


def test_an_ngram_vector_is_the_mean_of_the_known_unique_ngrams():
    lexicon = lexicon_of()
    layer = NgramEmbedding(len(lexicon.ngrams), 6)
    batch = build_batch([["Cat", "bat"], ["cc"]], lexicon)
    vectors = layer(batch)

    for (row, column), form in {(0, 0): "Cat", (0, 1): "bat", (1, 0): "cc"}.items():
        known = [lexicon.ngrams[gram] for gram in character_ngrams(form, (2, 3)) if gram in lexicon.ngrams]
        expected = layer.table.weight[known or [UNKNOWN]].mean(dim=0)
        assert torch.allclose(vectors[batch.form_ids[row, column]], expected)


def test_ngrams_have_boundary_symbols_and_keep_their_case():
    shown = [gram.replace("\ue000", "<").replace("\ue001", ">") for gram in character_ngrams("Cat", (2, 3, 4))]

    assert shown == ["<C", "Ca", "at", "t>", "<Ca", "Cat", "at>", "<Cat", "Cat>"]
    assert [gram.replace("\ue000", "<").replace("\ue001", ">") for gram in character_ngrams("a", (2, 3, 4))] == [
        "<a",
        "a>",
        "<a>",
    ]
    assert character_ngrams("aaaa", (2,)) == ["\ue000a", "aa", "a\ue001"]  # each once


def test_a_bilstm_equals_two_torch_lstms_sentence_by_sentence():
    torch.manual_seed(1)
    layer = BiLSTM(4, 3)
    batch = build_batch(SENTENCES, lexicon_of())
    inputs = torch.randn(*batch.mask.shape, 4)
    hidden = layer(inputs, batch)

    for row, words in enumerate(SENTENCES):
        sentence = inputs[row : row + 1, : len(words)]
        ahead, _ = layer.forwards(sentence)
        behind, _ = layer.backwards(sentence.flip(1))
        expected = torch.cat([ahead, behind.flip(1)], dim=-1)
        assert torch.allclose(hidden[row, : len(words)], expected[0], atol=1e-6)


def test_an_lstm_step_is_equation_one():
    torch.manual_seed(1)
    layer = BiLSTM(4, 3)
    lstm, inputs = layer.forwards, torch.randn(1, 2, 4)
    hidden, cell = torch.zeros(3), torch.zeros(3)
    for step in inputs[0]:
        gates = lstm.weight_ih_l0 @ step + lstm.weight_hh_l0 @ hidden + lstm.bias_ih_l0 + lstm.bias_hh_l0
        i, f, u, o = gates.view(4, 3)
        cell = i.sigmoid() * u.tanh() + f.sigmoid() * cell
        hidden = o.sigmoid() * cell.tanh()

    assert torch.allclose(lstm(inputs)[0][0, -1], hidden, atol=1e-6)


def test_a_level_sums_label_embeddings_and_joins_them_to_words_and_the_level_below():
    level = Level(below=6, words=4, labels=2, hidden_size=3, vertical_dropout=0.0, input_dropout=0.0).eval()
    batch = build_batch(SENTENCES, lexicon_of())
    shape = batch.mask.shape
    below, words = torch.randn(*shape, 6), torch.randn(*shape, 4)
    first, second = torch.randn(*shape, 2), torch.randn(*shape, 2)

    expected = level.bilstm(torch.cat([below, words, first + second], dim=-1), batch)
    assert torch.equal(level(below, words, [first, second], batch), expected)


def test_maxout_takes_the_largest_of_each_pool():
    layer = Maxout(5, 3, pool=4)
    values = torch.randn(2, 5)
    affine = layer.affine(values)

    expected = torch.stack([affine[:, 4 * unit : 4 * unit + 4].max(dim=1).values for unit in range(3)], dim=1)
    assert torch.equal(layer(values), expected)


def test_max_pooling_sees_real_tokens_only():
    hidden = torch.tensor([[[1.0, -5.0], [0.0, -7.0], [9.0, 9.0]]])
    mask = torch.tensor([[True, True, False]])

    assert max_pool(hidden, mask).tolist() == [[1.0, -5.0]]


def test_word_dropout_follows_the_word_s_count_and_is_off_outside_training():
    torch.manual_seed(1)
    layer = WordDropout(Vocabulary(["rare", "common"], [1, 100]).counts, alpha=0.25)
    ids = torch.tensor([1] * 20_000 + [2] * 20_000)

    dropped = (layer.train()(ids) == UNKNOWN).view(2, -1).float().mean(dim=1)
    assert torch.allclose(dropped, torch.tensor([0.25 / 1.25, 0.25 / 100.25]), atol=0.01)
    assert torch.equal(layer.eval()(ids), ids)
