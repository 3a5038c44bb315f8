"""Tasks that are trained for the sake of others: auxiliary ones, hints, and adversaries."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from pathlib import Path

import pytest
import torch
from torch import Tensor

from jmt.data.hints import HINTS, count_words, hint_examples
from jmt.errors import ConfigError
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from jmt.training.events import EpochDone, StepDone
from jmt.training.gradients.reversed import reversal_strength
from jmt.training.trainer import Trainer
from tests.assets.tiny_model import SENTENCES, TASKS, tiny_model

pytestmark = pytest.mark.numbers

HINT = [
    "task.rare={kind='tagger', level=1, corpus='miniature', column='frequency', role='hint'}",
    "training.share=0.02",
    "training.epochs=2",
]


def with_role(trainer: Trainer, task: str, **changes: object) -> Trainer:
    """The same trainer, with another role for one task."""
    tasks = [
        dataclasses.replace(each, **(changes if name == task else {}))  # type: ignore[arg-type]
        for name, each in trainer.tasks.items()
    ]
    return Trainer(trainer.model, tasks, trainer.settings, seed=3)


def gradients_of_first_step(trainer: Trainer) -> dict[str, Tensor]:
    seen: dict[str, Tensor] = {}

    def look(rows: object) -> None:
        for name, parameter in trainer.stepper.parameters.items():
            if parameter.grad is not None:
                seen[name] = parameter.grad.to_dense().clone()

    trainer.stepper._update = look  # type: ignore[method-assign]
    take = trainer.stepper.take
    trainer.stepper.take = lambda drawn, done: take(drawn, 0.5)  # type: ignore[method-assign]
    next(event for event in trainer.events() if isinstance(event, StepDone))
    return seen


def silent(trainer: Trainer) -> Trainer:
    """The trainer without dropout, so that two steps can be compared."""
    for module in trainer.model.modules():
        if hasattr(module, "threshold"):
            module.threshold = 0
    trainer.model.encoder.words.word_dropout = torch.nn.Identity()
    return trainer


@pytest.mark.parametrize("method", ["sum", "upgrad"])
def test_an_adversary_gives_its_head_its_gradient_and_all_below_minus_lambda_times_it(build_trainer, method):
    """Its own gradient is what the plain sum has more with it than without; the method combines the others."""

    def gradients(how: str, **changes: object) -> dict[str, Tensor]:
        trainer = build_trainer(schedule="joint", clip=1e9, weighting={"method": how})
        return gradients_of_first_step(silent(with_role(trainer, "chunk", **changes)))

    whole, without = gradients("sum"), gradients("sum", weight=1e-30)
    adversarial = gradients(method, role="adversarial", reversal=0.8)
    rest = gradients(method, role="adversarial", reversal=1e-30)  # its head's gradient alone
    strength = reversal_strength(0.8, 0.5)
    assert strength > 0.7
    for name, gradient in adversarial.items():
        own = whole[name] - without[name]
        expected = rest[name] if name.startswith("heads.chunk.") else rest[name] - strength * own
        torch.testing.assert_close(gradient, expected, atol=1e-5, rtol=1e-4)
        if method == "sum" and not name.startswith("heads.chunk."):
            torch.testing.assert_close(rest[name], without[name], atol=1e-5, rtol=1e-4)
        if method == "sum" and name.startswith("heads.chunk."):
            torch.testing.assert_close(gradient, whole[name], atol=1e-5, rtol=1e-4)


def test_methods_on_gradients_never_see_an_adversary(build_trainer):
    trainer = with_role(build_trainer(schedule="joint", weighting={"method": "mgda"}), "chunk", role="adversarial")
    step = next(event for event in trainer.events() if isinstance(event, StepDone))
    assert "chunk" not in step.diagnosis.norms
    assert "chunk" not in step.diagnosis.task_weights
    assert "chunk" in step.task.split("+")


def test_lambda_grows_from_nothing_to_its_full_size():
    strengths = [reversal_strength(0.5, done) for done in (0.0, 0.1, 0.3, 1.0)]
    assert strengths[0] == 0
    assert strengths == sorted(strengths)
    assert strengths[-1] == pytest.approx(0.5, rel=1e-3)
    assert strengths[1] == pytest.approx(0.5 * (2 / (1 + math.exp(-1)) - 1))


def test_an_adversary_unlearns_what_a_head_could_read(build_trainer):
    """Under reversal the encoder works against the head: its loss ends higher than where both work together."""

    def last_loss(role: str) -> float:
        trainer = build_trainer(
            tasks=("xpos", "chunk"), schedule="joint", epochs=30, optimizer={"kind": "adam", "learning_rate": 0.02}
        )
        trainer = with_role(trainer, "chunk", role=role, reversal=2.0)
        list(trainer.events())
        return trainer.progress.last_losses["chunk"]

    assert last_loss("adversarial") > 2 * last_loss("aux")


def test_an_auxiliary_task_selects_no_epoch_and_ends_when_told(build_trainer):
    scores = {"xpos": iter([0.5, 0.6, 0.4, 0.4]), "chunk": iter([0.9, 0.1, 0.2, 1.0])}
    trainer = build_trainer(tasks=("xpos", "chunk"), epochs=4)
    tasks = [
        dataclasses.replace(
            task,
            role="aux" if name == "chunk" else "main",
            until=2 if name == "chunk" else None,
        )
        for name, task in trainer.tasks.items()
    ]

    def evaluate() -> dict[str, dict[str, float]]:
        return {name: {"accuracy": next(found)} for name, found in scores.items()}

    trainer = Trainer(trainer.model, tasks, trainer.settings, seed=3, evaluate=evaluate)
    events = list(trainer.events())
    assert [event.is_best for event in events if isinstance(event, EpochDone)] == [True, True, False, False]
    trained = Counter((event.epoch, event.task) for event in events if isinstance(event, StepDone))
    assert {task for epoch, task in trained if epoch <= 2} == {"xpos", "chunk"}
    assert {task for epoch, task in trained if epoch > 2} == {"xpos"}


@pytest.mark.parametrize("schedule", ["successive", "sampled", "joint", "asynchronous"])
def test_every_schedule_goes_on_without_a_task_that_has_ended(build_trainer, schedule):
    keys = {"effective_batch": 4} if schedule == "asynchronous" else {}
    trainer = build_trainer(schedule=schedule, epochs=3, **keys)
    tasks = [
        dataclasses.replace(task, **({"role": "aux", "until": 1} if name in ("relatedness", "entailment") else {}))
        for name, task in trainer.tasks.items()
    ]
    trainer = Trainer(trainer.model, tasks, trainer.settings, seed=3)
    seen = {
        (event.epoch, task)
        for event in trainer.events()
        if isinstance(event, StepDone)
        for task in event.task.split("+")
    }
    assert (1, "entailment") in seen
    assert not {(2, "entailment"), (3, "relatedness")} & seen
    assert (3, "dep") in seen


def test_hints_follow_from_the_words_alone():
    sentences = [["The", "U.S.", "cat", "the", "IBM-3"], ["the", "zebra"]]
    counts = count_words(sentences)
    assert counts["the"] == 3
    labels = {name: hint_examples("h", name, sentences, counts).gold for name in HINTS}
    assert labels["frequency"] == [["1", "0", "0", "1", "0"], ["1", "0"]]
    assert labels["shape"] == [["Xx", "X.X.", "x", "x", "X.9"], ["x", "x"]]
    assert labels["length"] == [["3", "4", "3", "3", "5"], ["3", "5"]]
    assert hint_examples("h", "frequency", [["unseen"]], counts).gold == [["new"]]


def test_a_hint_is_trained_beside_the_tasks_of_its_corpus_and_needs_no_column_of_it(tmp_path: Path):
    run = Run(read_config("demo", overrides=HINT), RunOptions(tmp_path / "run"), RuleSegmenter("en"))
    trainer = run.trainer
    assert trainer.tasks["rare"].train.inputs is trainer.tasks["xpos"].train.inputs
    assert set(trainer.model.labels["rare"].labels) > {"0", "1"}
    list(run.events())
    assert trainer.progress.last_losses["rare"] < trainer.progress.first_losses["rare"]
    assert "rare" not in trainer.selection.kinds


REFUSED = [
    (["task.xpos.role=hint"], r"task.xpos.role `hint` needs kind `tagger` and a column of frequency, shape, length"),
    (["task.dep.role=hint"], "needs kind `tagger`"),
    (["task.xpos.role=adversarial"], "task.chunk.reads: `xpos` is adversarial, its prediction is to become useless"),
    (["task.dep.reversal=2"], "task.dep.reversal is of role `adversarial`"),
    (["task.dep.until=2"], "task.dep.until: a main task is trained to the end"),
    (
        [f"task.{task}.role=aux" for task in ("xpos", "chunk", "dep", "relatedness", "entailment")],
        "there is no main one",
    ),
    (
        ["task.dep.role=aux", "task.dep.until=1", "training.weighting.method=mgda", "training.schedule=joint"],
        "`mgda` weighs all tasks in every step: drop until",
    ),
]


@pytest.mark.parametrize(("overrides", "message"), REFUSED)
def test_a_role_that_means_nothing_is_refused(overrides: list[str], message: str):
    with pytest.raises(ConfigError, match=message):
        read_config("demo", overrides=overrides, tasks=["xpos", "chunk", "dep", "relatedness", "entailment"])


def test_without_the_head_of_an_auxiliary_task_the_main_ones_predict_what_they_did(build_trainer):
    trainer = with_role(build_trainer(schedule="joint", changes={"dep": {"reads": []}}), "dep", role="aux")
    list(trainer.events())
    trained = trainer.model.eval()
    main = tuple(task for task in TASKS if task != "dep")
    rest = tiny_model(main, changes={task: {"level": TASKS[task]["level"]} for task in main})
    rest.load_state_dict({name: value for name, value in trained.state_dict().items() if name in rest.state_dict()})
    batch = rest.build_batch(SENTENCES[:2], pairs=True)
    with torch.no_grad():
        expected, found = trained(batch, main), rest(batch, main)
    for task in main:
        for one, other in zip(flat(found[task]), flat(expected[task]), strict=True):
            assert torch.equal(one, other), task


def flat(scores: object) -> list[Tensor]:
    return (
        [scores] if isinstance(scores, Tensor) else [part for part in vars(scores).values() if isinstance(part, Tensor)]
    )


@pytest.mark.parametrize("optimizer", [{"kind": "sgd", "learning_rate": 0.5}, {"kind": "adam", "learning_rate": 0.02}])
def test_an_auxiliary_task_of_no_weight_leaves_the_main_task_bit_for_bit_alone(build_trainer, optimizer):
    """From the same initial weights; its head stands above, and so draws its dropout after that of the main one."""
    for seed in range(3):
        keys = {"schedule": "joint", "optimizer": optimizer, "epochs": 3}
        tasks = ("xpos", "chunk")
        both = build_trainer(tasks=tasks, model=tiny_model(tasks, seed=seed), **keys)
        both = with_role(both, "chunk", role="aux", weight=1e-30)
        alone = build_trainer(tasks=("xpos",), **keys)
        start = both.model.state_dict()
        alone.model.load_state_dict({name: start[name] for name in alone.model.state_dict()})
        list(alone.events())
        list(both.events())
        for name, value in alone.stepper.parameters.items():
            assert torch.equal(both.stepper.parameters[name], value), (seed, name)
