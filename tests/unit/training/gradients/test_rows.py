"""A step whose tasks have a gradient each: their sum where weights are one, and never more than the reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from jmt.network.heads.tagger import Tagger
from jmt.training.diagnosis import diagnose
from jmt.training.events import StepDone
from jmt.training.gradients import build_gradients
from jmt.training.gradients.blocks import Block, Rows, blocks_of
from jmt.training.gradients.rows import RowGradients
from jmt.training.optimization import Optimizers
from jmt.training.reach import reach
from jmt.training.settings.training import WeightingSettings
from jmt.training.state import capture, restore
from jmt.training.trainer import Trainer
from jmt.training.weighting import METHODS
from jmt.training.weighting.conflict import GramWeighting
from jmt.training.weighting.solvers import min_norm
from tests.assets.tiny_model import tiny_model

pytestmark = pytest.mark.numbers

JOINT = sorted(name for name, method in METHODS.items() if method.schedules == ("joint",))
Build = Callable[..., Trainer]


def plain_rows(trainer: Trainer, **keys: object) -> RowGradients:
    """Rows that are all weighed with one."""
    weighting = GramWeighting(lambda gram: torch.ones(len(gram)).double())
    rows = build_gradients(weighting, trainer.model, WeightingSettings.model_validate(keys), list(trainer.tasks))
    assert isinstance(rows, RowGradients)
    return rows


def first_gradients(trainer: Trainer) -> dict[str, Tensor | None]:
    """The gradients of the first step, as the optimizer would see them."""
    seen: dict[str, Tensor | None] = {}

    def look(rows: object) -> None:
        for name, parameter in trainer.stepper.parameters.items():
            gradient = parameter.grad
            seen[name] = gradient.to_dense().clone() if gradient is not None else None

    trainer.stepper._update = look  # type: ignore[method-assign]
    next(event for event in trainer.events() if isinstance(event, StepDone))
    return seen


def weights_after(trainer: Trainer, steps: int) -> dict[str, Tensor]:
    for event in trainer.events():
        if isinstance(event, StepDone) and event.step == steps:
            break
    return {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}


@pytest.mark.parametrize("scope", ["joint", "trunk", "block"])
def test_rows_weighed_with_one_are_the_gradient_of_the_sum(build_trainer: Build, scope: str):
    summed = first_gradients(build_trainer(schedule="joint", clip=1e9))
    trainer = build_trainer(schedule="joint", clip=1e9)
    trainer.stepper.compute_gradients_by(plain_rows(trainer, scope=scope))
    for name, gradient in first_gradients(trainer).items():
        torch.testing.assert_close(gradient, summed[name], atol=1e-6, rtol=1e-5)


def test_the_rows_of_a_task_are_those_of_its_reach_and_no_others(build_trainer: Build):
    trainer = build_trainer(schedule="joint")
    rows = plain_rows(trainer)
    trainer.stepper.compute_gradients_by(rows)
    seen: dict[str, set[str]] = {}
    finish = rows.finish
    rows.finish = lambda: (seen.update({task: set(row) for task, row in rows.rows.items()}), finish())[1]  # type: ignore[method-assign]
    first_gradients(trainer)

    assert seen == {task: reach(trainer.model, task) for task in trainer.tasks}
    assert seen["xpos"] < seen["chunk"] < seen["dep"] | seen["entailment"]


def test_what_no_task_reaches_has_no_gradient_rather_than_zeros(build_trainer: Build):
    trainer = build_trainer(tasks=("xpos", "chunk", "dep", "relatedness", "entailment"), schedule="joint")
    trainer.model.encoder.levels[0].requires_grad_(False)
    trainer.stepper.compute_gradients_by(plain_rows(trainer))
    gradients = first_gradients(trainer)
    assert {name for name, gradient in gradients.items() if gradient is None} == {
        name for name in gradients if name.startswith("encoder.levels.0.")
    }


def moved_by_a_step_below(trainer: Trainer) -> set[str]:
    """Parameters, and values of Adam's state, that the first pass of the second epoch changes above level 1."""
    events = trainer.events()
    for event in events:
        if isinstance(event, StepDone) and event.epoch == 1 and event.position == event.steps_in_epoch:
            break
    below = reach(trainer.model, "xpos")
    above = {name: value for name, value in trainer.stepper.parameters.items() if name not in below}

    def state() -> dict[str, Tensor]:
        values = {name: value.detach().clone() for name, value in above.items()}
        for optimizer in trainer.stepper.optimizers.of_model:
            for name, parameter in above.items():
                for key, entry in optimizer.state.get(parameter, {}).items():
                    values[f"{name}/{key}"] = torch.as_tensor(entry).clone()
        return values

    before = state()
    step = next(event for event in events if isinstance(event, StepDone))
    assert (step.epoch, step.task) == (2, "xpos")
    after = state()
    assert before.keys() == after.keys()
    assert any("/exp_avg" in name for name in before)
    return {name for name, value in after.items() if not torch.equal(value, before[name])}


