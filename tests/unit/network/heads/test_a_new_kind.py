"""A new kind of head takes a head, a decoder and one line of each table: here a tagger that knows two labels only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from jmt.cascade.config import ModelConfig
from jmt.cascade.kinds import KINDS, Kind
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.symbols.values import Tagged
from jmt.cascade.task_config import HeadConfig
from jmt.network import checkpoint
from jmt.network.batches.batching import build_batch
from jmt.network.engine import TorchEngine
from jmt.network.heads import HEADS
from jmt.network.heads.base import Head, HeadSizes
from jmt.network.model import JointModel
from tests.assets.tiny_model import SENTENCES


class MarkerConfig(HeadConfig):
    kind: Literal["marker"] = "marker"
    column: str


class Marker(Head):
    """One logit per word: marked or not."""

    def __init__(self, config: MarkerConfig, labels: LabelSet, sizes: HeadSizes) -> None:
        super().__init__()
        self.labels = labels
        self.classifier = nn.Linear(sizes.hidden, 1)

    @classmethod
    def build_labels(cls, config: Any, golds: Sequence[Any]) -> LabelSet:
        return LabelSet(["no", "yes"])

    def score(self, hidden: Tensor, mask: Tensor) -> Tensor:
        return self.classifier(hidden).squeeze(-1)  # (B, T)

    def probabilities(self, scores: Tensor) -> Tensor:
        return torch.stack([1 - scores.sigmoid(), scores.sigmoid()], dim=-1)

    def encode_gold(self, golds: Sequence[Any], width: int) -> Tensor:
        return torch.tensor([[float(label == "yes") for label in gold] + [0.0] * (width - len(gold)) for gold in golds])

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(scores[mask], gold[mask], reduction="sum")


class MarkerDecoder:
    """A positive score marks a word."""

    def __init__(self, config: MarkerConfig, labels: LabelSet, temperature: float = 1.0) -> None:
        self.labels = labels.labels

    def decode(self, scores: np.ndarray, lengths: np.ndarray, *, confidences: bool = False) -> list[Tagged]:
        chosen = [self.labels[int(score > 0)] for score in scores]
        return [Tagged(chosen[end - length : end]) for end, length in zip(lengths.cumsum(), lengths, strict=True)]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> JointModel:
    monkeypatch.setitem(KINDS, "marker", Kind(MarkerConfig, MarkerDecoder, ("tags",)))
    monkeypatch.setitem(HEADS, "marker", Marker)
    config = ModelConfig.model_validate(
        {
            "encoder": {"hidden_size": 8, "word_size": 8, "ngram_size": 8, "label_size": 4},
            "tasks": {
                "animal": {"kind": "marker", "level": 1, "column": "animal"},
                "xpos": {"kind": "tagger", "level": 2, "column": "xpos", "reads": ["animal"]},
            },
        }
    )
    labels = {"animal": Marker.build_labels(None, []), "xpos": LabelSet(["NN", "VBD"])}
    torch.manual_seed(1)
    return JointModel(config, Lexicon.from_sentences(SENTENCES, ngram_sizes=(2, 3)), labels)


def test_a_new_kind_learns_beside_and_below_the_known_ones(model: JointModel):
    gold = [["yes" if word in ("cat", "dog") else "no" for word in words] for words in SENTENCES]
    batch = build_batch(SENTENCES, model.lexicon)
    head = model.heads["animal"]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(200):
        optimizer.zero_grad()
        scores = model(batch, ["animal"])["animal"]
        head.loss(scores, head.encode_gold(gold, batch.mask.size(1)), batch.mask).backward()
        optimizer.step()

    results = Predictor(TorchEngine(model)).annotate(SENTENCES, ["animal", "xpos"])
    assert [result["animal"].labels for result in results] == gold
    assert [len(result["xpos"].labels) for result in results] == [len(words) for words in SENTENCES]


def test_a_new_kind_is_saved_and_loaded_with_the_others(model: JointModel, tmp_path: Path):
    checkpoint.save(model, tmp_path / "model")
    loaded = checkpoint.load(tmp_path / "model")

    assert isinstance(loaded.heads["animal"], Marker)
    before, after = (Predictor(TorchEngine(one)).annotate(SENTENCES, ["animal"]) for one in (model, loaded))
    assert after == before


def test_an_unknown_kind_is_met_with_the_known_ones():
    with pytest.raises(Exception, match="tagger, parser"):
        ModelConfig.model_validate({"tasks": {"animal": {"kind": "marker", "level": 1, "column": "animal"}}})
