"""Vectors in a model: found for its symbols, brought to scale, with symbols that the corpora lack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.examples import TaskExamples
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.symbols.vocabulary import Vocabulary
from jmt.errors import ConfigError
from jmt.network.layers.word_dropout import WordDropout
from jmt.network.model import JointModel
from jmt.training.settings.training import VectorsSettings
from jmt.training.starting.build import build_model
from jmt.training.vectors.fitting import find_vectors, fit_vectors, freeze_vectors, place_new
from jmt.training.vectors.named_vectors import NamedVectors, write_vectors

SENTENCES = [["The", "cat", "sat"], ["The", "dog", "sat"]]
CONFIG = ModelConfig.model_validate(
    {
        "encoder": {"hidden_size": 4, "word_size": 3, "ngram_size": 2, "ngrams": (2, 3)},
        "tasks": {"xpos": {"kind": "tagger", "level": 1, "column": "xpos"}},
    }
)
TRAIN = {"xpos": TaskExamples("xpos", "tagger", SENTENCES, [["DT", "NN", "VB"]] * 2, [1, 5])}


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A folder of vectors with words and n-grams that the sentences have and others that they lack."""
    words = NamedVectors(["the", "horse", "cat", "mule"], np.arange(12, dtype=np.float32).reshape(4, 3))
    ngrams = NamedVectors(["at", "ho", "h"], np.ones((3, 2), dtype=np.float32))
    write_vectors(tmp_path / "vectors", {"words": words, "ngrams": ngrams}, {})
    return str(tmp_path / "vectors")


def build(vectors: VectorsSettings | None) -> JointModel:
    """Build a model of the sentences."""
    return build_model(CONFIG, TRAIN, SENTENCES, seed=1, vectors=vectors)


def rows(model: JointModel, table: str) -> torch.Tensor:
    """Return a model's table."""
    names = {"words": "encoder.words.words.weight", "ngrams": "encoder.words.ngrams.table.weight"}
    return model.get_parameter(names[table]).detach()


def test_symbols_of_the_corpora_come_first_and_those_of_the_file_after_them(folder: str) -> None:
    plain, model = build(None), build(VectorsSettings(words=folder, ngrams=folder))
    words = model.lexicon.words
    assert words.symbols == [*plain.lexicon.words.symbols, "horse", "mule"]
    assert words.counts == [*plain.lexicon.words.counts, 0, 0]
    assert model.lexicon.ngrams.symbols == [*plain.lexicon.ngrams.symbols, "ho"]  # `h` is of no length that is read


def test_vectors_keep_their_directions_and_get_the_scale_of_those_that_training_sees(folder: str) -> None:
    model = build(VectorsSettings(words=folder, scale=0.15))
    table, words = rows(model, "words"), model.lexicon.words
    seen = table[[words["the"], words["cat"]]]
    assert float(seen.square().mean().sqrt()) == pytest.approx(0.15)
    torch.testing.assert_close(table[words["cat"]] * 7, torch.tensor([6.0, 7, 8]) * table[words["cat"]][1])
    torch.testing.assert_close(table[words["mule"]] * 10, torch.tensor([9.0, 10, 11]) * table[words["mule"]][1])


def test_rows_without_a_vector_are_drawn_as_always(folder: str) -> None:
    model = build(VectorsSettings(words=folder))
    table, words = rows(model, "words"), model.lexicon.words
    bound = (6 / (1 + 3)) ** 0.5
    for word in ("dog", "sat"):
        assert 0 < float(table[words[word]].abs().max()) <= bound


def test_without_extension_only_the_words_of_the_corpora_are_there(folder: str) -> None:
    settings = VectorsSettings(words=folder, extend=False)
    assert build(settings).lexicon.words.symbols == build(None).lexicon.words.symbols
    assert build(VectorsSettings(words=folder, limit=1)).lexicon.words.symbols[-1] == "horse"


def test_training_never_reads_a_word_of_the_file_alone_and_prediction_always_does(folder: str) -> None:
    words = build(VectorsSettings(words=folder)).lexicon.words
    dropout = WordDropout(words.counts, 0.25)
    ids = torch.tensor([words["mule"]])
    assert dropout.train()(ids).item() == 0
    assert dropout.eval()(ids).item() == words["mule"]


def test_a_cased_file_serves_lower_case_and_the_lower_case_spelling_wins() -> None:
    found = [("CAT", np.ones(2)), ("Dog", np.full(2, 2.0)), ("cat", np.full(2, 3.0)), ("Cat", np.full(2, 4.0))]
    fitted = fit_vectors(found, Vocabulary(["dog", "cat"], [2, 1]), str.lower, extra=0)
    table = dict(zip(fitted.rows.tolist(), fitted.vectors[:, 0].tolist(), strict=True))
    assert table == {1: 2.0, 2: 3.0}


def test_vectors_of_another_size_say_what_would_fit(folder: str) -> None:
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2,))
    with pytest.raises(ConfigError, match=r"training\.vectors\.words .*--set encoder\.word_size=3"):
        find_vectors(lexicon, VectorsSettings(words=folder), {"words": 100, "ngrams": 2})


def test_a_file_that_shares_no_word_with_the_corpora_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.txt"
    path.write_text("chat 1 2 3\nchien 2 3 4\n")
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=())
    with pytest.raises(ConfigError, match="no vector of any symbol"):
        find_vectors(lexicon, VectorsSettings(words=str(path)), {"words": 3, "ngrams": 2})


def test_frozen_tables_get_no_gradient(folder: str) -> None:
    settings = VectorsSettings(words=folder, freeze=True)
    model = build(settings)
    freeze_vectors(model, settings)
    frozen = {name for name, parameter in model.named_parameters() if not parameter.requires_grad}
    assert frozen == {"encoder.words.words.weight"}


def test_of_a_grown_model_only_new_words_get_vectors(folder: str) -> None:
    model = build(None)
    words = model.lexicon.words
    known = Lexicon(Vocabulary(words.symbols[:-1], words.counts[:-1]), model.lexicon.ngrams, (2, 3))
    before = rows(model, "words").clone()
    assert words.symbols[-1] not in known.words
    place_new(model, known, VectorsSettings(words=folder))
    changed = (rows(model, "words") != before).any(1).nonzero().flatten().tolist()
    assert changed == ([len(words) - 1] if words.symbols[-1] in ("the", "cat") else [])
    place_new(model, Lexicon(Vocabulary([], []), Vocabulary([], []), (2, 3)), VectorsSettings(words=folder))
    changed = (rows(model, "words") != before).any(1).nonzero().flatten().tolist()
    assert changed == sorted([words["the"], words["cat"]])


def test_a_path_with_nothing_there_says_how_to_make_vectors(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is nothing; make vectors by `jmt vectors train"):
        build(VectorsSettings(words=str(tmp_path / "none")))