ADAM = {"optimizer": {"kind": "adam", "learning_rate": 0.01}, "successive_regularization": {"default": 0.0}}


def test_a_step_of_a_low_task_leaves_all_above_and_adam_s_memory_of_it_bitwise_alone(build_trainer: Build):
    assert moved_by_a_step_below(build_trainer(**ADAM)) == set()


def test_that_proof_fails_where_absent_gradients_are_zeros(build_trainer: Build, monkeypatch: pytest.MonkeyPatch):
    def zero(optimizers: Optimizers) -> None:
        groups = (group for optimizer in optimizers.of_model for group in optimizer.param_groups)
        for parameter in (parameter for group in groups for parameter in group["params"]):
            if parameter.grad is not None and not parameter.grad.is_sparse:
                parameter.grad.zero_()

    monkeypatch.setattr(Optimizers, "forget_gradients", zero)
    assert moved_by_a_step_below(build_trainer(**ADAM)) != set()


@pytest.mark.parametrize("method", ["mgda", "upgrad", "nash", "cagrad"])
def test_by_block_or_together_is_the_same_where_every_task_reaches_all_that_is_shared(
    build_trainer: Build, method: str
):
    flat = {task: {"level": 1, "reads": []} for task in ("xpos", "chunk", "dep")}
    found = [
        first_gradients(
            build_trainer(
                tasks=tuple(flat), changes=flat, schedule="joint", weighting={"method": method, "scope": scope}
            )
        )
        for scope in ("joint", "block", "trunk")
    ]
    for name, gradient in found[0].items():
        for other in found[1:]:
            torch.testing.assert_close(other[name], gradient, atol=1e-7, rtol=1e-5)


def test_in_a_cascade_blocks_have_weights_of_their_own(build_trainer: Build):
    joint, block = (
        first_gradients(build_trainer(schedule="joint", weighting={"method": "mgda", "scope": scope}))
        for scope in ("joint", "block")
    )
    name = next(name for name in joint if name.startswith("encoder.levels.3."))
    assert not torch.allclose(joint[name], block[name])


@pytest.mark.parametrize("method", JOINT)
def test_every_method_on_rows_moves_all_that_is_reached(build_trainer: Build, method: str):
    trainer = build_trainer(schedule="joint", weighting={"method": method}, optimizer={"learning_rate": 0.05})
    before = {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}
    after = weights_after(trainer, 4)
    assert {name for name in before if torch.equal(after[name], before[name])} == set()
    assert all(value.isfinite().all() for value in after.values())


def all_that_is_reached_is_moved(trainer: Trainer) -> None:
    """The proof: a direction that no task objects to leads somewhere in every block."""
    still = [name for name, gradient in first_gradients(trainer).items() if gradient is None or not gradient.any()]
    assert still == []


BY_BLOCK = {"schedule": "joint", "weighting": {"method": "mgda", "scope": "block"}}


def test_a_task_outside_a_block_does_not_stop_those_that_reach_it(build_trainer: Build):
    all_that_is_reached_is_moved(build_trainer(**BY_BLOCK))


def test_that_proof_fails_where_tasks_outside_have_rows_of_zeros(build_trainer: Build, monkeypatch: pytest.MonkeyPatch):
    def with_zeros(rows: Rows, parameters: Mapping[str, nn.Parameter]) -> list[Block]:
        reached = {name for row in rows.values() for name in row}
        whole = {
            task: {name: row[name] if name in row else torch.zeros_like(parameters[name]) for name in reached}
            for task, row in rows.items()
        }
        return blocks_of(whole, parameters)

    monkeypatch.setattr("jmt.training.gradients.rows.blocks_of", with_zeros)
    everyone = lambda gram, rule: rule(gram, torch.arange(len(gram)))  # noqa: E731 - one line is the point
    monkeypatch.setattr("jmt.training.weighting.mgda.among_reaching", everyone)
    with pytest.raises(AssertionError):
        all_that_is_reached_is_moved(build_trainer(**BY_BLOCK))


