"""Every method through real steps: the gradient of a step is that of its tasks, weighed as a formula of ours says.

Two tasks share a trunk of one level, so that every rule on gradients has a closed form.  The formulas here know the
losses and gradients of a run alone, and nothing of the code that they judge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import torch
from torch import Tensor

from jmt.training.events import StepDone
from jmt.training.trainer import Trainer
from tests.assets.tiny_model import LABELS

pytestmark = pytest.mark.numbers

Build = Callable[..., Trainer]
TASKS = ("xpos", "chunk")
TRUNK = {task: {"level": 1, "reads": []} for task in TASKS}
RATE = 0.025
"""Of learned weights."""


@dataclass
class Step:
    """What a step was made of, and what came of it."""

    losses: Tensor
    """(2,), float64."""
    rows: list[dict[str, Tensor]]
    """The gradient of each task alone."""
    found: dict[str, Tensor] = field(default_factory=dict)
    """The gradient that the optimizer was given."""
    after: Tensor | None = None
    """The losses after the step, where the method asked for them."""

    @property
    def gram(self) -> Tensor:
        """The inner products of the gradients on what both tasks have, (2, 2)."""
        first, second = self.rows
        flat = torch.stack([torch.cat([row[name].flatten() for name in first if name in second]) for row in self.rows])
        return flat @ flat.T


def watched(trainer: Trainer) -> tuple[list[Step], list[StepDone]]:
    """Train to the end; of every step what it was made of, and what was told of it."""
    stepper, steps = trainer.stepper, list[Step]()
    add, update, hear = stepper.gradients.add, stepper._update, getattr(stepper.weighting, "after_step", None)

    def note_rows(losses: Mapping[str, Tensor], share: float) -> None:
        names, values = zip(*stepper.parameters.items(), strict=True)
        rows = []
        for task in TASKS:
            found = torch.autograd.grad(losses[task], values, retain_graph=True, allow_unused=True)
            rows.append({n: dense(g) for n, g in zip(names, found, strict=True) if g is not None})
        steps.append(Step(torch.tensor([float(losses[task].detach()) for task in TASKS]).double(), rows))
        add(losses, share)

    def note_gradient(rows: Any) -> None:
        given = {name: value.grad for name, value in stepper.parameters.items() if value.grad is not None}
        steps[-1].found = {name: dense(gradient) for name, gradient in given.items()}
        update(rows)

    def note_after(losses: Tensor, gram: Tensor, again: Callable[[], Tensor]) -> None:
        def noted() -> Tensor:
            steps[-1].after = again()
            return steps[-1].after

        assert hear is not None
        hear(losses, gram, noted)

    stepper.gradients.add = note_rows  # type: ignore[method-assign]
    stepper._update = note_gradient  # type: ignore[method-assign]
    if hear is not None:
        stepper.weighting.after_step = note_after  # type: ignore[assignment]
    told = [event for event in trainer.events() if isinstance(event, StepDone)]
    assert len(told) == len(steps) == 12
    return steps, told


def dense(gradient: Tensor) -> Tensor:
    return gradient.detach().to_dense().double().clone()


def run(build_trainer: Build, method: str, *, second: float = 1.0, **keys: Any) -> tuple[list[Step], list[StepDone]]:
    """Train by a method, the second task at a weight of its own."""
    weighting = {"method": method, "learning_rate": RATE} if method in LEARNED else {"method": method}
    trainer = build_trainer(
        tasks=TASKS,
        changes=TRUNK,
        schedule="joint",
        epochs=6,
        clip=1e9,
        weighting={**weighting, **keys},
        optimizer={"kind": "adam", "learning_rate": 0.02},
    )
    trainer.tasks["chunk"] = replace(trainer.tasks["chunk"], weight=second)
    return watched(trainer)


def is_weighed(step: Step, weights: Tensor, *, heads: bool) -> None:
    """The proof: on the trunk the gradient is the weighted sum, and in the heads each task's own, weighed or plain."""
    for name, found in step.found.items():
        parts = [(weight, row[name]) for weight, row in zip(weights, step.rows, strict=True) if name in row]
        scaled = heads or len(parts) > 1
        expected = torch.stack([(weight if scaled else 1.0) * row for weight, row in parts]).sum(dim=0)
        torch.testing.assert_close(found, expected, atol=1e-5 * float(expected.abs().max()) + 1e-7, rtol=2e-4)
    assert step.found.keys() == step.rows[0].keys() | step.rows[1].keys()


def learned(cost: Callable[[Tensor, Tensor], Tensor], weights: Callable[[Tensor], Tensor], steps: list[Step]) -> Tensor:
    """Weights (steps, 2) where a number for each task is learned beside the network, by Adam with a short memory."""
    numbers = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    adam, found = torch.optim.Adam([numbers], lr=RATE, betas=(0.9, 0.9)), []
    for step in steps:
        found.append(weights(numbers.detach()))
        adam.zero_grad()
        cost(numbers, step.losses).backward()
        adam.step()
    return torch.stack(found)


