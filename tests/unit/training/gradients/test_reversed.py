"""What an adversary wants of its head and of all that lies below, step by step."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor, nn

from jmt.training.gradients.reversed import ReversedGradients, reversal_strength

MOST = 0.5


class Plain:
    """Other tasks, whose gradients are simply added."""

    def begin(self, done: float) -> None:
        pass

    def add(self, losses: Mapping[str, Tensor], share: float) -> None:
        (share * sum(losses.values())).backward()  # type: ignore[union-attr]

    def finish(self) -> None:
        pass


def network() -> tuple[dict[str, nn.Parameter], ReversedGradients]:
    names = ("encoder.w", "heads.genre.w", "heads.xpos.w")
    parameters = {name: nn.Parameter(torch.tensor([1.0, 2.0])) for name in names}
    return parameters, ReversedGradients(Plain(), {"genre": MOST}, parameters)  # type: ignore[arg-type]


def losses(parameters: Mapping[str, nn.Parameter]) -> dict[str, Tensor]:
    """Products, whose gradients are the other factor."""
    shared = parameters["encoder.w"]
    return {task: (shared * parameters[f"heads.{task}.w"]).sum() for task in ("xpos", "genre")}


def step(parameters: dict[str, nn.Parameter], gradients: ReversedGradients, done: float, *tasks: str) -> None:
    for parameter in parameters.values():
        parameter.grad = None
    gradients.begin(done)
    gradients.add({task: loss for task, loss in losses(parameters).items() if task in tasks}, 1.0)
    gradients.finish()


def test_the_head_learns_and_all_below_is_told_the_opposite():
    parameters, gradients = network()
    step(parameters, gradients, 0.4, "xpos", "genre")
    strength = reversal_strength(MOST, 0.4)

    assert 0 < strength < MOST
    assert parameters["heads.genre.w"].grad.tolist() == [1.0, 2.0]  # type: ignore[union-attr]
    assert parameters["heads.xpos.w"].grad.tolist() == [1.0, 2.0]  # type: ignore[union-attr]
    assert parameters["encoder.w"].grad.tolist() == pytest.approx(  # type: ignore[union-attr]
        [(1 - strength) * 1.0, (1 - strength) * 2.0]
    )


def test_a_step_knows_nothing_of_the_adversaries_of_the_step_before():
    parameters, gradients = network()
    step(parameters, gradients, 0.4, "xpos", "genre")
    step(parameters, gradients, 0.4, "xpos")

    assert parameters["heads.genre.w"].grad is None
    assert parameters["encoder.w"].grad.tolist() == [1.0, 2.0]  # type: ignore[union-attr]


def test_the_parts_of_one_step_add_up():
    parameters, gradients = network()
    gradients.begin(0.4)
    for _ in range(2):
        gradients.add({"genre": losses(parameters)["genre"]}, 0.5)
    gradients.finish()

    assert parameters["heads.genre.w"].grad.tolist() == pytest.approx([1.0, 2.0])  # type: ignore[union-attr]