@pytest.mark.parametrize("method", [*JOINT, "dwa", "random", "imtl_l", "uncertainty", "log_classes"])
def test_a_run_under_any_method_goes_on_to_the_same_weights(build_trainer: Build, method: str):
    settings = {
        "schedule": "joint",
        "epochs": 4,
        "weighting": {"method": method} | ({"first_steps": 2} if method == "gradnorm" else {}),
        "optimizer": {"kind": "adam", "learning_rate": 0.02},
    }
    whole = build_trainer(**settings)
    list(whole.events())
    stopped = build_trainer(**settings)
    for event in stopped.events():
        if isinstance(event, StepDone) and event.step == 5:
            break
    resumed = build_trainer(**settings)
    resumed.model.load_state_dict(stopped.model.state_dict())
    restore(resumed, *capture(stopped))
    list(resumed.events())
    for name, value in whole.stepper.parameters.items():
        assert torch.equal(resumed.stepper.parameters[name], value), name


@pytest.mark.parametrize("method", JOINT)
def test_heads_that_are_not_trained_have_no_part_in_it(build_trainer: Build, method: str):
    """As where training goes on from a model with more tasks: they have no loss that could be weighed."""
    model = tiny_model()
    trainer = build_trainer(tasks=("xpos", "dep"), model=model, schedule="joint", weighting={"method": method})
    before = {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}
    steps = [event for event in trainer.events() if isinstance(event, StepDone)]
    assert steps
    for step in steps:
        assert not step.skipped
        assert set(step.diagnosis.task_weights) == {"xpos", "dep"}
    others = [name for name in before if name.startswith(("heads.entailment.", "heads.chunk."))]
    moved = {name for name in others if not torch.equal(trainer.stepper.parameters[name], before[name])}
    assert others
    assert {name.split(".")[1] for name in moved} <= {"chunk"}  # which dep reads


def test_a_gradient_that_is_not_finite_leaves_the_step_out(build_trainer: Build, monkeypatch: pytest.MonkeyPatch):
    loss = Tagger.loss
    monkeypatch.setattr(Tagger, "loss", lambda self, scores, gold, mask: loss(self, scores, gold, mask) * float("nan"))
    trainer = build_trainer(schedule="joint", epochs=1, weighting={"method": "mgda"})
    before = {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}
    steps = [event for event in trainer.events() if isinstance(event, StepDone)]
    assert all(step.skipped for step in steps)
    assert all(torch.equal(trainer.stepper.parameters[name], value) for name, value in before.items())


def test_losses_after_the_step_are_those_of_the_same_batches_with_the_same_dropout(build_trainer: Build):
    trainer = build_trainer(schedule="joint", epochs=1, weighting={"method": "famo"}, optimizer={"learning_rate": 1e-9})
    seen: list[tuple[Tensor, Tensor]] = []
    trainer.stepper.weighting.after_step = lambda losses, gram, again: seen.append((losses, again()))  # type: ignore[method-assign]
    next(trainer.events())
    ((before, after),) = seen
    torch.testing.assert_close(before, after, atol=1e-5, rtol=1e-5)


def test_a_step_tells_how_the_gradients_of_its_tasks_lie_to_each_other(build_trainer: Build):
    trainer = build_trainer(schedule="joint", weighting={"method": "mgda"})
    step = next(event for event in trainer.events() if isinstance(event, StepDone))
    found = step.diagnosis
    assert found.norms.keys() == set(trainer.tasks)
    assert len(found.cosines) == 10
    assert all(-1 - 1e-6 <= cosine <= 1 + 1e-6 for cosine in found.cosines.values())
    assert found.stationarity is not None
    assert 0 <= found.stationarity <= 1
    assert sum(found.task_weights.values()) == pytest.approx(1)


def test_a_direction_is_brought_to_the_mean_length_of_the_gradients_on_request(build_trainer: Build):
    trainer = build_trainer(schedule="joint", weighting={"method": "upgrad", "rescale": True})
    step = next(event for event in trainer.events() if isinstance(event, StepDone))
    weights = torch.tensor([step.diagnosis.task_weights[task] for task in trainer.tasks]).double()
    gram = trainer.stepper.gradients.gram  # type: ignore[attr-defined]
    length = float((weights @ gram @ weights).sqrt())
    assert length == pytest.approx(sum(step.diagnosis.norms.values()) / 5, rel=1e-6)


