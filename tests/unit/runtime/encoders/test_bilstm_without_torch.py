"""The bi-LSTM body in NumPy, beside the torch modules whose weights it has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.batch import WordBatch, WordBatches
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network import checkpoint
from jmt.network.batches.batching import build_batch
from jmt.network.checkpoint import weights_of
from jmt.network.model import JointModel
from jmt.runtime.encoders.bilstm import BiLSTMEncoder
from jmt.runtime.weights import under
from tests.assets.tiny_model import LABELS, SENTENCES, TASKS

LONG = [f"word{number % 7}" for number in range(700)]
MIXED = [["Unseen"], SENTENCES[0], LONG, SENTENCES[1], ["."], SENTENCES[2], SENTENCES[0]]


def build_model(encoder: dict[str, Any] | None = None) -> JointModel:
    """A cascade of three levels whose weights are as large as those of trained ones."""
    tasks = {name: TASKS[name] for name in ("xpos", "chunk", "dep")}
    sizes = {"hidden_size": 12, "word_size": 7, "ngram_size": 6, "label_size": 5, **(encoder or {})}
    config = ModelConfig.model_validate({"encoder": sizes, "tasks": tasks})
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    model = JointModel(config, lexicon, {name: LabelSet(LABELS[name]) for name in tasks})
    with torch.no_grad():
        for parameter in model.encoder.parameters():  # larger ones would let rounding grow from word to word
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return model.eval()


def build_runtime(model: JointModel, *, most_bytes: int = 2**20) -> BiLSTMEncoder:
    return BiLSTMEncoder(model.cascade, under("encoder.", weights_of(model)), most_bytes=most_bytes)


def words_of(model: JointModel, sentences: list[list[str]]) -> WordBatch:
    return WordBatches(model.lexicon).build(sentences)


def label_embeddings(model: JointModel, words: int) -> list[np.ndarray]:
    size = model.config.encoder.label_size
    return [np.random.default_rng(seed).standard_normal((words, size), dtype=np.float32) for seed in (1, 2)]


def climbed(model: JointModel, encoder: BiLSTMEncoder, sentences: list[list[str]]) -> list[np.ndarray]:
    """Hidden states (N, 2H) of every level, the second reading one label embedding, the third two."""
    batch = words_of(model, sentences)
    labels = label_embeddings(model, batch.words)
    ascent = encoder.start(batch)
    return [encoder.climb(ascent, level, labels[: level - 1]) for level in (1, 2, 3)]


def climbed_by_torch(model: JointModel, sentences: list[list[str]]) -> list[np.ndarray]:
    batch = build_batch(sentences, model.lexicon)
    labels = []
    for packed in label_embeddings(model, int(batch.mask.sum())):
        padded = torch.zeros(*batch.mask.shape, packed.shape[1])
        padded[batch.mask] = torch.from_numpy(packed)
        labels.append(padded)
    with torch.inference_mode():
        ascent = model.encoder.start(batch)
        hidden = [model.encoder.climb(ascent, level, labels[: level - 1]) for level in (1, 2, 3)]
    return [of_level[batch.mask].numpy() for of_level in hidden]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"vertical": False},
        {"shortcut": False},
        {"vertical": False, "shortcut": False, "word_size": 9},
        {"ngrams": []},
        {"hidden_size": 1},
    ],
    ids=str,
)
def test_every_level_has_the_hidden_states_of_torch(changes: dict[str, Any]):
    model = build_model(changes)

    ours, theirs = climbed(model, build_runtime(model), MIXED), climbed_by_torch(model, MIXED)

    for of_runtime, of_torch in zip(ours, theirs, strict=True):
        assert of_runtime.dtype == np.float32
        np.testing.assert_allclose(of_runtime, of_torch, atol=1e-5)


def test_the_model_that_ships_is_about_as_near_to_double_precision_as_in_torch():
    """A trained network lets some roundings grow, whichever engine makes them, so that the two differ by more."""
    model = checkpoint.load("en_jmt_sm")
    encoder = BiLSTMEncoder(model.cascade, under("encoder.", weights_of(model)))
    of_runtime, of_torch = climbed(model, encoder, MIXED), climbed_by_torch(model, MIXED)

    for ours, theirs, true in zip(of_runtime, of_torch, climbed_by_torch(model.double(), MIXED), strict=True):
        off, usual = (float(np.abs(hidden - true).max()) for hidden in (ours, theirs))
        assert off <= max(1e-5, 8 * usual)
        assert np.abs(ours - true).mean() <= max(1e-6, 4 * np.abs(theirs - true).mean())


def test_a_sentence_reads_alone_as_it_does_in_company():
    model = build_model()
    encoder = build_runtime(model)
    together = climbed(model, encoder, MIXED)

    start = 0
    for sentence in MIXED:
        end = start + len(sentence)
        batch, labels = words_of(model, [sentence]), label_embeddings(model, sum(map(len, MIXED)))
        ascent = encoder.start(batch)
        for level, expected in enumerate(together, start=1):
            own = [embedding[start:end] for embedding in labels[: level - 1]]
            np.testing.assert_allclose(encoder.climb(ascent, level, own), expected[start:end], atol=1e-5)
        start = end


def test_rows_that_stay_behind_change_nothing_for_those_that_climb_on():
    model = build_model()
    encoder = build_runtime(model)
    expected = climbed(model, encoder, MIXED)
    kept = sum(map(len, MIXED[:4]))

    batch = words_of(model, MIXED)
    labels = [embedding[:kept] for embedding in label_embeddings(model, batch.words)]
    ascent = encoder.start(batch)
    encoder.climb(ascent, 1, [])
    encoder.keep_rows(ascent, 4)
    second, third = (encoder.climb(ascent, level, labels[: level - 1]) for level in (2, 3))

    np.testing.assert_allclose(second, expected[1][:kept], atol=1e-5)
    np.testing.assert_allclose(third, expected[2][:kept], atol=1e-5)


def test_hidden_states_stay_as_they_were_returned():
    model = build_model()
    encoder = build_runtime(model)
    first = climbed(model, encoder, MIXED)
    copies = [hidden.copy() for hidden in first]

    climbed(model, encoder, [list(reversed(LONG)), SENTENCES[1]])

    assert all(np.array_equal(*pair) for pair in zip(first, copies, strict=True))


@pytest.mark.parametrize("most_bytes", [0, 3 * 5 * 8 * 12 * 4], ids=["one form kept", "five forms kept"])
def test_forms_beyond_the_table_read_as_those_in_it(most_bytes: int):
    model = build_model()
    small, large = build_runtime(model, most_bytes=most_bytes), build_runtime(model)

    one_by_one = [[[word]] for word in ("mat", "cat", "the", "sat", "zebra")]
    for sentences in (*one_by_one, SENTENCES, MIXED, [["cat", "dog"], ["mat"]]):
        ours, theirs = climbed(model, small, sentences), climbed(model, large, sentences)
        for few, many in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(few, many, atol=1e-5)


def test_a_lexicon_that_begins_anew_does_not_give_a_form_what_another_one_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.cascade.symbols.lexicon.MOST_FORMS", 10)
    model = build_model()
    encoder = build_runtime(model)

    for sentences in (SENTENCES, [["mat", "home", "zebra"]], SENTENCES, MIXED):
        ours, theirs = climbed(model, encoder, sentences), climbed_by_torch(model, sentences)
        np.testing.assert_allclose(ours[2], theirs[2], atol=1e-5)
    assert model.lexicon.look_up(["cat"]).generation > 0


def test_every_single_new_beginning_of_the_lexicon_is_noticed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.cascade.symbols.lexicon.MOST_FORMS", 2)
    model = build_model()
    encoder = build_runtime(model)

    for generation, words in enumerate((["cat", "sat", "the"], ["mat", "dog", "ran"], ["zebra", "the", "mat"])):
        batch = words_of(model, [words])
        assert batch.forms.generation == generation
        found, fresh = (one.climb(one.start(batch), 1, []) for one in (encoder, build_runtime(model)))
        np.testing.assert_allclose(found, fresh, atol=1e-6)
