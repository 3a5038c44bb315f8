"""What every head takes and gives: the nodes of those of `jmt.runtime.heads`, on padded words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jmt.cascade.symbols.labels import LabelSet
from jmt.files.quantise import Array
from jmt.integrations.onnx.graph import Shape, Value


@dataclass(frozen=True, slots=True)
class Asked:
    """What the head of one task is built from."""

    task: str
    labels: LabelSet
    weights: Mapping[str, Array]
    hidden: Value
    """(B, T, H) of the task's level; of pairs 2P sentences, first ones before second ones."""
    lengths: Value
    """(B,)"""
    embeddings: Sequence[Value]
    """(P, D) of the pair tasks that it reads."""


@dataclass(frozen=True, slots=True)
class Output:
    """One array that a head gives to users."""

    value: Value
    shape: Shape
    about: str


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of one task, and what levels above may read of them."""

    outputs: Mapping[str, Output]
    """By what is put behind the name of the task."""
    signal: Callable[[], tuple[Value, ...]]
    """Adds the nodes that levels above need, and returns their values."""
    later: Mapping[str, Output]
    """Outputs of another graph, which is run once users have made up their minds on these."""
