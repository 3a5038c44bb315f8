"""Lemmas and features on the other body: words in whatever company, and a checkpoint of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.cascade.prediction import Predictor
from jmt.network import checkpoint
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from tests.assets.tiny_model import OF_WORDS, SENTENCES, TASKS
from tests.assets.tiny_transformer import tiny_transformer

NAMES = ["feats", "lemma"]


@pytest.fixture
def model() -> JointModel:
    return tiny_transformer(tasks={**TASKS, **OF_WORDS})


def test_the_company_in_a_batch_changes_no_lemma_and_no_feature(model: JointModel):
    predictor = Predictor(TorchEngine(model))
    together = predictor.annotate(SENTENCES, NAMES, confidences=True)

    for words, answer in zip(SENTENCES, together, strict=True):
        (alone,) = predictor.annotate([words], NAMES, confidences=True)
        for name in NAMES:
            assert alone[name].labels == answer[name].labels
            assert alone[name].confidences == pytest.approx(answer[name].confidences, abs=1e-5)


def test_a_checkpoint_says_the_same_lemmas_and_features(model: JointModel, tmp_path: Path):
    checkpoint.save(model, tmp_path / "model")
    saved, loaded = (Predictor(TorchEngine(one)) for one in (model, checkpoint.load(tmp_path / "model")))

    assert loaded.annotate(SENTENCES, NAMES) == saved.annotate(SENTENCES, NAMES)
