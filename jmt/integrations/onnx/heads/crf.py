"""The marginals of a CRF as nodes: two passes over the words of a batch, in logarithms (Rabiner 1989)."""

from __future__ import annotations

import math

import numpy as np

from jmt.cascade.decoding.crf import LEAST, forbid
from jmt.cascade.decoding.rules import label_rules
from jmt.cascade.task_config import TaggerConfig
from jmt.files.quantise import Array
from jmt.integrations.onnx.graph import Graph, Port, Value
from jmt.integrations.onnx.heads.base import Asked
from jmt.integrations.onnx.operators import log_softmax, softmax, unsqueeze, where


def marginals(config: TaggerConfig, asked: Asked, scores: Value, mask: Value) -> Value:
    """Return p(y_t = j), (B, T, L), from logits (B, T, L) and the mask (B, T): `jmt.cascade.decoding.crf.marginals`."""
    rules = label_rules(asked.labels.labels, config.scheme)
    own = (asked.weights[f"output.{name}"] for name in ("transitions", "start", "end"))
    transitions, start, end = forbid(rules, *own)
    steps = np.maximum(transitions, np.float32(math.log(LEAST)))
    ahead = _pass(scores, mask, steps, start, backwards=False)
    behind = _pass(scores, mask, steps.T, end, backwards=True)
    return softmax(ahead + scores + behind)


def _pass(scores: Value, mask: Value, steps: Array, first: Array, *, backwards: bool) -> Value:
    """Return for each word the logarithm of the sums over all that comes before it, (B, T, L), up to a constant.

    Of a pass backwards that is all that comes after it; padding, which it meets first, changes nothing.
    """
    graph = scores.graph
    body = Graph(outer=graph)
    sums = body.input(Port(f"{scores.name}.sums", ("sentences", len(first)), "up to here"))
    word = body.input(Port(f"{scores.name}.word", ("sentences", len(first)), "the word's scores"))
    there = body.input(Port(f"{scores.name}.there", ("sentences", 1), "whether there is one", "bool"))
    paths = unsqueeze(log_softmax(sums + word), 2) + steps  # (B, L, L)
    reached = body.add("ReduceLogSumExp", paths, attributes={"axes": [1], "keepdims": 0})
    shape = ("sentences", len(first))
    names = [f"{scores.name}.{name}" for name in ("next", "here")]
    body.output(Port(names[0], shape, "the sums behind the word"), where(there, reached, sums))
    body.output(Port(names[1], shape, "the sums before it"), sums)
    begin = _each_row(scores, first)
    turned = int(backwards)
    attributes = {
        "body": body,
        "num_scan_inputs": 2,
        "scan_input_axes": [1, 1],
        "scan_input_directions": [turned, turned],
        "scan_output_axes": [1],
        "scan_output_directions": [turned],
    }
    _, passed = graph.add_node("Scan", [begin, scores, unsqueeze(mask, 2)], 2, attributes)
    return passed


def _each_row(scores: Value, values: Array) -> Value:
    """Return (B, L), the same values (L,) for every sentence of scores (B, T, L)."""
    graph = scores.graph
    shape = graph.add("Shape", scores)
    return graph.add("Expand", values[None], graph.add("Gather", shape, np.array([0, 2], np.int64)))
