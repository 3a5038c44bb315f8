"""Heads that judge whole sentences, one or two: Maxout layers, then logits of classes or of the points of a scale."""

from __future__ import annotations

from collections.abc import Sequence

from jmt.cascade.task_config import MaxoutHeadConfig, PairHeadConfig
from jmt.integrations.onnx.graph import Shape, Value
from jmt.integrations.onnx.heads.base import Asked, Output, Scored
from jmt.integrations.onnx.heads.interaction import attend, max_pool, mean_pool
from jmt.integrations.onnx.operators import affine, concatenate, halves, largest, reshape, softmax


def score_sentences(config: MaxoutHeadConfig, asked: Asked) -> Scored:
    """Score the classes or grades of sentences, (B, L), from [max h ; mean h] of their words."""
    pooled = concatenate([max_pool(asked.hidden), mean_pool(asked.hidden, asked.lengths)])
    return _scored(asked, _maxout(config, asked, pooled, "classifier.layers"), ("sentences",))


def score_pairs_apart(config: PairHeadConfig, asked: Asked) -> Scored:
    """Score the grades of pairs, (P, L): relatedness, which is the same both ways round, |h_s - h_s'| (eq. 5)."""
    return _score_pairs(config, asked, apart=True)


def score_pairs_in_order(config: PairHeadConfig, asked: Asked) -> Scored:
    """Score the classes of pairs, (P, L): entailment, of which sentence by which matters."""
    return _score_pairs(config, asked, apart=False)


def _score_pairs(config: PairHeadConfig, asked: Asked, *, apart: bool) -> Scored:
    """Score pairs from [label embeddings ; features of two sentences]."""
    attending = config.interaction == "attention"
    hidden = asked.hidden
    first, second = halves(attend(hidden, asked.lengths, asked.weights) if attending else max_pool(hidden))
    difference = first - second
    features = [hidden.graph.add("Abs", difference) if apart else difference, first * second]
    features += [first + second] if attending else []
    values: Sequence[Value] = [*asked.embeddings, *features]
    return _scored(asked, _maxout(config, asked, concatenate(values), "classifier"), ("pairs",))


def _maxout(config: MaxoutHeadConfig, asked: Asked, values: Value, name: str) -> Value:
    """Return logits (E, L) from (E, I): the largest of several affine maps per unit, layer upon layer."""
    for layer in range(config.hidden_layers):
        pieces = affine(values, asked.weights, f"{name}.{2 * layer + 1}.affine")
        values = largest(reshape(pieces, 0, -1, config.maxout_pool), 2)
    return affine(values, asked.weights, f"{name}.{2 * config.hidden_layers + 1}", most=len(asked.labels))


def _scored(asked: Asked, scores: Value, rows: Shape) -> Scored:
    about = "of each label, before the softmax"
    return Scored({"scores": Output(scores, (*rows, len(asked.labels)), about)}, lambda: (softmax(scores),), {})
