"""Dropping rare symbols changes nothing about text made of the others."""

from __future__ import annotations

import torch

from jmt.cascade.prediction import Predictor
from jmt.integrations.pruning import prune
from jmt.network.engine import TorchEngine
from jmt.network.parts import TABLES
from tests.assets.tiny_model import tiny_model


def test_words_that_are_kept_keep_their_vectors():
    model = tiny_model()
    pruned = prune(model, word_minimum=2)

    old, new = model.lexicon.words, pruned.lexicon.words
    assert 0 < len(new) < len(old)
    assert new.symbols == [word for word, count in zip(old.symbols, old.counts, strict=True) if count >= 2]
    before, after = model.state_dict(), pruned.state_dict()
    for word in new.symbols:
        assert torch.equal(after[TABLES["words"]][new[word]], before[TABLES["words"]][old[word]])
    assert torch.equal(after[TABLES["words"]][0], before[TABLES["words"]][0])
    assert torch.equal(after[TABLES["ngrams"]], before[TABLES["ngrams"]])


def test_text_without_rare_symbols_is_annotated_as_before():
    model = tiny_model()
    pruned = prune(model, word_minimum=2)
    frequent = [[word for word in pruned.lexicon.words.symbols if word.isalpha()]]
    tasks = model.token_tasks

    found, expected = (Predictor(TorchEngine(one)).annotate(frequent, tasks) for one in (pruned, model))
    assert found == expected


def test_ngrams_are_pruned_by_the_forms_that_have_them():
    model = tiny_model()
    pruned = prune(model, ngram_minimum=3)

    assert min(pruned.lexicon.ngrams.counts) >= 3
    assert len(pruned.state_dict()[TABLES["ngrams"]]) == len(pruned.lexicon.ngrams) < len(model.lexicon.ngrams)


def test_nothing_to_prune_is_the_same_model():
    model = tiny_model()

    assert prune(model) is model


def test_confidences_stay_calibrated():
    model = tiny_model()
    model.temperatures = {"xpos": 1.5}
    assert prune(model, word_minimum=2).cascade.temperatures == {"xpos": 1.5}
