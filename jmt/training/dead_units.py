"""Units that never fire: the sign of a learning rate that was too high for a part of the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn


@contextmanager
def watch_units(model: nn.Module) -> Iterator[Callable[[], dict[str, float]]]:
    """Watch every ReLU of a model in use; what comes out tells the share of units that stayed at zero, by name."""
    largest: dict[str, Tensor] = {}

    def hook_of(name: str) -> Callable[[nn.Module, Any, Tensor], None]:
        def look(module: nn.Module, inputs: Any, output: Tensor) -> None:
            peak = output.detach().flatten(0, -2).amax(dim=0) if output.numel() else output.new_zeros(output.size(-1))
            largest[name] = torch.maximum(largest[name], peak) if name in largest else peak

        return look

    hooks = [
        module.register_forward_hook(hook_of(name))
        for name, module in model.named_modules()
        if isinstance(module, nn.ReLU)
    ]
    try:
        yield lambda: {name: float((peak <= 0).double().mean()) for name, peak in largest.items()}
    finally:
        for hook in hooks:
            hook.remove()
