"""Links between words: a bilinear form over every pair of them, and a weight for each distance."""

from __future__ import annotations

import math

from jmt.cascade.task_config import LinkerConfig
from jmt.integrations.onnx.graph import Value
from jmt.integrations.onnx.heads.base import Asked, Output, Scored
from jmt.integrations.onnx.operators import (
    affine,
    concatenate,
    count_up,
    relu,
    size_of,
    take,
    total,
    transpose,
    unsqueeze,
    where,
)
from jmt.integrations.onnx.words import WORDS


def score_links(config: LinkerConfig, asked: Asked) -> Scored:
    """Score links (B, T, T) from the word of the row to that of the column: -inf at padding.

    Levels above read p(no link leaves a word) and p(some does), (B, T, 2).
    """
    weights, graph = asked.weights, asked.hidden.graph
    form = weights["weight"]  # (K + 1, K + 1), over [s ; 1] and [t ; 1]
    source, target = (relu(affine(asked.hidden, weights, f"{view}.1")) for view in ("source", "target"))
    mapped = source @ form[:-1, :-1] + form[-1, :-1]  # (B, T, K)
    alone = source @ form[:-1, -1:] + form[-1, -1:]  # (B, T, 1)
    words = count_up(size_of(asked.hidden, 1))
    apart = graph.add("Clip", unsqueeze(words, 0) - unsqueeze(words, 1), -config.distances, config.distances)
    near = take(weights["distance"], apart + config.distances)
    scores = mapped @ transpose(target, 0, 2, 1) + alone + near
    there = graph.add("Less", unsqueeze(words, 0), unsqueeze(asked.lengths, 1))  # (B, T)
    links = where(unsqueeze(there, 1), scores, -math.inf)

    def signal() -> tuple[Value, ...]:
        none = unsqueeze(graph.add("Exp", total(graph.add("Softplus", links), 2) * -1.0), 2)
        return (concatenate([none, none * -1.0 + 1.0]),)

    about = "of a link from each word (row) to each word (column)"
    return Scored({"links": Output(links, (*WORDS, WORDS[1]), about)}, signal, {})
