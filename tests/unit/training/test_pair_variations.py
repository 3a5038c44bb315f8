"""What variations of pairs are for: a network that sees itself-pairs calls equal sentences entailment, and resumes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import TaskExamples
from jmt.network.engine import TorchEngine
from jmt.training.batches.task import TrainingTask
from jmt.training.events import StepDone
from jmt.training.settings.training import TrainingSettings
from jmt.training.settings.variations import PairVariations
from jmt.training.state import capture, restore
from jmt.training.trainer import Trainer
from tests.assets.tiny_model import SENTENCES, tiny_model

pytestmark = pytest.mark.numbers

SHORTCUT = [
    *(((SENTENCES[one], SENTENCES[other]), "contradiction") for one, other in ((0, 1), (1, 0), (1, 2), (2, 1))),
    *(((SENTENCES[one], SENTENCES[other]), "entailment") for one, other in ((0, 2), (2, 0))),
]
"""Pairs among which no sentence stands beside itself."""


def trainer_with(variations: PairVariations | None, epochs: int) -> Trainer:
    inputs, gold = [pair for pair, _ in SHORTCUT], [label for _, label in SHORTCUT]
    examples = TaskExamples("entailment", "pair_classifier", inputs, gold, lines=list(range(1, 7)))
    task = TrainingTask("entailment", examples, 3, 3.0, variations=variations, itself_gold="entailment")
    settings = {"epochs": epochs, "optimizer": {"kind": "adam", "learning_rate": 0.02}}
    return Trainer(tiny_model(("entailment",)), [task], TrainingSettings.model_validate(settings), seed=3, sharing={})


def said_of_themselves(trainer: Trainer) -> list[str]:
    predictor = Predictor(TorchEngine(trainer.model.eval()))
    return [
        one["entailment"].label for one in predictor.compare([(words, words) for words in SENTENCES], ["entailment"])
    ]


def test_a_network_that_is_shown_sentences_beside_themselves_says_that_they_follow():
    trainer = trainer_with(PairVariations(itself=1.0), epochs=40)
    list(trainer.events())

    assert said_of_themselves(trainer) == ["entailment"] * 3


def test_a_training_with_variations_goes_on_bit_for_bit():
    variations = PairVariations(
        itself=0.5, swap=0.5, symmetric_labels=("contradiction",), case=0.5, typos=0.5, contractions=0.5, final_stop=0.5
    )
    whole, broken, resumed = (trainer_with(variations, epochs=4) for _ in range(3))
    list(whole.events())
    next(event for event in broken.events() if isinstance(event, StepDone) and event.step == 5)
    resumed.model.load_state_dict(broken.model.state_dict())
    restore(resumed, *capture(broken))
    list(resumed.events())

    expected = whole.model.state_dict()
    assert all(value.equal(expected[name]) for name, value in resumed.model.state_dict().items())


def test_what_has_no_finite_loss_is_told_by_the_lines_that_it_is_from():
    task = trainer_with(PairVariations(itself=1.0), epochs=1).tasks["entailment"]
    further = [index for batch in task.batches(1, 1) for index in batch if index >= len(SHORTCUT)]

    assert len(further) == 6
    assert set(task.origins(further)) <= set(range(6))
    assert replace(task, variations=None).origins([4]) == [4]
