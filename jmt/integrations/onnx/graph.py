"""A graph under construction, without the library that writes it: values, what makes them, what goes in and out.

Values are names; an operator on them adds a node.  Numbers that a value meets become constants of the graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal, TypeAlias

import numpy as np

from jmt.files.quantise import Array

Shape: TypeAlias = tuple[int | str, ...]
"""Sizes, or what a size that differs from call to call is called."""


@dataclass(frozen=True, slots=True)
class Port:
    """What goes in or out of a graph."""

    name: str
    shape: Shape
    about: str
    """One phrase for users."""
    type: Literal["float32", "int64", "bool"] = "float32"


@dataclass(frozen=True, slots=True)
class Node:
    """One operation."""

    operator: str
    """As ONNX names it."""
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    """Numbers, lists of them, texts, and a `Graph` that is run many times."""

    @property
    def reads(self) -> tuple[str, ...]:
        """All values that it needs, those of a graph inside it among them."""
        inner = (value for value in self.attributes.values() if isinstance(value, Graph))
        return (*self.inputs, *(name for graph in inner for node in graph.nodes for name in node.reads))


class Value:
    """An array that a graph computes."""

    __slots__ = ("graph", "name")

    def __init__(self, graph: Graph, name: str) -> None:
        self.graph, self.name = graph, name

    def __add__(self, other: Operand) -> Value:
        return self.graph.add("Add", self, other)

    def __sub__(self, other: Operand) -> Value:
        return self.graph.add("Sub", self, other)

    def __mul__(self, other: Operand) -> Value:
        return self.graph.add("Mul", self, other)

    def __truediv__(self, other: Operand) -> Value:
        return self.graph.add("Div", self, other)

    def __matmul__(self, other: Operand) -> Value:
        return self.graph.add("MatMul", self, other)


Operand: TypeAlias = Value | Array | float | int
"""A Python float is one of 32 bits, an int one of 64."""


@dataclass(slots=True)
class _Names:
    """What the graphs inside each other share: no two values have one name."""

    constants: dict[str, Array] = field(default_factory=dict)
    by_content: dict[tuple[str, tuple[int, ...], bytes], str] = field(default_factory=dict)
    count: int = 0


class Graph:
    """Nodes in the order in which they can run, and ports; inside another graph where `outer` is one."""

    def __init__(self, outer: Graph | None = None) -> None:
        self._names: _Names = outer._names if outer else _Names()
        self.nodes: list[Node] = []
        self.inputs: dict[str, Port] = {}
        self.outputs: dict[str, Port] = {}
        self.cuts: dict[str, Port] = {}
        """Values that pass from piece to piece, by name."""
        self.piece_of: dict[str, str] = {}
        """The piece that makes an output or a cut."""

    @property
    def constants(self) -> Mapping[str, Array]:
        """Arrays by name, of this graph and those inside it."""
        return self._names.constants

    def add(self, operator: str, *inputs: Operand | None, attributes: Mapping[str, Any] | None = None) -> Value:
        """Add a node of one output and return that; None is an input that is left out."""
        [value] = self.add_node(operator, inputs, 1, attributes)
        return value

    def add_node(
        self, operator: str, inputs: Sequence[Operand | None], outputs: int, attributes: Mapping[str, Any] | None = None
    ) -> list[Value]:
        """Add a node and return its outputs."""
        names = tuple("" if value is None else self.value(value).name for value in inputs)
        values = [Value(self, self._fresh("v")) for _ in range(outputs)]
        self.nodes.append(Node(operator, names, tuple(value.name for value in values), attributes or {}))
        return values

    def value(self, operand: Operand) -> Value:
        """Return a number or an array as a constant, a value as it is."""
        if isinstance(operand, Value):
            return operand
        array = np.asarray(operand, np.float32 if isinstance(operand, float) else None)
        key = (array.dtype.str, array.shape, sha256(array.tobytes()).digest())
        if key not in self._names.by_content:
            self._names.by_content[key] = name = self._fresh("c")
            self._names.constants[name] = np.ascontiguousarray(array).reshape(array.shape)
        return Value(self, self._names.by_content[key])

    def input(self, port: Port) -> Value:
        """Return what comes in by a port, which is there once however often it is asked for."""
        self.inputs.setdefault(port.name, port)
        return Value(self, port.name)

    def named(self, name: str, value: Value) -> Value:
        """Return a value under a name of its own."""
        if value.name != name:
            self.nodes.append(Node("Identity", (value.name,), (name,), {}))
        return Value(self, name)

    def output(self, port: Port, value: Value, piece: str = "") -> None:
        """Let a value go out under the name of a port, made by a piece."""
        self.outputs[self.named(port.name, value).name] = port
        self.piece_of[port.name] = piece

    def cut(self, port: Port, value: Value, piece: str) -> Value:
        """Return a value under the name of a port, by which it passes from the piece that makes it to others."""
        self.cuts[port.name] = port
        self.piece_of[port.name] = piece
        return self.named(port.name, value)

    def _fresh(self, letter: str) -> str:
        self._names.count += 1
        return f"{letter}{self._names.count}"
