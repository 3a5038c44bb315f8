"""The loop tells what it does, learns, survives bad numbers, and goes on exactly where it was."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
import torch

from jmt.cascade.symbols.examples import TaskExamples
from jmt.errors import JmtError
from jmt.network.heads.tagger import Tagger
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from jmt.training.events import EpochDone, StepDone, Stopped
from jmt.training.state import capture, restore
from tests.assets.tiny_segmenter import with_segmenter
from tests.assets.tiny_transformer import tiny_transformer

pytestmark = pytest.mark.numbers

TASKS = ["xpos", "chunk", "dep", "relatedness", "entailment"]


def weights_of(trainer) -> dict[str, torch.Tensor]:
    return {name: value.detach().clone() for name, value in trainer.model.named_parameters()}


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def test_every_task_is_passed_in_order_once_an_epoch(build_trainer):
    events = list(build_trainer().events())
    steps = [event for event in events if isinstance(event, StepDone)]

    assert [step.task for step in steps] == [task for task in TASKS for _ in range(2)] * 2
    assert [type(event) for event in events if not isinstance(event, StepDone)] == [EpochDone, EpochDone, Stopped]
    assert [step.finished.task for step in steps if step.finished] == TASKS * 2
    assert [step.step for step in steps] == list(range(1, 21))


def test_a_pass_s_summary_adds_up_its_steps(build_trainer):
    steps = [event for event in build_trainer(tasks=["xpos"], epochs=1).events() if isinstance(event, StepDone)]
    summary = steps[-1].finished

    assert summary.examples == 3 == sum(step.examples for step in steps)
    assert summary.words == sum(step.words for step in steps)
    assert summary.loss == pytest.approx(sum(step.loss * step.examples for step in steps) / 3)


def test_training_lowers_the_loss_of_every_task(build_trainer):
    losses = {task: [] for task in TASKS}
    for event in build_trainer(epochs=12).events():
        if isinstance(event, StepDone) and event.finished:
            losses[event.task].append(event.finished.loss)

    for task, values in losses.items():
        assert values[-1] < values[0], task


def test_a_task_s_steps_move_what_its_loss_reaches_and_nothing_above(build_trainer):
    trainer = build_trainer()
    events = trainer.events()
    before = weights_of(trainer)
    while next(events).finished is None:  # the pass of xpos
        pass
    moved = {name for name, value in weights_of(trainer).items() if not torch.equal(value, before[name])}

    assert {"".join(name.removeprefix("encoder.").split(".")[:2]) for name in moved} == {
        "wordswords",
        "wordsngrams",
        "levels0",
        "headsxpos",
    }


def test_a_loss_that_is_not_finite_never_reaches_the_weights(build_trainer, monkeypatch):
    trainer = build_trainer(tasks=["xpos"], epochs=1)
    before = weights_of(trainer)
    loss = Tagger.loss
    monkeypatch.setattr(Tagger, "loss", lambda self, scores, gold, mask: loss(self, scores, gold, mask) * float("nan"))
    steps = [event for event in trainer.events() if isinstance(event, StepDone)]

    assert [step.skipped for step in steps] == [True, True]
    assert steps[-1].finished.skipped == 2
    assert same(weights_of(trainer), before)


def test_losses_that_stay_without_a_finite_value_end_training_with_advice(build_trainer, monkeypatch):
    monkeypatch.setattr(Tagger, "loss", lambda self, scores, gold, mask: scores.sum() * float("inf"))

    with pytest.raises(JmtError, match=r"`xpos` was not finite 3 times.*learning_rate"):
        list(build_trainer(tasks=["xpos"], epochs=4).events())


def test_the_same_seed_gives_the_same_weights_bit_for_bit(build_trainer):
    first, second = build_trainer(), build_trainer()
    list(first.events())
    list(second.events())

    assert same(weights_of(first), weights_of(second))


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("stop_after", [1, 3, 7, 11, 14])
def test_a_run_goes_on_from_any_step_to_the_same_weights(build_trainer, optimizer, stop_after):
    settings = {"optimizer": {"kind": optimizer, "learning_rate": 0.05}, "weighting": {"method": "uncertainty"}}
    whole = build_trainer(**settings)
    list(whole.events())

    stopped = build_trainer(**settings)
    for event in stopped.events():
        if isinstance(event, StepDone) and event.step == stop_after:
            break
    values, tensors = capture(stopped)
    resumed = build_trainer(**settings)
    resumed.model.load_state_dict(stopped.model.state_dict())
    restore(resumed, values, tensors)
    steps = [event.step for event in resumed.events() if isinstance(event, StepDone)]

    assert steps == list(range(stop_after + 1, 21))
    assert same(weights_of(resumed), weights_of(whole))


MIXED = [
    {"schedule": "sampled"},
    {"schedule": "sampled", "sampling": {"by": "uniform"}},
    {"schedule": "joint"},
    {"replay": 0.5},
    {"order": "curriculum", "epochs": 4},
    {"schedule": "sampled", "sampling": {"by": "annealed", "temperature": 4.0}},
    {"schedule": "sampled", "sampling": {"by": "ratio", "ratios": {"entailment": 3.0}}},
    {"schedule": "grouped", "groups": [["xpos", "dep"], ["chunk"], ["relatedness", "entailment"]]},
    {"schedule": "asynchronous", "effective_batch": 5},
    {"phase": [{"epochs": 1}, {"epochs": 1, "schedule": "joint"}]},
]


@pytest.mark.parametrize("mixed", MIXED)
@pytest.mark.parametrize("stop_after", [1, 3, 6])
def test_a_run_of_mixed_tasks_goes_on_from_any_step_to_the_same_weights(build_trainer, mixed, stop_after):
    rates = {"schedule": "linear", "warmup": 0.3, "kind": "adamw", "learning_rate": 0.02}
    settings = {**mixed, "optimizer": rates}
    whole = build_trainer(**settings)
    expected = [event for event in whole.events() if isinstance(event, StepDone)]
    stopped = build_trainer(**settings)
    for event in stopped.events():
        if isinstance(event, StepDone) and event.step == stop_after:
            break
    resumed = build_trainer(**settings)
    resumed.model.load_state_dict(stopped.model.state_dict())
    restore(resumed, *capture(stopped))
    rest = [event for event in resumed.events() if isinstance(event, StepDone)]

    assert [(event.task, event.loss) for event in rest] == [(e.task, e.loss) for e in expected[stop_after:]]
    assert same(weights_of(resumed), weights_of(whole))


def test_one_forward_pass_serves_all_tasks_of_a_corpus_and_each_gets_its_own_loss(build_trainer):
    trainer = build_trainer(schedule="joint", epochs=1)
    assert trainer.groups == {"xpos": ["xpos", "chunk", "dep"], "relatedness": ["relatedness", "entailment"]}
    calls = []
    trainer.model.register_forward_pre_hook(lambda _, inputs: calls.append(list(inputs[1])))
    step = next(event for event in trainer.events() if isinstance(event, StepDone))

    assert calls == [["xpos", "chunk", "dep"], ["relatedness", "entailment"]]
    assert step.task == "xpos+chunk+dep+relatedness+entailment"


def test_a_penalty_is_reported_against_the_snapshot(build_trainer):
    ends = [event for event in build_trainer(epochs=1).events() if isinstance(event, StepDone) and event.finished]

    assert ends[0].penalty == 0.0  # before the first pass nothing was learned
    assert all(event.penalty > 0 for event in ends[1:])


def test_training_stops_when_no_better_epoch_comes(build_trainer):
    scores = iter([0.2, 0.5, 0.4, 0.5, 0.3, 0.9])
    trainer = build_trainer(
        tasks=["xpos"], epochs=6, selection={"patience": 2}, evaluate=lambda: {"accuracy": next(scores)}
    )
    epochs = [event for event in trainer.events() if isinstance(event, EpochDone)]

    assert [epoch.is_best for epoch in epochs] == [True, True, False, False]
    assert trainer.progress.best_epoch == 2


def test_without_a_dev_split_patience_never_ends_training(build_trainer):
    trainer = build_trainer(tasks=["xpos"], epochs=4, selection={"patience": 1}, evaluate=None)

    assert [event.epoch for event in trainer.events() if isinstance(event, EpochDone)] == [1, 2, 3, 4]


def test_learned_weights_follow_kendall_s_closed_form(build_trainer):
    trainer = build_trainer(tasks=["xpos"], weighting={"method": "uncertainty"})
    loss = torch.tensor(3.0, requires_grad=True)
    log_variance = trainer.stepper.weighting.log_variances["xpos"]
    log_variance.data.fill_(0.4)
    total = trainer.stepper.weighting({"xpos": loss})
    total.backward()

    factor = torch.exp(torch.tensor(-0.4))
    assert total.item() == pytest.approx((factor * 3.0 + 0.2).item())
    assert loss.grad.item() == pytest.approx(factor.item())
    assert log_variance.grad.item() == pytest.approx((-factor * 3.0 + 0.5).item())


def test_a_random_order_keeps_passes_whole(build_trainer):
    steps = [event.task for event in build_trainer(order="random").events() if isinstance(event, StepDone)]

    assert Counter(steps) == dict.fromkeys(TASKS, 4)
    assert sum(before != after for before, after in pairwise(steps[:10])) == 4


def test_dev_is_scored_without_dropout_and_training_goes_on_with_it(build_trainer):
    scored, trained = [], []
    trainer = build_trainer(tasks=["xpos"], evaluate=lambda: scored.append(trainer.model.training) or {"accuracy": 0.5})
    for event in trainer.events():
        if isinstance(event, StepDone):
            trained.append(trainer.model.training)

    assert scored == [False, False]
    assert trained == [True] * 4


def test_another_seed_of_training_keeps_the_first_weights_and_takes_other_batches(tmp_path):
    runs = []
    for seed in (None, 1, 2):
        overrides = ["training.share=0.01", "training.epochs=1", *([f"training.seed={seed}"] if seed else [])]
        config = read_config("demo", overrides=overrides)
        runs.append(Run(config, RunOptions(tmp_path / str(seed)), RuleSegmenter("en")).trainer)
    first, same_seed, other = runs
    assert same(weights_of(first), weights_of(same_seed))
    assert same(weights_of(first), weights_of(other))
    steps = [[event.loss for event in trainer.events() if isinstance(event, StepDone)] for trainer in runs]
    assert steps[0] == steps[1] != steps[2]


@pytest.mark.parametrize("kind", ["sgd", "adamw"])
def test_every_group_of_parameters_learns_at_its_own_share_of_the_rate(build_trainer, kind):
    rates = {"kind": kind, "learning_rate": 0.01, "pretrained_scale": 0.2, "layer_decay": 0.5}
    trainer = build_trainer(model=tiny_transformer(), tasks=["xpos"], optimizer=rates)
    for event in trainer.events():
        if isinstance(event, StepDone):
            groups = [group for optimizer in trainer.stepper.optimizers.of_model for group in optimizer.param_groups]
            assert {group["scale"] for group in groups} == {1.0, 0.2, 0.1, 0.05, 0.025}
            assert [group["lr"] for group in groups] == [event.learning_rate * group["scale"] for group in groups]


def test_the_rate_rises_and_falls_step_by_step(build_trainer):
    rates = {"schedule": "linear", "warmup": 0.25, "learning_rate": 0.6}
    trainer = build_trainer(tasks=["xpos"], epochs=4, optimizer=rates)
    told = [event.learning_rate for event in trainer.events() if isinstance(event, StepDone)]

    assert told == pytest.approx([0.0, 0.3, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])


def test_a_frozen_encoder_rests_at_first_and_then_learns(build_trainer):
    trainer = build_trainer(model=tiny_transformer(), tasks=["xpos"], freezing={"epochs": 1})
    before, moved = weights_of(trainer), []
    for event in trainer.events():
        if isinstance(event, EpochDone):
            after = weights_of(trainer)
            moved.append({name for name, value in after.items() if not torch.equal(value, before[name])})
            before = after

    assert [any(name.startswith("heads.xpos.") for name in names) for names in moved] == [True, True]
    assert [any(name.startswith("encoder.pretrained.") for name in names) for names in moved] == [False, True]


@pytest.mark.parametrize("schedule", ["successive", "sampled"])
def test_a_cascade_on_a_transformer_trains_from_its_segmenter_to_entailment(build_trainer, schedule):
    rows = [["\n\nthe", " cat", " du", "."], ["\n\nA", " dog", ".", " It"]]
    stretches = TaskExamples("segmenter", "segmenter", rows, [["S", "T", "T = cut *+1", "T"], ["S", "T", "T", "S"]])
    model = with_segmenter(tiny_transformer())
    trainer = build_trainer(model=model, further=[stretches], schedule=schedule, optimizer={"learning_rate": 0.1})
    before = weights_of(trainer)
    told = [event.task for event in trainer.events() if isinstance(event, StepDone)]
    after = weights_of(trainer)

    assert {task for step in told for task in step.split("+")} == {"segmenter", *TASKS}
    parts = ("segmenter.", "encoder.pretrained.", *(f"heads.{task}." for task in TASKS))
    for part in parts:
        own = [name for name in before if name.startswith(part)]
        assert any(not torch.equal(before[name], after[name]) for name in own), part
        assert all(after[name].isfinite().all() for name in own), part
