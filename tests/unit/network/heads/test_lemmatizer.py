"""Lemmas: a softmax over edits inside, lemmas outside."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from jmt.cascade.kinds import KINDS
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import GoldLemmas
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.symbols.values import Ranked, Tagged
from jmt.cascade.task_config import LemmatizerConfig
from jmt.network import checkpoint
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


def test_forms_keep_the_edits_that_training_saw_on_them_the_most_frequent_first():
    more = [GoldLemmas(["saw", "saw", "saw", "Saw"], ["see", "see", "saw", "X"]), *GOLD[:2]]
    labels = Lemmatizer.build_labels(LemmatizerConfig(level=1), more)

    assert labels.labels == ("lower *", "lower *-1", "lower *-2+ee")
    assert labels.forms == {
        "saw": ("lower *-2+ee", "lower *"),
        ".": ("lower *",),
        "Cats": ("lower *-1",),
        "Dogs": ("lower *-1",),
    }


@pytest.mark.parametrize(
    ("word", "lemma", "confidence"),
    [
        ("cats", "cat", 0.2),  # the best edit that training saw on the form, though others are likelier
        ("were", "be", 0.1),  # the one that it saw most, since none is among the best
        ("dogs", "dy", 0.4),  # a new form: the best edit
        ("as", "a", 0.2),  # of those that leave something of it
        ("a", "a", 0.4),  # nothing fits: the case alone changes
    ],
)
def test_a_known_form_has_an_edit_that_training_saw_on_it_and_a_new_one_an_edit_that_fits(
    word: str, lemma: str, confidence: float
):
    scripts = ["lower *-3+y", "lower *-2", "lower *-1", "lower *-4"]
    labels = LabelSet(["=be", *scripts], {"cats": ["=be", "lower *-4", "lower *-1"], "were": ["=be", "lower *"]})
    found = KINDS["lemmatizer"].finish([word], Ranked([scripts], [[0.4, 0.3, 0.2, 0.1]], confidences=True), labels)

    assert found == Tagged([lemma], [confidence])


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


def test_a_checkpoint_keeps_the_edits_of_forms(tmp_path: Path):
    model = tiny_model(("xpos", "lemma"))
    forms = {"saw": ["lower *-3+y", "=be"], "\u2028 ": ["lower *"], **{f"a{n}": ["=be"] for n in range(21_000)}}
    model.labels["lemma"] = LabelSet(model.labels["lemma"].labels, forms)
    checkpoint.save(model, tmp_path / "model")

    loaded = checkpoint.load(tmp_path / "model").labels
    assert loaded["lemma"].forms == {form: tuple(seen) for form, seen in forms.items()}
    assert loaded["xpos"].forms == {}