@pytest.mark.parametrize(
    ("weighting", "scaled"),
    [
        ({"method": "geometric_mean"}, True),  # the gradient of a function of the losses, for heads as for the trunk
        ({"method": "famo"}, True),
        ({"method": "mgda"}, False),  # algorithm 2 of Sener and Koltun
        ({"method": "mgda", "scope": "block"}, False),
        ({"method": "mgda", "heads": "scaled"}, True),
    ],
    ids=str,
)
def test_what_one_task_alone_reaches_gets_its_gradient_plain_or_weighed_as_the_method_says(
    build_trainer: Build, weighting: dict[str, object], scaled: bool
):
    plain = first_gradients(build_trainer(schedule="joint", clip=1e9))
    trainer = build_trainer(schedule="joint", clip=1e9, weighting=weighting)
    found = first_gradients(trainer)
    weights = trainer.stepper.gradients.diagnosis().task_weights
    for task in ("dep", "entailment"):  # which no other task reads
        assert abs(weights[task] - 1) > 0.1
        for name in (name for name in plain if name.startswith(f"heads.{task}.")):
            gradient = plain[name]
            assert gradient is not None
            torch.testing.assert_close(found[name], (weights[task] if scaled else 1.0) * gradient, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize(("scope", "fewest"), [("trunk", 5), ("joint", 2)])
def test_weights_follow_from_the_parameters_that_all_tasks_share_or_from_all_that_several_do(
    build_trainer: Build, scope: str, fewest: int
):
    trainer = build_trainer(schedule="joint", clip=1e9, weighting={"method": "mgda", "scope": scope})
    rows: dict[str, dict[str, Tensor]] = {}
    finish = trainer.stepper.gradients.finish
    trainer.stepper.gradients.finish = lambda: (rows.update(trainer.stepper.gradients.rows), finish())[1]  # type: ignore[method-assign,attr-defined]
    first_gradients(trainer)

    reached = [name for name in trainer.stepper.parameters if sum(name in row for row in rows.values()) >= fewest]
    matrix = torch.stack(
        [
            torch.cat(
                [
                    rows[task][name].to_dense().flatten()
                    if name in rows[task]
                    else torch.zeros(trainer.stepper.parameters[name].numel())
                    for name in reached
                ]
            )
            for task in trainer.tasks
        ]
    ).double()
    expected = min_norm((matrix @ matrix.T).numpy())
    assert list(trainer.stepper.gradients.diagnosis().task_weights.values()) == pytest.approx(expected, abs=1e-4)


def test_lengths_and_cosines_are_those_of_the_gradients_that_are_there():
    rows = torch.tensor([[0.3, 0.4], [0.0, 0.0], [-0.2, 0.0]]).double()
    found = diagnose({"a": 0.5, "b": 1.0, "c": 2.0}, ["a", "b", "c"], rows @ rows.T)
    assert found.norms == pytest.approx({"a": 0.5, "c": 0.2})
    assert found.cosines == pytest.approx({"a/c": -0.6})
    assert found.task_weights == {"a": 0.5, "b": 1.0, "c": 2.0}
    assert diagnose({}, ["a", "b"], torch.zeros(2, 2).double()).stationarity is None


@pytest.mark.parametrize("method", ["sum", "gradnorm", "mgda", "upgrad", "nash", "cagrad"])
def test_the_order_of_tasks_changes_no_step(build_trainer: Build, method: str):
    found = []
    for turned in (False, True):
        trainer = build_trainer(schedule="joint", clip=1e9, weighting={"method": method})
        for module in trainer.model.modules():
            if hasattr(module, "threshold"):
                module.threshold = 0  # no dropout, whose draws depend on the order
        trainer.model.encoder.words.word_dropout = nn.Identity()
        tasks = [replace(task, batch_size=3) for task in trainer.tasks.values()]  # all examples in every batch
        found.append(
            first_gradients(Trainer(trainer.model, tasks[::-1] if turned else tasks, trainer.settings, seed=3))
        )
    for name, gradient in found[0].items():
        torch.testing.assert_close(found[1][name], gradient, atol=1e-5, rtol=1e-4)