def gradnorm(steps: list[Step], alpha: float) -> Tensor:
    """Equations 1 and 2 of the paper, in logarithms; the first losses are those of the first step."""
    logs, found = torch.zeros(2, dtype=torch.float64), []
    for number, step in enumerate(steps):
        found.append(logs.exp())
        if number:
            leaf = logs.clone().requires_grad_()
            sizes, ratios = leaf.exp() * step.gram.diagonal().sqrt(), step.losses / steps[0].losses
            target = (sizes.mean() * (ratios / ratios.mean()) ** alpha).detach()
            cost = (sizes - target).abs().sum() / sizes.mean().detach()
            (slope,) = torch.autograd.grad(cost, leaf)
            logs = logs - RATE * slope
            logs = logs - (logs.exp().sum() / 2).log()
    return torch.stack(found)


def famo(steps: list[Step]) -> Tensor:
    """The authors' code: Adam with decay on logits, along how much each logarithm fell."""
    logits, found = torch.zeros(2, dtype=torch.float64, requires_grad=True), []
    adam = torch.optim.Adam([logits], lr=RATE, weight_decay=1e-3)
    for step in steps:
        shares = logits.detach().softmax(dim=0) / step.losses
        found.append(shares / shares.sum())
        assert step.after is not None
        adam.zero_grad()
        (logits.softmax(dim=0) * (step.losses.log() - step.after.log())).sum().backward()
        adam.step()
    return torch.stack(found)


def smooth_maximum(steps: list[Step], mu: float, first: int) -> Tensor:
    """The slope of the smooth maximum of log(L / n), n the mean of the first losses; before that of the sum of logs."""
    start = torch.stack([step.losses for step in steps[:first]]).mean(dim=0)
    later = [2 * ((step.losses / start).log() / mu).softmax(dim=0) / step.losses for step in steps[first:]]
    return torch.stack([*(1 / step.losses for step in steps[:first]), *later])


def even(steps: list[Step], weights: list[float]) -> Tensor:
    return torch.tensor([weights] * len(steps)).double()


LEARNED = ("uncertainty", "imtl_l", "gradnorm", "famo")
OF_LOSSES: dict[str, tuple[str, dict[str, Any], Callable[[list[Step]], Tensor]]] = {
    "sum": ("sum", {}, lambda steps: even(steps, [1, 1])),
    "mean": ("mean", {}, lambda steps: even(steps, [1 / 2, 1 / 2])),
    "log classes": ("log_classes", {}, lambda steps: even(steps, [1 / math.log(len(LABELS[task])) for task in TASKS])),
    "uncertainty": (
        "uncertainty",
        {},
        lambda steps: learned(lambda s, losses: ((-s).exp() * losses + s / 2).sum(), lambda s: (-s).exp(), steps),
    ),
    "uncertainty, gaussian": (
        "uncertainty",
        {"likelihoods": dict.fromkeys(TASKS, "gaussian")},
        lambda steps: learned(lambda s, losses: ((-s).exp() * losses + s).sum() / 2, lambda s: (-s).exp() / 2, steps),
    ),
    "liebel": (
        "uncertainty",
        {"variant": "liebel"},
        lambda steps: learned(
            lambda s, losses: ((-s).exp() * losses + (1 + s.exp()).log()).sum(), lambda s: (-s).exp(), steps
        ),
    ),
    "imtl, losses": (
        "imtl_l",
        {},
        lambda steps: learned(lambda s, losses: (s.exp() * losses - s).sum(), lambda s: s.exp(), steps),
    ),
    "gradnorm": ("gradnorm", {"alpha": 1.5, "first_steps": 1}, lambda steps: gradnorm(steps, 1.5)),
    "gradnorm, no alpha": ("gradnorm", {"alpha": 0.0, "first_steps": 1}, lambda steps: gradnorm(steps, 0.0)),
    "geometric mean": (
        "geometric_mean",
        {},
        lambda steps: torch.stack([step.losses.prod().sqrt() / (2 * step.losses) for step in steps]),
    ),
    "smooth maximum": ("stch", {"mu": 0.2, "first_steps": 3}, lambda steps: smooth_maximum(steps, 0.2, 3)),
    "famo": ("famo", {}, famo),
}


@pytest.mark.parametrize("name", OF_LOSSES)
def test_in_training_losses_are_weighed_as_the_formula_says(build_trainer: Build, name: str):
    method, keys, formula = OF_LOSSES[name]
    steps, told = run(build_trainer, method, **keys)
    for step, event, weights in zip(steps, told, formula(steps), strict=True):
        is_weighed(step, weights, heads=True)
        assert list(event.diagnosis.task_weights.values()) == pytest.approx(weights.tolist(), rel=1e-4)


@pytest.mark.parametrize("method", ["random", "dwa"])
def test_in_training_weights_that_are_told_are_those_that_weigh(build_trainer: Build, method: str):
    steps, told = run(build_trainer, method)
    weights = [torch.tensor(list(event.diagnosis.task_weights.values())).double() for event in told]
    for step, used in zip(steps, weights, strict=True):
        is_weighed(step, used, heads=True)
    assert float((weights[-1] - 1).abs().max()) > 1e-3


