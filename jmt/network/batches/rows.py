"""Tensors that hold a row per sentence, alone or in records: cut to their first rows, or handed over as arrays."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy.typing as npt
from torch import Tensor


def first_rows(values: Any, rows: int) -> Any:
    """Keep the first `rows` rows of every tensor inside tuples, dataclasses and dictionaries; nothing is copied."""
    if isinstance(values, Tensor):
        return values if len(values) == rows else values[:rows]
    if isinstance(values, dict):
        cut_once = {id(value): first_rows(value, rows) for value in values.values()}  # what was one stays one
        return {name: cut_once[id(value)] for name, value in values.items()}
    if isinstance(values, tuple):
        cut = [first_rows(value, rows) for value in values]
        return type(values)(*cut) if hasattr(values, "_fields") else tuple(cut)
    if is_dataclass(values) and not isinstance(values, type):
        return replace(values, **{part.name: first_rows(getattr(values, part.name), rows) for part in fields(values)})
    return values


def as_array(values: Tensor) -> npt.NDArray[Any]:
    """Return an array of values, wherever they lie; floats as float32."""
    array: npt.NDArray[Any] = (values.float() if values.is_floating_point() else values).detach().cpu().numpy()
    return array
