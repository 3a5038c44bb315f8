"""What keeps copies alike, mixes them or gates them, through real steps of training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import pytest
import torch
from torch import Tensor

from jmt.training.events import StepDone
from jmt.training.settings.sharing import SharingSettings
from jmt.training.sharing_step import SharingStep
from jmt.training.trainer import Trainer
from tests.assets.tiny_model import TASKS

pytestmark = pytest.mark.numbers

Build = Callable[..., Trainer]
Copies = dict[str, Tensor]
"""The copies (4, ...) of every parameter of level 2."""
STRENGTH, RATE = 0.3, 0.5
CLUSTERS = [["chunk", "dep"], ["relatedness", "entailment"]]
ALONE: dict[str, dict[str, Any]] = {task: {"reads": []} for task in TASKS}
"""Tasks that read nothing: what a step of one moves is what it shares with others."""


def run_to(trainer: Trainer, last: int) -> StepDone:
    return next(event for event in trainer.events() if isinstance(event, StepDone) and event.step == last)


def copies(trainer: Trainer) -> Copies:
    level = trainer.model.encoder.levels[1]
    assert list(level) == ["chunk", "dep", "relatedness", "entailment"]
    names = [name for name, _ in level["dep"].named_parameters()]
    return {name: torch.stack([level[task].get_parameter(name).detach() for task in level]).double() for name in names}


def along(graph: Tensor, stack: Tensor) -> Tensor:
    """The X with X - W + step E X = 0."""
    eye = torch.eye(len(graph)).double()
    return torch.linalg.solve(eye + RATE * STRENGTH * graph, stack.flatten(1)).view_as(stack)


def toward_others(_: Trainer, before: Copies) -> Copies:
    graph = 4 * torch.eye(4).double() - 1
    return {name: along(graph, stack) for name, stack in before.items()}


def within_clusters(_: Trainer, before: Copies) -> Copies:
    """Of each cluster the mean stays nearly as it is, and what differs from it shrinks, by strengths of our own."""
    together = torch.block_diag(torch.full((2, 2), 0.5), torch.full((2, 2), 0.5)).double()
    every = torch.full((4, 4), 0.25).double()
    graph = 3.0 * (torch.eye(4).double() - together) + 0.7 * (together - every) + 0.2 * every
    return {name: along(graph, stack) for name, stack in before.items()}


def fewer_directions(_: Trainer, before: Copies) -> Copies:
    """Every singular value less the step, of features by tasks."""
    found = dict(before)
    for name, stack in matrices(before).items():
        left, values, right = torch.linalg.svd(stack.flatten(1), full_matrices=False)
        found[name] = (left @ torch.diag((values - RATE * STRENGTH).clamp_min(0)) @ right).view_as(stack)
    return found


def fewer_directions_of_all(axes: Callable[[Tensor], list[Tensor]]) -> Callable[[Trainer, Copies], Copies]:
    """A gradient step on the mean of the nuclear norms of unfoldings, by autograd through their singular values."""

    def expected(_: Trainer, before: Copies) -> Copies:
        found = dict(before)
        for name, stack in matrices(before).items():
            leaf = stack.clone().requires_grad_()
            norms = torch.stack([torch.linalg.svdvals(matrix).sum() for matrix in axes(leaf)])
            (slope,) = torch.autograd.grad(norms.mean(), leaf)
            found[name] = stack - RATE * STRENGTH * slope
        return found

    return expected


def fewer_features(_: Trainer, before: Copies) -> Copies:
    """All that leaves an input of the level, to all gates of all tasks in both directions, is shortened as one."""
    inward = [name for name in before if "weight_ih" in name]
    length = torch.stack([before[name].square().sum(dim=(0, 1)) for name in inward]).sum(dim=0).sqrt()
    kept = (1 - RATE * STRENGTH / length).clamp_min(0)
    return {name: stack * kept if name in inward else stack for name, stack in before.items()}


def along_relations(_: Trainer, before: Copies) -> Copies:
    """tr(W Omega^-1 W^T) with Omega the root of W^T W, of trace one, for the weights as they are in this update."""
    found = dict(before)
    for name, stack in matrices(before).items():
        values, vectors = torch.linalg.eigh(stack.flatten(1) @ stack.flatten(1).T)
        roots = (values + 1e-4 * values.mean()).sqrt()
        omega = (vectors * (roots / roots.sum())) @ vectors.T
        found[name] = along(2 * torch.linalg.inv(omega), stack)
    return found


def along_all_axes(trainer: Trainer, before: Copies) -> Copies:
    """(I + step Sigma^-1)^-1 W, Sigma the Kronecker product of the covariances that the run has learned."""
    state, found = trainer.stepper.sharing.state_dict(), dict[str, Tensor]()
    for number, (name, stack) in enumerate(matrices(before).items()):
        if "weight_hh" not in name:
            continue  # for those from below the product is too large to be written down
        at = f"ties.2.priors.{number}.axes"
        axes = [
            (state[f"{at}.{axis}.vectors"] * state[f"{at}.{axis}.values"]) @ state[f"{at}.{axis}.vectors"].T
            for axis in range(3)
        ]
        assert all((axis - torch.eye(len(axis))).abs().max() > 0.1 for axis in axes)  # something has been learned
        sigma = reduce(torch.kron, [axis.double() for axis in axes])
        flat = stack.reshape(-1)
        found[name] = torch.linalg.solve(sigma + RATE * STRENGTH * torch.eye(len(sigma)), sigma @ flat).view_as(stack)
    return found


def matrices(stacks: Mapping[str, Tensor]) -> Copies:
    return {name: stack for name, stack in stacks.items() if stack.dim() == 3}


def unfolded(stack: Tensor) -> list[Tensor]:
    return [stack.movedim(axis, 0).flatten(1) for axis in range(3)]


def cut(stack: Tensor) -> list[Tensor]:
    return [stack.movedim(0, -1).flatten(1), stack.flatten(1)]


TIES: dict[str, tuple[dict[str, Any], Callable[[Trainer, Copies], Copies]]] = {
    "l2": ({"reg": "l2"}, toward_others),
    "clusters": (
        {"reg": "task_graph", "clusters": CLUSTERS, "within": 3.0, "between": 0.7, "mean": 0.2},
        within_clusters,
    ),
    "trace norm": ({"reg": "trace_norm"}, fewer_directions),
    "trace norm of all axes": ({"reg": "trace_norm", "flatten": "tucker"}, fewer_directions_of_all(unfolded)),
    "trace norm of all cuts": ({"reg": "trace_norm", "flatten": "tt"}, fewer_directions_of_all(cut)),
    "block sparse": ({"reg": "block_sparse"}, fewer_features),
    "relations": ({"reg": "matrix_normal", "update_every": 2}, along_relations),
    "relations along all axes": ({"reg": "tensor_normal", "update_every": 2}, along_all_axes),
}


@pytest.mark.parametrize("name", TIES)
def test_an_update_of_training_is_the_plain_one_and_then_the_step_of_what_ties(build_trainer: Build, name: str):
    """The same run up to there, and its next update made once with and once without the tie."""
    keys, expected = TIES[name]
    ties = {2: SharingSettings.model_validate({**keys, "strength": STRENGTH})}
    optimizer = {"learning_rate": RATE, "decay": 0.0}
    tied, free = (
        build_trainer(sharing={"level2": {}}, ties=ties, schedule="joint", epochs=3, optimizer=optimizer)
        for _ in range(2)
    )
    for trainer in (tied, free):
        run_to(trainer, 3)
    free.stepper.sharing = SharingStep(free.model, {})
    before = copies(tied)
    assert run_to(tied, 4).learning_rate == run_to(free, 4).learning_rate == RATE

    plain, drawn = copies(free), copies(tied)
    assert any(not torch.equal(plain[part], before[part]) for part in plain)
    for part, values in expected(tied, plain).items():
        torch.testing.assert_close(drawn[part], values, atol=1e-5, rtol=1e-4)
    assert max(float((drawn[part] - plain[part]).abs().max()) for part in plain) > 1e-2


def moved_by_passes(trainer: Trainer) -> dict[str, set[str]]:
    """By task the parts of levels, stitches, gates and heads that its pass in the first epoch moves."""
    values = {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}
    found: dict[str, set[str]] = {}
    for event in trainer.events():
        if not isinstance(event, StepDone) or event.epoch > 1:
            break
        for name, value in trainer.stepper.parameters.items():
            if not torch.equal(value, values[name]) and "words" not in name:
                found.setdefault(event.task, set()).add(part_of(name))
        values = {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}
    return found


def part_of(name: str) -> str:
    """`level1`, `level2 dep` of a copy or an expert, `gate dep`, `stitch` or `head dep`."""
    where = name.removeprefix("encoder.").split(".")
    if where[0] == "levels":
        copy_of = "" if where[2] in ("bilstm", "dropout") else f" {where[2]}"
        return f"level{int(where[1]) + 1}{copy_of}"
    return {"gates": f"gate {where[2]}", "stitches": "stitch", "heads": f"head {where[1]}"}.get(where[0], where[0])


def successive(build_trainer: Build, level2: dict[str, Any]) -> Trainer:
    return build_trainer(
        sharing={"level2": level2},
        changes=ALONE,
        successive_regularization={"default": 0.0, "lower_classifiers": 0.0},
    )


def test_of_hard_and_soft_levels_tasks_train_the_hard_ones_together_and_of_soft_ones_their_own_copies(
    build_trainer: Build,
):
    assert moved_by_passes(successive(build_trainer, {"kind": "soft"})) == {
        "xpos": {"level1", "head xpos"},
        "chunk": {"level1", "level2 chunk", "head chunk"},
        "dep": {"level1", "level2 dep", "level3", "head dep"},
        "relatedness": {"level1", "level2 relatedness", "level3", "level4", "head relatedness"},
        "entailment": {"level1", "level2 entailment", "level3", "level4", "level5", "head entailment"},
    }


def test_all_tasks_train_all_experts_and_each_its_own_gate(build_trainer: Build):
    trainer = successive(build_trainer, {"kind": "experts", "experts": 3})
    moved = moved_by_passes(trainer)
    experts = {"level2 0", "level2 1", "level2 2"}

    assert moved["xpos"] == {"level1", "head xpos"}
    for task in ("chunk", "dep", "relatedness", "entailment"):
        assert {part for part in moved[task] if part.startswith(("level2", "gate"))} == experts | {f"gate {task}"}
    rows = torch.stack([gate.linear.weight.detach().flatten() for gate in trainer.model.encoder.gates["2"].values()])
    assert float(torch.pdist(rows).min()) > 0.1  # each mixes them in a way of its own


def test_through_stitches_a_task_trains_the_columns_of_all_others_and_how_they_are_mixed(build_trainer: Build):
    trainer = successive(build_trainer, {"kind": "cross_stitch"})
    stitch = trainer.model.encoder.stitches["2"]
    start = stitch.mix.detach().clone()
    moved = moved_by_passes(trainer)
    columns = {f"level2 {task}" for task in ("chunk", "dep", "relatedness", "entailment")}

    assert moved["xpos"] == {"level1", "head xpos"}
    for task in ("chunk", "dep", "relatedness", "entailment"):
        assert {part for part in moved[task] if part.startswith(("level2", "stitch"))} == columns | {"stitch"}
    assert bool((stitch.mix.detach() != start).all())  # what each column takes from each