def shortest(gram: Tensor) -> Tensor:
    """The two weights of the shortest vector between two gradients."""
    share = float((gram[1, 1] - gram[0, 1]) / (gram[0, 0] + gram[1, 1] - 2 * gram[0, 1]))
    share = min(max(share, 0.0), 1.0)
    return torch.tensor([share, 1 - share]).double()


def without_conflict(gram: Tensor) -> Tensor:
    """Each gradient less its component along the other, where they are opposed."""
    return 1 - gram[0, 1].clamp_max(0) / gram.diagonal()


def bargain(gram: Tensor) -> Tensor:
    """The w with w_t (G w)_t = 1."""
    lengths = gram.diagonal().sqrt()
    return 1 / (lengths * (1 + gram[0, 1] / lengths.prod()).sqrt())


def near_the_mean(gram: Tensor, radius: float) -> Tensor:
    """CAGrad's w by trying all of them."""
    first = torch.linspace(0, 1, 200_001).double()
    shares = torch.stack([first, 1 - first], dim=1)
    half = torch.full((2,), 0.5).double()
    reach = radius * float((half @ gram @ half).sqrt())
    lengths = torch.einsum("na,ab,nb->n", shares, gram, shares).sqrt()
    best = int((shares @ gram @ half + reach * lengths).argmin())
    return half + reach * shares[best] / lengths[best]


def aligned(gram: Tensor) -> Tensor:
    """The mean, every principal component as long as the shortest."""
    values, vectors = torch.linalg.eigh(gram)
    return (vectors * (values[0] / values).sqrt()) @ vectors.T @ torch.full((2,), 0.5).double()


def equal_projections(gram: Tensor) -> Tensor:
    """Of weights that add up to one those whose direction lies alike to both unit gradients."""
    lengths = gram.diagonal().sqrt()
    rest = (lengths - gram[0, 1] / lengths.flip(0)).flip(0)
    return rest / rest.sum()


def projected_mean(gram: Tensor) -> Tensor:
    """The mean, less what of it opposes a gradient."""
    half = torch.full((2,), 0.5).double()
    return half - (gram @ half).clamp_max(0) / gram.diagonal()


RULES: dict[str, tuple[dict[str, Any], Callable[[Tensor], Tensor]]] = {
    "mgda": ({}, shortest),
    "pcgrad": ({}, without_conflict),
    "cagrad": ({"radius": 0.5}, lambda gram: near_the_mean(gram, 0.5)),
    "nash": ({}, bargain),
    "aligned": ({}, aligned),
    "imtl_g": ({}, equal_projections),
    "upgrad": ({}, lambda gram: without_conflict(gram) / 2),
    "dualproj": ({}, projected_mean),
}


@pytest.mark.parametrize("method", RULES)
def test_in_training_gradients_are_combined_as_the_closed_form_of_two_says(build_trainer: Build, method: str):
    keys, formula = RULES[method]
    steps, told = run(build_trainer, method, second=0.2, **keys)  # so short that the mean may oppose its gradient
    for step, event in zip(steps, told, strict=True):
        is_weighed(step, formula(step.gram), heads=False)
        lengths, nearest = step.gram.diagonal().sqrt(), shortest(step.gram)
        expected = float((nearest @ step.gram @ nearest).clamp_min(0).sqrt() / lengths.mean())
        assert event.diagnosis.stationarity == pytest.approx(expected, rel=1e-3, abs=1e-4)
    weights = torch.stack([formula(step.gram) for step in steps])
    assert float((weights - weights[0]).abs().max()) > 0.01


def test_in_training_the_upper_bound_weighs_by_gradients_at_the_hidden_states(build_trainer: Build):
    trainer = build_trainer(
        tasks=TASKS,
        changes=TRUNK,
        schedule="joint",
        epochs=6,
        clip=1e9,
        weighting={"method": "mgda", "upper_bound": True},
        optimizer={"kind": "adam", "learning_rate": 0.02},
    )
    hidden: list[Tensor] = []
    nearest: list[Tensor] = []
    trainer.model.encoder.levels[0].register_forward_hook(lambda _, __, states: hidden.append(states))
    add = trainer.stepper.gradients.add

    def note_weights(losses: Mapping[str, Tensor], share: float) -> None:
        found = [torch.autograd.grad(losses[task], hidden[-1], retain_graph=True)[0] for task in TASKS]
        rows = torch.stack([gradient.flatten() for gradient in found]).double()
        nearest.append(shortest(rows @ rows.T))
        add(losses, share)

    trainer.stepper.gradients.add = note_weights  # type: ignore[method-assign]
    steps, told = watched(trainer)
    for step, event, weights in zip(steps, told, nearest, strict=True):
        assert list(event.diagnosis.task_weights.values()) == pytest.approx(weights.tolist(), abs=1e-4)
        is_weighed(step, weights, heads=False)
    assert len({round(float(weights[0]), 2) for weights in nearest} - {0.0, 1.0}) > 3
