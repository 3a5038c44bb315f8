"""Modules and parameters that go by the names of tasks, whatever these are: `type`, `copy` and `items`, too.

torch's own containers make them attributes, and refuse a name that one of their methods has.  The names in stored
weights are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import nn


class ModulesByName(nn.ModuleDict):
    """A `ModuleDict` whose members are reached by `[name]` alone."""

    def add_module(self, name: str, module: nn.Module | None) -> None:
        """Take a module under a name, without asking whether an attribute has it."""
        self._modules[name] = module  # type: ignore[assignment]


class ParametersByName(nn.Module):
    """Parameters that are reached by `[name]` alone."""

    def __init__(self, parameters: Mapping[str, nn.Parameter]) -> None:
        super().__init__()
        self._parameters.update(parameters)

    def __getitem__(self, name: str) -> nn.Parameter:
        parameter = self._parameters[name]
        assert parameter is not None
        return parameter

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)
