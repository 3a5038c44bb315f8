"""Dependency trees: scores of arcs for all words, and of relations for the arcs that are chosen (section 2.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from jmt.cascade.task_config import ParserConfig
from jmt.files.quantise import Array
from jmt.integrations.onnx.graph import Port, Value
from jmt.integrations.onnx.heads.base import Asked, Output, Scored
from jmt.integrations.onnx.operators import (
    affine,
    concatenate,
    count_up,
    relu,
    reshape,
    size_of,
    softmax,
    total,
    transpose,
    unsqueeze,
    where,
)
from jmt.integrations.onnx.words import WORDS

_SLOPE = 0.1
"""Of the leaky ReLU below zero, as in `jmt.runtime.heads.arc_scorers`."""


class _Views(NamedTuple):
    """Words as dependents and, behind the root, as governors, first for arcs, then for relations."""

    arc_dependents: Value
    """(B, T, A)"""
    arc_governors: Value
    """(B, T + 1, A): an arc scores the product of both ..."""
    arc_priors: Value | None
    """(B, T + 1) ... and how likely the governor is to govern anything."""
    dependents: Value
    """(B, T, K)"""
    governors: Value
    """(B, T + 1, K)"""
    size: int
    """K."""


def score_arcs(config: ParserConfig, asked: Asked) -> Scored:
    """Score arcs (B, T, T + 1), column 0 for the root, column j for word j, and give what relations are scored by.

    Levels above read p(relation) under the likeliest governor, and the expected governor of every word (B, T, K).
    """
    biaffine, graph, weights = config.scorer == "biaffine", asked.hidden.graph, asked.weights
    views = (_view_biaffine if biaffine else _view)(asked)
    arcs = _arcs(views, asked.lengths)
    dependents = graph.named(f"{asked.task}.dependents", views.dependents)
    governors = graph.named(f"{asked.task}.governors", views.governors)
    candidates = (WORDS[0], "words + 1")
    outputs = {
        "arcs": Output(arcs, (*WORDS, "words + 1"), "of each governor for each word: 0 is the root, j the j-th word"),
        "dependents": Output(dependents, (*WORDS, views.size), "words as dependents, for relations"),
        "governors": Output(governors, (*candidates, views.size), "the root, then words, as governors, for relations"),
    }

    def relations(heads: Value) -> Value:
        chosen = graph.add("GatherND", governors, unsqueeze(heads, 2), attributes={"batch_dims": 1})  # (B, T, K)
        return (_relate_forms if biaffine else _relate)(weights, dependents, chosen)

    def signal() -> tuple[Value, ...]:
        likeliest = graph.add("ArgMax", arcs, attributes={"axis": -1, "keepdims": 0})
        return softmax(relations(likeliest)), softmax(arcs) @ governors

    heads = Port(f"{asked.task}.heads", WORDS, "the governor chosen for each word: 0 is the root, 1 the first", "int64")
    later = Output(
        relations(graph.input(heads)), (*WORDS, len(asked.labels)), "of each relation of each word to its governor"
    )
    return Scored(outputs, signal, {"relations": later})


def _view(asked: Asked) -> _Views:
    """Return the views of the paper's scorer: m(t, j) = h_t . (W_d h_j) (eq. 3)."""
    candidates = _behind(asked.weights["root"], asked.hidden)
    mapped = candidates @ asked.weights["scorer.weight"].T
    return _Views(asked.hidden, mapped, None, asked.hidden, candidates, len(asked.weights["root"]))


def _view_biaffine(asked: Asked) -> _Views:
    """Return the views of deep biaffine scorers: s(t, j) = d_t U g_j + g_j u (Dozat and Manning, ICLR 2017)."""
    weights, hidden = asked.weights, asked.hidden
    names = ("arc_dependent", "arc_governor", "deprel_dependent", "deprel_governor")
    candidates = _behind(weights["root"], hidden)
    arc_dependents, arc_governors, dependents, governors = (
        hidden.graph.add(
            "LeakyRelu",
            affine(candidates if name.endswith("governor") else hidden, weights, f"scorer.{name}.0"),
            attributes={"alpha": _SLOPE},
        )
        for name in names
    )
    priors = total(arc_governors * weights["scorer.arc_prior"], 2)
    mapped = arc_governors @ weights["scorer.arc_weight"].T
    return _Views(arc_dependents, mapped, priors, dependents, governors, weights["scorer.deprel_weight"].shape[1] - 1)


def _behind(root: Array, hidden: Value) -> Value:
    """Return (B, T + 1, H) of words (B, T, H): the root, then the words of each sentence."""
    one = hidden.graph.value(np.array([1], np.int64))
    shape = concatenate([size_of(hidden, 0), one, one])
    return concatenate([hidden.graph.add("Expand", root[None, None], shape), hidden], 1)


def _arcs(views: _Views, lengths: Value) -> Value:
    """Return the scores of arcs (B, T, T + 1): -inf for a word itself and for padding."""
    dependents, graph = views.arc_dependents, views.arc_dependents.graph
    scores = dependents @ transpose(views.arc_governors, 0, 2, 1)
    if views.arc_priors is not None:
        scores = scores + unsqueeze(views.arc_priors, 1)
    words = count_up(size_of(dependents, 1))
    columns = count_up(size_of(scores, 2))
    governs = graph.add("LessOrEqual", unsqueeze(columns, 0), unsqueeze(lengths, 1))  # (B, T + 1)
    itself = graph.add("Equal", unsqueeze(words + 1, 1), unsqueeze(columns, 0))
    return where(graph.add("And", unsqueeze(governs, 1), graph.add("Not", itself)), scores, -math.inf)


def _relate(weights: Mapping[str, Array], dependents: Value, governors: Value) -> Value:
    """Return relation logits (B, T, R) from ReLU([h_t ; h_j])."""
    inner = relu(affine(concatenate([dependents, governors]), weights, "scorer.classifier.0"))
    return affine(inner, weights, "scorer.classifier.3")


def _relate_forms(weights: Mapping[str, Array], dependents: Value, governors: Value) -> Value:
    """Return relation logits (B, T, R) from a bilinear form per relation, over [d ; 1] and [g ; 1]."""
    forms = weights["scorer.deprel_weight"]  # (R, K + 1, K + 1)
    kernel = forms[:, :, :-1].transpose(1, 0, 2).reshape(forms.shape[1], -1)
    mapped = reshape(dependents @ kernel[:-1] + kernel[-1], 0, 0, len(forms), -1)  # (B, T, R, K)
    by_both = total(mapped * unsqueeze(governors, 2), 3)
    of_dependent: Array = forms[:, :-1, -1].T  # (K, R)
    of_any: Array = forms[:, -1, -1]  # (R,)
    return by_both + (dependents @ of_dependent + of_any)
