"""A few sentences and pairs to train the tiny cascade on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jmt.data.examples import GoldTree, TaskExamples
from jmt.data.values import Tree
from jmt.training.settings import TrainingSettings
from jmt.training.task import TrainingTask
from jmt.training.trainer import Trainer
from tests.assets.tiny_model import SENTENCES, tiny_model

TAGS = {"a": "DT", "the": "DT", "on": "IN", "small": "JJ", ".": ".", "she": "PRP", "them": "PRP"}
PAIRS = [(SENTENCES[0], SENTENCES[1]), (SENTENCES[1], SENTENCES[2]), (SENTENCES[2], SENTENCES[2])]


def gold_of() -> dict[str, tuple[str, list, list]]:
    tags = [[TAGS.get(word.lower(), "NN") for word in words] for words in SENTENCES]
    chunks = [["B-NP"] + ["I-NP"] * (len(words) - 2) + ["O"] for words in SENTENCES]
    trees = [
        GoldTree(Tree([0] + [1] * (len(words) - 1), ["root"] + ["nsubj"] * (len(words) - 1))) for words in SENTENCES
    ]
    return {
        "xpos": ("tagger", SENTENCES, tags),
        "chunk": ("tagger", SENTENCES, chunks),
        "dep": ("parser", SENTENCES, trees),
        "relatedness": ("pair_regressor", PAIRS, [1.5, 3.0, 5.0]),
        "entailment": ("pair_classifier", PAIRS, ["contradiction", "neutral", "entailment"]),
    }


@pytest.fixture
def build_trainer() -> Callable[..., Trainer]:
    """Build a trainer of a new tiny cascade: the same one every time, but for what is asked."""

    def build(
        *, tasks=("xpos", "chunk", "dep", "relatedness", "entailment"), evaluate=None, clip=1.0, **settings
    ) -> Trainer:
        gold = gold_of()
        training = [
            TrainingTask(name, TaskExamples(name, kind, inputs, golds), 2, clip, evaluate=evaluate)
            for name, (kind, inputs, golds) in gold.items()
            if name in tasks
        ]
        settings = {"epochs": 2, "optimizer": {"learning_rate": 0.5}, **settings}
        return Trainer(tiny_model(tasks), training, TrainingSettings.model_validate(settings), seed=3)

    return build
