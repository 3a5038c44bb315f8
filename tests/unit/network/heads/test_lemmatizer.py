"""Lemmas: a softmax over edits inside, lemmas outside."""

from __future__ import annotations

import pytest
import torch

from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import GoldLemmas
from jmt.cascade.symbols.labels import IGNORED
from jmt.cascade.symbols.values import Tagged
from jmt.cascade.task_config import LemmatizerConfig
from jmt.network.engine import TorchEngine
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.lemmatizer import Lemmatizer
from tests.assets.tiny_model import tiny_model

GOLD = [
    GoldLemmas(["Cats", "ran", "."], ["cat", "run", "."]),
    GoldLemmas(["Dogs", "were", "."], ["dog", "be", "."]),
    GoldLemmas(["Odd\u200bs", "is"], ["Odd\u200b", "x\u200by"]),
]


@pytest.mark.parametrize(
    ("minimum", "scripts"),
    [
        (1, ("=be", "lower *", "lower *-1", "lower *-2+un", "title *-1")),
        (2, ("lower *", "lower *-1")),
        (9, ("lower *",)),
    ],
)
def test_the_edits_to_choose_from_are_those_not_too_rare_that_can_be_stored(minimum: int, scripts: tuple[str, ...]):
    labels = Lemmatizer.build_labels(LemmatizerConfig(level=1, minimum=minimum), GOLD)

    assert labels.labels == scripts


def test_an_edit_that_is_no_label_teaches_nothing():
    config = LemmatizerConfig(level=1)
    head = Lemmatizer(config, Lemmatizer.build_labels(config, GOLD), HeadSizes(4, 3, 0))

    assert head.encode_gold(GOLD[1:], 4).tolist() == [[1, IGNORED, 0, IGNORED], [IGNORED] * 4]


def test_users_see_the_lemmas_that_edits_make_of_the_words():
    model = tiny_model(("xpos", "lemma"))
    words, scripts = ["Studies", "are", "studies"], ["lower *-3+y", "=be", "lower *-2"]
    chosen = torch.tensor([[model.labels["lemma"].index(script) for script in scripts]])
    model.heads["lemma"].score = lambda _hidden, _mask: torch.nn.functional.one_hot(chosen, 4).float()
    found = Predictor(TorchEngine(model)).annotate([words], ["lemma"], confidences=True)[0]["lemma"]

    assert isinstance(found, Tagged)
    assert found.labels == ["study", "be", "studi"]
    assert found.confidences == pytest.approx([torch.tensor([1.0, 0, 0, 0]).softmax(0)[0].item()] * 3)


def test_a_sentence_without_words_has_no_lemmas():
    found = Predictor(TorchEngine(tiny_model(("xpos", "lemma")))).annotate([[]], ["lemma"])

    assert found == [{"lemma": Tagged([], [])}]
