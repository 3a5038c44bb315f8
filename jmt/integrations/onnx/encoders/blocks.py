"""The layers of a pretrained encoder as nodes: its embeddings, and blocks of attention and feed-forward.

Shapes: W windows of P pieces, H hidden; `jmt.runtime.encoders.blocks` has the same in NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from jmt.cascade.pretrained import Pretrained
from jmt.files.quantise import Array
from jmt.integrations.onnx.graph import Value
from jmt.integrations.onnx.operators import (
    affine,
    as_floats,
    as_int64,
    at_least,
    count_up,
    not_below,
    relu,
    reshape,
    size_of,
    softmax,
    take,
    transpose,
    unsqueeze,
)
from jmt.runtime.encoders.blocks import NAMES, distance_bias, epsilon_of

_FORBIDDEN = 1e9
"""Taken from the score of what is no piece: nothing is left of it; infinity less infinity would be no number."""


def embed_pieces(pretrained: Pretrained, weights: Mapping[str, Array], ids: Value, types: Value | None) -> Value:
    """Return (W, P, H) of pieces (W, P), -1 = none: piece, place and type, normalised, projected where sizes differ.

    Without `types` (W, P) all are of the first type.
    """
    values = take(weights["embeddings.word_embeddings.weight"], at_least(ids, 0))
    kinds = weights.get("embeddings.token_type_embeddings.weight")
    if kinds is not None:
        values = values + (kinds[0] if types is None else take(kinds, types))
    values = values + take(weights["embeddings.position_embeddings.weight"], _places(pretrained, ids))
    values = _normalise(values, weights, "embeddings.LayerNorm", epsilon_of(pretrained))
    return affine(values, weights, "projection") if "projection.weight" in weights else values


def _places(pretrained: Pretrained, ids: Value) -> Value:
    """Return the place of every piece; RoBERTa's relatives count from the padding id on, and padding not at all."""
    padding, graph = pretrained.counted_from, ids.graph
    if padding is None:
        return count_up(size_of(ids, 1))
    is_padding = graph.add("Or", graph.add("Equal", ids, padding), graph.add("Less", ids, 0))
    counted = as_int64(graph.add("Not", is_padding))
    return graph.add("CumSum", counted, 1) * counted + padding


def attention_bias(pretrained: Pretrained, weights: Mapping[str, Array], ids: Value) -> Value:
    """Return what is added to scores, (W, 1 or heads, 1 or P, P): of distances, and for -1 what leaves nothing."""
    hidden = unsqueeze((as_floats(not_below(ids, 0)) - 1.0) * _FORBIDDEN, 1, 2)
    if (by_distance := distance_bias(pretrained, weights)) is None:
        return hidden
    places = count_up(size_of(ids, 1))
    behind = unsqueeze(places, 0) - unsqueeze(places, 1) + (by_distance.shape[1] // 2)  # from query to key
    return hidden + transpose(take(by_distance.T, behind), 2, 0, 1)


def pass_block(pretrained: Pretrained, weights: Mapping[str, Array], state: Value, bias: Value) -> Value:
    """Return (W, P, H) behind a block: attention to the pieces of a window, and the feed-forward part."""
    names, epsilon = NAMES[pretrained.family], epsilon_of(pretrained)
    mixed = affine(_attend(pretrained, weights, state, bias), weights, names.mixing)
    middle = _normalise(state + mixed, weights, names.first_norm, epsilon)
    config = pretrained.config
    activate = _ACTIVATIONS[config.get("hidden_act") or config.get("activation") or "gelu"]
    inner = activate(affine(middle, weights, names.inner))
    return _normalise(middle + affine(inner, weights, names.outer), weights, names.second_norm, epsilon)


def _attend(pretrained: Pretrained, weights: Mapping[str, Array], state: Value, bias: Value) -> Value:
    """Return the mean of the values that every piece attends to, (W, P, H)."""
    names, heads = NAMES[pretrained.family], pretrained.heads
    share = float((pretrained.size // heads) ** -0.5)

    def of_heads(name: str, *axes: int) -> Value:
        return transpose(reshape(affine(state, weights, name), 0, 0, heads, -1), *axes)

    query, value = (of_heads(name, 0, 2, 1, 3) for name in (names.query, names.value))
    scores = (query @ of_heads(names.key, 0, 2, 3, 1)) * share + bias  # (W, heads, P, P)
    return reshape(transpose(softmax(scores) @ value, 0, 2, 1, 3), 0, 0, -1)


def _normalise(values: Value, weights: Mapping[str, Array], name: str, epsilon: float) -> Value:
    """Normalise the last axis, then scale and shift it (Ba et al. 2016)."""
    scale, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
    attributes = {"axis": -1, "epsilon": epsilon}
    return values.graph.add("LayerNormalization", values, scale, shift, attributes=attributes)


def _gelu_by_erf(values: Value) -> Value:
    """Return x Phi(x)."""
    return values * (values.graph.add("Erf", values / math.sqrt(2.0)) + 1.0) * 0.5


def _gelu_by_tanh(values: Value) -> Value:
    """Return x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))."""
    inner = (values + values * values * values * 0.044715) * math.sqrt(2.0 / math.pi)
    return values * (values.graph.add("Tanh", inner) + 1.0) * 0.5


def _gate(factor: float) -> Callable[[Value], Value]:
    """Return x sigmoid(factor x)."""
    return lambda values: values * values.graph.add("Sigmoid", values * factor)


_ACTIVATIONS: dict[str, Callable[[Value], Value]] = {
    "gelu": _gelu_by_erf,
    "gelu_python": _gelu_by_erf,
    "gelu_new": _gelu_by_tanh,
    "gelu_fast": _gelu_by_tanh,
    "gelu_pytorch_tanh": _gelu_by_tanh,
    "quick_gelu": _gate(1.702),
    "silu": _gate(1.0),
    "relu": relu,
}
"""By the name that a pretrained encoder's configuration gives them."""
