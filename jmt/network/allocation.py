"""A limit on what building a network may take, so that a configuration cannot ask for a terabyte.

The sizes in a configuration multiply in ways that only the network knows; so it is built, but the moment it asks for
more numbers than its weights could have, it is stopped, before the memory is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_SIZED = {torch.empty, torch.zeros, torch.ones, torch.rand, torch.randn}
"""Functions that take the sizes of a new tensor first."""


class Allowance(TorchFunctionMode):
    """Within it, new tensors may have so many numbers in all; raises ValueError where that is exceeded."""

    def __init__(self, numbers: int) -> None:
        super().__init__()
        self.left = self.numbers = numbers

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Count what a function is about to take."""
        named = dict(kwargs or {})
        if func in _SIZED:
            self.take(args or (named.get("size", ()),))
        elif func is torch.full:
            self.take(args[:1] or (named.get("size", ()),))
        elif func is torch.arange:
            self.take([max((abs(value) for value in args if isinstance(value, int)), default=0)])
        elif func is torch.eye:
            self.take([*args, named.get("n", 1), args[0] if len(args) == 1 else 1])
        return func(*args, **named)

    def take(self, sizes: Sequence[Any]) -> None:
        """Count a tensor of these sizes, given one by one or as one sequence."""
        flat = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], Sequence) else sizes
        self.left -= math.prod(size for size in flat if isinstance(size, int))
        if self.left < 0:
            raise ValueError(
                f"the configuration asks for more than {self.numbers:,} numbers, far more than the weights have"
            )
