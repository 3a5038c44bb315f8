"""What moves the parameters: groups of them, their optimizers as one, the learning rate of an epoch, clipping."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from jmt.network.model import JointModel
from jmt.network.parts import HEADS, LEVELS, PRETRAINED, layer_of, subnetwork_of, top_layer
from jmt.training.settings.training import L2Settings, OptimizerSettings, SubnetworkSettings, TrainingSettings

Subnetworks = Mapping[str, SubnetworkSettings]
"""Parts of the network that learn in a way of their own, by name."""

_NONE: Subnetworks = MappingProxyType({})


class Optimizers:
    """Those of a model and that of what a weighting learns, as one."""

    def __init__(self, model: JointModel, weighting: nn.Module, settings: TrainingSettings) -> None:
        self.settings = settings.optimizer
        self.of_model = build_optimizers(model, settings.l2, settings.optimizer, settings.subnetwork)
        own = list(weighting.parameters())  # logarithms: free of decay, at a rate and by an optimizer of their own
        # Slopes of log weights shrink a hundredfold on their way: a long memory of their squares would stop them early.
        self.of_weighting = [torch.optim.Adam(own, settings.weighting.learning_rate, betas=(0.9, 0.9))] if own else []
        self.rate = settings.optimizer.learning_rate
        """The learning rate of the next step, before any part of the network scales it."""
        self._names = {id(parameter): name for name, parameter in model.named_parameters()}

    def set_rates(self, epoch: int, done: float) -> None:
        """Set all learning rates for a step of an epoch, 1 = first, after a share `done` of training."""
        self.rate = learning_rate(self.settings, epoch, done)
        for optimizer in self.of_model:
            for group in optimizer.param_groups:
                group["lr"] = group["scale"] * learning_rate(group["settings"], epoch, done)

    def rates(self) -> dict[str, float]:
        """Return the learning rate of every parameter of the model in the next step, by its name."""
        return {
            self._names[id(parameter)]: group["lr"]
            for optimizer in self.of_model
            for group in optimizer.param_groups
            for parameter in group["params"]
        }

    def step(self) -> None:
        """Update all parameters that have a gradient."""
        for optimizer in (*self.of_model, *self.of_weighting):
            optimizer.step()

    def forget_gradients(self) -> None:
        """Leave no parameter a gradient: None, not zero, since what a task does not reach must not move."""
        for optimizer in (*self.of_model, *self.of_weighting):
            optimizer.zero_grad(set_to_none=True)

    def state(self) -> tuple[list[dict[str, dict[str, Any]]], dict[str, Tensor]]:
        """Return what the optimizers remember: numbers by optimizer, parameter and key; tensors by `0.0.key`."""
        tensors: dict[str, Tensor] = {}
        numbers: list[dict[str, dict[str, Any]]] = []
        for number, optimizer in enumerate((*self.of_model, *self.of_weighting)):
            plain: dict[str, dict[str, Any]] = {}
            for index, entries in optimizer.state_dict()["state"].items():
                for key, value in entries.items():
                    if isinstance(value, Tensor):
                        tensors[f"{number}.{index}.{key}"] = value
                    else:
                        plain.setdefault(str(index), {})[key] = value
            numbers.append(plain)
        return numbers, tensors

    def restore(self, numbers: list[dict[str, dict[str, Any]]], tensors: Mapping[str, Tensor]) -> None:
        """Remember what other ones did; those of weightings of earlier releases remembered nothing."""
        every = (*self.of_model, *self.of_weighting)
        states = [{int(index): dict(entries) for index, entries in plain.items()} for plain in numbers]
        states += [{} for _ in every[len(states) :]]
        for name, value in tensors.items():
            number, index, key = name.split(".", 2)
            states[int(number)].setdefault(int(index), {})[key] = value
        for optimizer, state in zip(every, states, strict=True):
            optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def parameter_groups(
    model: JointModel, l2: L2Settings, settings: OptimizerSettings, subnetworks: Subnetworks = _NONE
) -> list[dict[str, object]]:
    """Put every parameter in exactly one group by its decay, its share of the learning rate, and how that falls.

    Matrices of levels, of heads and of a pretrained encoder decay, each as configured; all the rest does not.  The
    penalty is lambda ||W||^2, whose gradient is 2 lambda W: torch's `weight_decay` is therefore 2 lambda.
    """
    groups: dict[tuple[float, float, str], list[nn.Parameter]] = {}
    top = top_layer(name for name, _ in model.named_parameters())
    for name, parameter in model.named_parameters():
        own = subnetworks.get(subnetwork_of(name), SubnetworkSettings())
        scale = pretrained_scale(layer_of(name), top, settings) if name.startswith(PRETRAINED) else 1.0
        decay = 2 * decay_of(name, parameter, l2, own)
        groups.setdefault((decay, scale * own.rate, own.schedule or settings.schedule), []).append(parameter)
    return [
        {
            "params": members,
            "weight_decay": decay,
            "scale": scale,
            "settings": settings.model_copy(update={"schedule": schedule}),
        }
        for (decay, scale, schedule), members in sorted(groups.items(), key=lambda item: item[0])
    ]


def decay_of(name: str, parameter: nn.Parameter, l2: L2Settings, own: SubnetworkSettings) -> float:
    """Return lambda for a parameter: matrices decay, tables and vectors do not."""
    if parameter.dim() != 2 or "embeddings" in name:
        return 0.0
    decays = {LEVELS: l2.lstm, HEADS: l2.classifiers, PRETRAINED: l2.pretrained}
    usual = next((decay for prefix, decay in decays.items() if name.startswith(prefix)), None)
    if usual is None:
        return 0.0
    return usual if own.l2 is None else own.l2


def pretrained_scale(layer: int, top: int, settings: OptimizerSettings) -> float:
    """Return the share of the learning rate of a pretrained layer: less the deeper it lies below the top one."""
    return float(settings.pretrained_scale * settings.layer_decay ** (top - layer))


def build_optimizers(
    model: JointModel, l2: L2Settings, settings: OptimizerSettings, subnetworks: Subnetworks = _NONE
) -> list[torch.optim.Optimizer]:
    """Build plain SGD (the paper's), Adam or AdamW; under the latter two, tables get the sparse form of Adam.

    The gradients of word and n-gram tables are sparse: a step reads a few hundred of their rows.
    """
    groups = parameter_groups(model, l2, settings, subnetworks)
    if settings.kind == "sgd":
        return [torch.optim.SGD(groups, lr=settings.learning_rate)]
    tables = list(tables_of(model).values())
    own = {id(table) for table in tables}
    for group in groups:
        group["params"] = [parameter for parameter in group["params"] if id(parameter) not in own]  # type: ignore[attr-defined]
    groups = [group for group in groups if group["params"]]
    words = subnetworks.get("words", SubnetworkSettings())
    way = {
        "scale": words.rate,
        "settings": settings.model_copy(update={"schedule": words.schedule or settings.schedule}),
    }
    kind = torch.optim.Adam if settings.kind == "adam" else torch.optim.AdamW
    return [
        kind(groups, lr=settings.learning_rate, betas=settings.betas, fused=True),  # one pass over the weights
        torch.optim.SparseAdam([{"params": tables, **way}], lr=settings.learning_rate, betas=settings.betas),
    ]


def tables_of(model: nn.Module) -> dict[str, nn.Parameter]:
    """Return the parameters whose gradients are sparse, by name."""
    return {
        f"{name}.weight": module.get_parameter("weight")
        for name, module in model.named_modules()
        if isinstance(module, nn.Embedding | nn.EmbeddingBag) and module.sparse
    }


def learning_rate(settings: OptimizerSettings, epoch: int, done: float) -> float:
    """Return epsilon / (1 + rho (k - 1)) for epoch k = 1, 2, ... (appendix A), or what the share of steps done says."""
    if settings.schedule == "epochs":
        return settings.learning_rate / (1.0 + settings.decay * (epoch - 1))
    if done < settings.warmup:
        return settings.learning_rate * done / settings.warmup
    if settings.schedule == "constant":
        return settings.learning_rate
    left = (1.0 - done) / (1.0 - settings.warmup)
    return settings.learning_rate * (left if settings.schedule == "linear" else 0.5 - 0.5 * math.cos(math.pi * left))


def clip(parameters: Iterable[nn.Parameter], limit: float) -> float:
    """Scale all gradients so that their global norm is at most `limit`; return the norm before."""
    gradients = []
    for parameter in parameters:
        if parameter.grad is not None and parameter.grad.is_sparse:
            parameter.grad = parameter.grad.coalesce()  # rows that occur twice count as one sum
        if parameter.grad is not None:
            gradients.append(parameter.grad.values() if parameter.grad.is_sparse else parameter.grad)
    # hypot, not a sum in float32: that one is rounded by how many parameters there are, so that even a task without
    # weight would move the others by a last bit.
    norm = math.hypot(*torch.stack(torch._foreach_norm(gradients)).tolist())
    if math.isfinite(norm) and norm > limit:
        torch._foreach_mul_(gradients, limit / norm)
    return norm
