"""How weights are stored: as they are, in half precision, or as 8-bit integers with a scale per row.

float32  exact; what training writes
float16  half the size; relative error at most 2^-11
int8     a quarter of the size: each row of a large matrix (an output channel, or the vector of a symbol) is a scale
         times whole numbers from -127 to 127, so that no weight is off by more than half a scale; small matrices are
         float16, vectors float32

Whatever is stored, a network computes in float32: weights are brought back when they are loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from jmt.errors import InputError
from jmt.files.guards.weights_header import Entry

Array = npt.NDArray[Any]

Storage = Literal["float32", "float16", "int8"]
STORAGES: tuple[Storage, ...] = get_args(Storage)

SCALE = ":scale"
"""What the name of a matrix of integers ends in where its scales are; no parameter's name has a colon."""

SMALLEST_MATRIX = 16_384
"""Numbers of the smallest matrix stored as integers: in smaller ones there is nothing to gain."""

SHORTEST_ROW = 16
"""Numbers of the shortest row: a scale takes as much as four integers."""

_LARGEST_HALF = 60_000.0
"""Largest weight stored in half precision, which ends at 65,504."""

_HIGHEST = 127


def pack(weights: Mapping[str, Array], storage: Storage) -> dict[str, Array]:
    """Return arrays to write for weights (float32)."""
    if storage not in STORAGES:
        raise InputError(f"storage `{storage}` is unknown; choose {', '.join(STORAGES)}")
    packed: dict[str, Array] = {}
    for name, weight in weights.items():
        value = np.asarray(weight, order="C")  # what is written is read as it lies in memory
        if storage == "int8" and _is_large(value):
            packed[name], packed[name + SCALE] = quantise(value)
        elif storage != "float32" and value.ndim > 1 and _fits_half(value):
            packed[name] = value.astype(np.float16)
        else:
            packed[name] = value
    return packed


def unpack(packed: Mapping[str, Array]) -> dict[str, Array]:
    """Return the weights again, floats as float32."""
    weights = {}
    for name, value in packed.items():
        if name + SCALE in packed:
            weights[name] = dequantise(value, packed[name + SCALE])
        elif not name.endswith(SCALE):
            weights[name] = value.astype(np.float32, copy=False) if _is_float(value) else value
    return weights


def quantise(matrix: Array) -> tuple[Array, Array]:
    """Return int8 numbers (..., C) and float32 scales (...): each row over its scale, its largest weight / 127."""
    scale = np.abs(matrix).max(axis=-1) / _HIGHEST
    divisor = np.where(scale > 0, scale, np.ones_like(scale))
    return np.clip(np.rint(matrix / divisor[..., None]), -_HIGHEST, _HIGHEST).astype(np.int8), scale


def dequantise(numbers: Array, scale: Array) -> Array:
    """Return numbers (..., C) times the scale (...) of their row, float32."""
    with np.errstate(over="ignore"):  # what overflows is refused by `check_finite`
        return numbers.astype(np.float32) * scale[..., None]


def check_fit(expected: Mapping[str, Entry], header: Mapping[str, Entry]) -> None:
    """Compare a file's header with the parameters of the network that it is for; raises ValueError.

    `expected` has the parameters as they would be written in float32: floats are F32.
    """
    scales = {name for name in header if name.endswith(SCALE) and header.get(name.removesuffix(SCALE))}
    missing, strange = expected.keys() - header.keys(), header.keys() - expected.keys() - scales
    if missing or strange:
        raise ValueError(f"the weights lack {sorted(missing)[:3]} and have {sorted(strange)[:3]} besides")
    for name, parameter in expected.items():
        stored, shape, floats = header[name], parameter.shape, parameter.dtype == "F32"
        if stored.shape != shape:
            raise ValueError(f"{name} has the shape {list(stored.shape)}, the configuration asks for {list(shape)}")
        integers = name + SCALE in header
        allowed = ("I8",) if integers else ("F32", "F16") if floats else ("I64", "BOOL")
        if stored.dtype not in allowed or (integers and not floats):
            raise ValueError(f"{name} is stored as {stored.dtype}; {' or '.join(allowed)} is expected")
        if integers and header[name + SCALE] != Entry("F32", shape[:-1]):
            raise ValueError(f"{name} needs one float32 scale per row")


def check_scales(packed: Mapping[str, Array]) -> None:
    """Refuse scales of integers that are no finite numbers from 0 up; raises ValueError naming the first."""
    for name, scale in packed.items():
        if name.endswith(SCALE) and not bool(((scale >= 0) & np.isfinite(scale)).all()):
            raise ValueError(f"{name} has scales that are negative or no finite numbers")


def check_finite(weights: Mapping[str, Array]) -> None:
    """Refuse weights that are no numbers; raises ValueError naming the first."""
    for name, weight in weights.items():
        if _is_float(weight) and not bool(np.isfinite(weight).all()):
            raise ValueError(f"{name} has weights that are no finite numbers")


def _is_float(value: Array) -> bool:
    """Tell whether an array is of floats."""
    return value.dtype.kind == "f"


def _is_large(value: Array) -> bool:
    """Tell whether an array is worth storing as integers."""
    return _is_float(value) and value.ndim > 1 and value.size >= SMALLEST_MATRIX and value.shape[-1] >= SHORTEST_ROW


def _fits_half(value: Array) -> bool:
    """Tell whether an array is one of floats that half precision can hold."""
    return _is_float(value) and (value.size == 0 or float(np.abs(value).max()) <= _LARGEST_HALF)
