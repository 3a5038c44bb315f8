"""Two corpora that label the same words differently: a vector for one of them lets a network learn both."""

from __future__ import annotations

import pytest

from jmt.cascade.config import ModelConfig
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import TaskExamples
from jmt.evaluation.by_corpus import with_corpora
from jmt.evaluation.evaluate import evaluate_tasks
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from jmt.training.batches.task import TrainingTask
from jmt.training.settings.training import TrainingSettings
from jmt.training.starting.build import build_model
from jmt.training.trainer import Trainer

WORDS = ["north", "south", "east", "west", "up", "down"]
SENTENCES = [[WORDS[(start + step) % 6] for step in range(1 + start % 4)] for start in range(12)]


def opposite(task: str = "xpos") -> TaskExamples:
    """Every sentence once in each corpus: what one calls A, the other calls B."""
    plain = [["A" if WORDS.index(word) % 2 else "B" for word in words] for words in SENTENCES]
    turned = [["B" if tag == "A" else "A" for tag in tags] for tags in plain]
    parts = (("first", len(SENTENCES)), ("second", len(SENTENCES)))
    return TaskExamples(task, "tagger", SENTENCES * 2, [*plain, *turned], parts=parts)


def learned(corpus_vectors: list[str], examples: TaskExamples, **settings: object) -> JointModel:
    """A small network after some epochs."""
    sizes = {"hidden_size": 12, "word_size": 12, "ngram_size": 12, "corpus_vectors": corpus_vectors}
    tasks = {"xpos": {"kind": "tagger", "level": 1, "column": "xpos"}}
    config = ModelConfig.model_validate({"encoder": sizes, "tasks": tasks})
    model = build_model(config, {"xpos": examples}, examples.inputs, seed=1)
    told = {"epochs": 30, "optimizer": {"kind": "adam", "learning_rate": 0.02}, **settings}
    trainer = Trainer(model, [TrainingTask("xpos", examples, 6, 5.0)], TrainingSettings.model_validate(told), seed=1)
    for _ in trainer.events():
        pass
    return model


def accuracies(model: JointModel, examples: TaskExamples) -> dict[str, float]:
    results = with_corpora(evaluate_tasks(Predictor(TorchEngine(model)), [examples]), [examples])
    return {corpus: scores["accuracy"] for corpus, scores in results["xpos"].corpora.items()}


def test_opposite_labels_of_two_corpora_are_learned_with_a_vector_for_one_of_them():
    assert accuracies(learned(["second"], opposite()), opposite()) == {"first": 1.0, "second": 1.0}


def test_opposite_labels_of_two_corpora_are_not_learned_without_vectors():
    found = accuracies(learned([], opposite()), opposite())

    assert found["first"] + found["second"] == pytest.approx(1.0)
