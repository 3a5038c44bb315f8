"""Records of tensors, changed tensor by tensor: what holds a row per sentence can be cut to its first rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy.typing as npt
from torch import Tensor


def _map_tensors(values: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """Change every tensor inside tuples, dataclasses and dictionaries; what is none stays as it is."""
    if isinstance(values, Tensor):
        return change(values)
    if isinstance(values, dict):
        changed_once = {id(value): _map_tensors(value, change) for value in values.values()}  # what was one stays one
        return {name: changed_once[id(value)] for name, value in values.items()}
    if isinstance(values, tuple):
        changed = [_map_tensors(value, change) for value in values]
        return type(values)(*changed) if hasattr(values, "_fields") else tuple(changed)
    if is_dataclass(values) and not isinstance(values, type):
        return replace(
            values, **{part.name: _map_tensors(getattr(values, part.name), change) for part in fields(values)}
        )
    return values


def first_rows(values: Any, rows: int) -> Any:
    """Keep the first `rows` rows of every tensor inside; nothing is copied."""
    return _map_tensors(values, lambda tensor: tensor if len(tensor) == rows else tensor[:rows])


def as_array(values: Tensor) -> npt.NDArray[Any]:
    """Return an array of values, wherever they lie; floats as float32."""
    array: npt.NDArray[Any] = (values.float() if values.is_floating_point() else values).detach().cpu().numpy()
    return array
