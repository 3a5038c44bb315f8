"""All that a trainer is besides the model's weights, as tensors and plain values, and back again, exactly.

Every part of a trainer gives and takes its own state; here is only under which name it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from jmt.training.trainer import Trainer


def capture(trainer: Trainer) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the plain values and the tensors that the rest of training depends on."""
    stepper = trainer.stepper
    numbers, moments = stepper.optimizers.state()
    pulls, anchors = trainer.pull.state()
    values = {"progress": trainer.progress.state(), "optimizers": numbers, **pulls}
    tensors = {
        **_below("weighting", stepper.weighting.state_dict()),
        **_below("unit", stepper.unit.state_dict()),
        **anchors,
        **_below("sharing", stepper.sharing.state_dict()),
        **_below("held", stepper.accumulation.state()),
        **_below("optimizer", moments),
    }
    return values, {name: value.detach().cpu().clone().contiguous() for name, value in tensors.items()}


def restore(trainer: Trainer, values: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Continue from what `capture` returned; the model's own weights are restored by its checkpoint."""
    stepper = trainer.stepper
    there = {name: value.to(stepper.device) for name, value in tensors.items()}
    trainer.progress.restore(values["progress"])
    trainer.pull.restore(values, there)
    stepper.weighting.load_state_dict(_part("weighting", there))
    stepper.unit.load_state_dict(_part("unit", there))
    stepper.sharing.load_state_dict(_part("sharing", there))
    stepper.accumulation.restore(_part("held", there))
    stepper.optimizers.restore(values["optimizers"], _part("optimizer", there))


def _below(name: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"{name}.{key}": value for key, value in tensors.items()}


def _part(name: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key.removeprefix(f"{name}."): value for key, value in tensors.items() if key.startswith(f"{name}.")}
