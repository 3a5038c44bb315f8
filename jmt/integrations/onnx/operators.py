"""Operations on the values of a graph, named for what they do to arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from jmt.files.quantise import Array
from jmt.integrations.onnx.graph import Operand, Value

_FLOAT, _INT32, _INT64 = 1, 6, 7
"""Numbers of types as ONNX counts them."""


def affine(values: Value, weights: Mapping[str, Array], name: str, *, most: int | None = None) -> Value:
    """Return x W + b, of weights (O, I) and biases (O,) as torch names and lays them out, the first outputs alone."""
    return values @ weights[f"{name}.weight"][:most].T + weights[f"{name}.bias"][:most]


def relu(values: Value) -> Value:
    """Return max(x, 0)."""
    return values.graph.add("Relu", values)


def softmax(values: Value) -> Value:
    """Return exp(x) / sum of exp(x) over the last axis."""
    return values.graph.add("Softmax", values, attributes={"axis": -1})


def log_softmax(values: Value) -> Value:
    """Return the logarithm of the softmax over the last axis."""
    return values.graph.add("LogSoftmax", values, attributes={"axis": -1})


def concatenate(values: Sequence[Value], axis: int = -1) -> Value:
    """Return arrays one after the other along an axis; one alone as it is."""
    return values[0] if len(values) == 1 else values[0].graph.add("Concat", *values, attributes={"axis": axis})


def take(table: Operand, ids: Value, axis: int = 0) -> Value:
    """Return what stands at `ids` along an axis of a table."""
    return ids.graph.add("Gather", table, ids, attributes={"axis": axis})


def choose(values: Value, ids: Array) -> Value:
    """Return what stands at constant places of the last axis: (..., L) and ids of any shape to (..., *shape)."""
    return values.graph.add("Gather", values, ids.astype(np.int64), attributes={"axis": -1})


def transpose(values: Value, *axes: int) -> Value:
    """Return the array with its axes in this order."""
    return values.graph.add("Transpose", values, attributes={"perm": list(axes)})


def reshape(values: Value, *shape: int) -> Value:
    """Return the array in another shape; 0 keeps the size at that place, -1 is what is left."""
    return values.graph.add("Reshape", values, np.array(shape, np.int64))


def unsqueeze(values: Value, *axes: int) -> Value:
    """Return the array with axes of size 1 at these places."""
    return values.graph.add("Unsqueeze", values, np.array(axes, np.int64))


def largest(values: Value, axis: int) -> Value:
    """Return the largest along an axis, which is gone."""
    return values.graph.add("ReduceMax", values, attributes={"axes": [axis], "keepdims": 0})


def total(values: Value, axis: int) -> Value:
    """Return the sum along an axis, which is gone."""
    return values.graph.add("ReduceSum", values, np.array([axis], np.int64), attributes={"keepdims": 0})


def where(condition: Value, values: Operand, others: Operand) -> Value:
    """Return the first where a condition holds, else the second."""
    return condition.graph.add("Where", condition, values, others)


def at_least(values: Value, least: int) -> Value:
    """Return whole numbers, what is below the least raised to it."""
    return values.graph.add("Max", values, least)


def not_below(values: Value, least: int) -> Value:
    """Tell which whole numbers are not below the least."""
    return values.graph.add("GreaterOrEqual", values, least)


def as_floats(values: Value) -> Value:
    """Return flags or whole numbers as float32."""
    return values.graph.add("Cast", values, attributes={"to": _FLOAT})


def as_int64(values: Value) -> Value:
    """Return flags as 0 and 1."""
    return values.graph.add("Cast", values, attributes={"to": _INT64})


def as_int32(values: Value) -> Value:
    """Return whole numbers of 32 bits."""
    return values.graph.add("Cast", values, attributes={"to": _INT32})


def size_of(values: Value, axis: int) -> Value:
    """Return the size of an axis, (1,)."""
    return values.graph.add("Shape", values, attributes={"start": axis, "end": axis + 1})


def count_up(size: Value) -> Value:
    """Return 0, 1, 2 and so on, as many as a size (1,) says."""
    number = size.graph.add("Squeeze", size, np.array([0], np.int64))
    return size.graph.add("Range", 0, number, 1)


def halves(values: Value) -> tuple[Value, Value]:
    """Return the first half of the rows and the second: first sentences of pairs and second ones."""
    first, second = values.graph.add_node("Split", [values], 2, {"axis": 0})
    return first, second


def mean_of_rows(table: Operand, ids: Value) -> Value:
    """Return (..., H), the mean of the rows of a table (R, H) at ids (..., M), where -1 is none."""
    there = as_floats(not_below(ids, 0))
    rows = take(table, at_least(ids, 0)) * unsqueeze(there, -1)
    count = ids.graph.add("Max", total(there, -1), 1.0)
    return total(rows, -2) / unsqueeze(count, -1)
