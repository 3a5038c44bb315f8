"""Graphs for users, cut out of the graph of all tasks: whatever their outputs need, up to what comes from outside."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from jmt.integrations.onnx.graph import Graph, Node, Port


@dataclass(frozen=True, slots=True)
class Part:
    """A graph that stands alone."""

    name: str
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    nodes: tuple[Node, ...]
    constants: frozenset[str]
    """Names of the arrays that it needs."""


def cut_out(graph: Graph, name: str, outputs: Iterable[str], given: Collection[str] = ()) -> Part:
    """Return the part of a graph that computes some outputs or cuts from its inputs, and from others that are given."""
    ports = {**graph.cuts, **graph.outputs}
    wanted = list(outputs)
    maker = {output: node for node in graph.nodes for output in node.outputs}
    known = {*graph.inputs, *given}
    needed: set[int] = set()
    seen: set[str] = set()
    open_ends = list(wanted)
    while open_ends:
        value = open_ends.pop()
        if value in seen:
            continue
        seen.add(value)
        if value in maker and (value not in known or value in wanted):
            needed.add(id(maker[value]))
            open_ends += maker[value].reads
    own = {output for node in graph.nodes if id(node) in needed for output in node.outputs}
    entering = {value: ports[value] for value in ports if value in seen and value not in own}
    inputs = {value: port for value, port in graph.inputs.items() if value in seen}
    return Part(
        name,
        (*inputs.values(), *entering.values()),
        tuple(ports[value] for value in wanted),
        tuple(node for node in graph.nodes if id(node) in needed),
        frozenset(seen & graph.constants.keys()),
    )


def cut_up(graph: Graph, pieces: Iterable[str]) -> list[Part]:
    """Return a part per piece, lowest first: the words, then each level, up to where the next one's inputs enter it.

    What passes from piece to piece are the cuts of the graph: each is an output of the piece that makes it.
    """
    parts: list[Part] = []
    needed: set[str] = set()
    for piece in reversed(list(pieces)):
        passed = [name for name in graph.cuts if name in needed and graph.piece_of[name] == piece]
        scores = [name for name in graph.outputs if graph.piece_of[name] == piece]
        others = [name for name in graph.cuts if graph.piece_of[name] != piece]
        if passed or scores:
            parts.insert(0, cut_out(graph, piece, [*passed, *scores], others))
            needed |= {port.name for port in parts[0].inputs}
    return parts
