"""All that a trainer is besides the model's weights, as tensors and plain values, and back again, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from torch import Tensor

from jmt.training.anchoring.anchor import Anchor
from jmt.training.optimization import tables_of
from jmt.training.progress import Progress
from jmt.training.trainer import Trainer


def capture(trainer: Trainer) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the plain values and the tensors that the rest of training depends on."""
    tensors = {f"weighting.{name}": value for name, value in trainer.weighting.state_dict().items()}
    values: dict[str, Any] = {"progress": asdict(trainer.progress), "optimizers": []}
    for label, anchor in (("anchor", trainer.anchor), ("origin", trainer.origin)):
        tensors |= {f"{label}.value.{name}": value for name, value in anchor.values.items()}
        values[label] = {"deltas": anchor.deltas}
    tensors |= {f"pull.pulled.{name}": value for name, value in trainer.pull.pulled.items()}
    values["pull"] = {"pulls": trainer.pull.pulls, "rate": trainer.pull.rate}
    tensors |= {f"sharing.{name}": value for name, value in trainer.sharing.state_dict().items()}
    tensors |= {f"held.{name}": value for name, value in trainer.accumulation.state().items()}
    for number, optimizer in enumerate(trainer.optimizers):
        numbers: dict[str, dict[str, Any]] = {}
        for index, entries in optimizer.state_dict()["state"].items():
            for key, value in entries.items():
                if isinstance(value, Tensor):
                    tensors[f"optimizer.{number}.{index}.{key}"] = value
                else:
                    numbers.setdefault(str(index), {})[key] = value
        values["optimizers"].append(numbers)
    return values, {name: value.detach().cpu().clone().contiguous() for name, value in tensors.items()}


def restore(trainer: Trainer, values: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Continue from what `capture` returned; the model's own weights are restored by its checkpoint."""
    trainer.progress = Progress(**values["progress"])
    trainer.anchor = restore_anchor("anchor", trainer, values, tensors)
    trainer.origin = restore_anchor("origin", trainer, values, tensors)
    trainer.pull = Anchor.join(trainer.anchor, trainer.origin)
    trainer.pull.pulled = {name: felt.to(trainer.device) for name, felt in part(tensors, "pull.pulled.").items()}
    trainer.pull.pulls, trainer.pull.rate = values["pull"]["pulls"], values["pull"]["rate"]
    trainer.weighting.load_state_dict(part(tensors, "weighting."))
    trainer.sharing.load_state_dict(part(tensors, "sharing."))
    held = part(tensors, "held.")
    trainer.accumulation.restore({name: value.to(trainer.device) for name, value in held.items()})
    for number, (optimizer, numbers) in enumerate(zip(trainer.optimizers, values["optimizers"], strict=True)):
        state: dict[int, dict[str, Any]] = {int(index): dict(entries) for index, entries in numbers.items()}
        for name, value in part(tensors, f"optimizer.{number}.").items():
            index, _, key = name.partition(".")
            state.setdefault(int(index), {})[key] = value
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def restore_anchor(label: str, trainer: Trainer, values: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Anchor:
    """Build an anchor as it was when it was taken."""
    held = {name: value.to(trainer.device) for name, value in part(tensors, f"{label}.value.").items()}
    return Anchor(held, values[label]["deltas"], tables_of(trainer.model))


def part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose names start with a prefix, without it."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
