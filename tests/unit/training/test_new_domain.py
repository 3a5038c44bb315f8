"""A new domain with labels of the lowest task alone: the tasks above gain, too (Soegaard and Goldberg 2016)."""

from __future__ import annotations

import random
from collections.abc import Sequence

from jmt.cascade.config import ModelConfig
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import TaskExamples
from jmt.evaluation.evaluate import evaluate_tasks
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from jmt.training.batches.task import TrainingTask
from jmt.training.settings.training import TrainingSettings
from jmt.training.starting.build import build_model, sentences_of
from jmt.training.trainer import Trainer

OLD = {"NN": ["tok", "ruv", "mib", "sarn"], "VB": ["elk", "ony", "ugg", "ash"]}
NEW = {"NN": ["wez", "pldo", "chyx", "jaq"], "VB": ["ifo", "yute", "ezd", "obra"]}


def domain(words: dict[str, list[str]], count: int, seed: int) -> dict[str, TaskExamples]:
    """Sentences of nouns and verbs; a run of nouns is a phrase."""
    draw = random.Random(seed)
    tags = [[draw.choice(["NN", "NN", "VB"]) for _ in range(draw.randint(3, 7))] for _ in range(count)]
    sentences = [[draw.choice(words[tag]) for tag in row] for row in tags]
    return {
        "xpos": TaskExamples("xpos", "tagger", sentences, tags),
        "chunk": TaskExamples("chunk", "tagger", sentences, [phrases(row) for row in tags]),
    }


def phrases(tags: list[str]) -> list[str]:
    return [
        "O" if tag == "VB" else "I-NP" if before == "NN" else "B-NP"
        for before, tag in zip(["VB", *tags], tags, strict=False)
    ]


def train(model: JointModel, examples: Sequence[TaskExamples], epochs: int) -> None:
    settings = {"schedule": "sampled", "epochs": epochs, "optimizer": {"kind": "adam", "learning_rate": 0.01}}
    tasks = [TrainingTask(one.task, one, 8, 5.0) for one in examples]
    for _ in Trainer(model, tasks, TrainingSettings.model_validate(settings), seed=1).events():
        pass


def chunk_f1(model: JointModel, examples: TaskExamples) -> float:
    return evaluate_tasks(Predictor(TorchEngine(model)), [examples])["chunk"].metrics["f1"]


def test_tags_of_a_new_domain_are_enough_for_its_phrases():
    old, new, unseen = domain(OLD, 60, 1), domain(NEW, 60, 2), domain(NEW, 60, 3)
    config = ModelConfig.model_validate(
        {
            "encoder": {"hidden_size": 12, "word_size": 12, "ngram_size": 12, "label_size": 8},
            "tasks": {
                "xpos": {"kind": "tagger", "level": 1, "column": "xpos"},
                "chunk": {"kind": "tagger", "level": 2, "column": "chunk", "scheme": "iob2", "reads": ["xpos"]},
            },
        }
    )
    every = [*old.values(), *new.values()]
    model = build_model(config, old, sentences_of(every), seed=1)

    train(model, list(old.values()), epochs=15)
    before = chunk_f1(model, unseen["chunk"])
    train(model, [new["xpos"]], epochs=15)

    assert chunk_f1(model, unseen["chunk"]) > max(0.9, before + 0.2)
    assert chunk_f1(model, old["chunk"]) > 0.9  # the old domain is not lost for it
