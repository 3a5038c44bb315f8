"""The layers of a pretrained encoder in NumPy: its embeddings, and blocks of attention and feed-forward.

All families normalise after each half of a block (Vaswani et al. 2017), and differ in names and in scores of attention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols.pieces import PieceLayout
from jmt.files.quantise import Array
from jmt.runtime.encoders.activations import ACTIVATIONS
from jmt.runtime.encoders.attention import Attention, DistanceAttention, mpnet_buckets
from jmt.runtime.encoders.packed_pieces import Chunk, PackedPieces
from jmt.runtime.weights import under


class _Names(NamedTuple):
    """What a family calls the parts of a block."""

    query: str
    key: str
    value: str
    mixing: str
    first_norm: str
    inner: str
    outer: str
    second_norm: str


_BERT = _Names._make(
    "attention.self.query attention.self.key attention.self.value attention.output.dense attention.output.LayerNorm "
    "intermediate.dense output.dense output.LayerNorm".split()
)
_DISTILBERT = _Names._make(
    "attention.q_lin attention.k_lin attention.v_lin attention.out_lin sa_layer_norm ffn.lin1 ffn.lin2 "
    "output_layer_norm".split()
)
_MPNET = _Names._make(
    "attention.attn.q attention.attn.k attention.attn.v attention.attn.o attention.LayerNorm "
    "intermediate.dense output.dense output.LayerNorm".split()
)
NAMES = {
    **dict.fromkeys(("bert", "roberta", "xlm-roberta", "camembert", "electra"), _BERT),
    **{"distilbert": _DISTILBERT, "mpnet": _MPNET},
}
"""By family: those that can be computed here."""


def epsilon_of(pretrained: Pretrained) -> float:
    """Return what is added to the variance wherever an encoder normalises."""
    return float(pretrained.config.get("layer_norm_eps", 1e-12))


class LayerNorm:
    """(x - mean) / sqrt(variance + epsilon), scaled and shifted (Ba et al. 2016)."""

    def __init__(self, weights: Mapping[str, Array], name: str, epsilon: float) -> None:
        self._scale, self._shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
        self._mean = np.full(len(self._scale), 1 / len(self._scale), np.float32)
        self._epsilon = np.float32(epsilon)

    def apply(self, values: Array) -> None:
        """Normalise the rows of (n, H) in place."""
        values -= (values @ self._mean)[:, None]
        spread = np.einsum("nh,nh->n", values, values)
        spread *= self._mean[0]
        spread += self._epsilon
        np.sqrt(spread, out=spread)
        values /= spread[:, None]
        values *= self._scale
        values += self._shift


class Embeddings:
    """What stands at the bottom of the stream: piece, place and type, normalised, and projected where sizes differ."""

    def __init__(self, pretrained: Pretrained, weights: Mapping[str, Array]) -> None:
        self._pieces = weights["embeddings.word_embeddings.weight"]
        self._places = weights["embeddings.position_embeddings.weight"]
        self._types = weights.get("embeddings.token_type_embeddings.weight")
        self._norm = LayerNorm(weights, "embeddings.LayerNorm", epsilon_of(pretrained))
        self._projection = weights.get("projection.weight")
        self._bias = weights.get("projection.bias")
        # RoBERTa's relatives count places from the padding id on, and padding among the pieces of a word not at all.
        self._padding = pretrained.counted_from

    def embed(self, layout: PieceLayout, pieces: PackedPieces) -> Array:
        """Return (n, H) of all pieces."""
        values: Array = self._pieces.take(layout.piece_ids.take(pieces.origins), axis=0)
        if self._types is not None:
            values += self._types.take(layout.type_ids.take(pieces.origins), axis=0)
        if self._padding is None:
            places = pieces.columns
        else:
            counted = layout.piece_ids != self._padding
            places = (np.cumsum(counted, axis=1) * counted + self._padding).take(pieces.origins)
        values += self._places.take(places, axis=0)
        self._norm.apply(values)
        return values if self._projection is None else values @ self._projection.T + self._bias


def distance_bias(pretrained: Pretrained, weights: Mapping[str, Array]) -> Array | None:
    """Return what is added to scores for how far a key is behind its query, (heads, 2 N - 1); None: nothing is."""
    table = weights.get("shared.relative_attention_bias.weight")
    return None if table is None else table[mpnet_buckets(pretrained.longest)].T


def build_blocks(pretrained: Pretrained, weights: Mapping[str, Array], count: int) -> list[Block]:
    """Build the lowest blocks of an encoder."""
    bias = distance_bias(pretrained, weights)
    attention = Attention(pretrained.heads) if bias is None else DistanceAttention(pretrained.heads, bias)
    return [Block(pretrained, under(f"blocks.{number}.", weights), attention) for number in range(count)]


class Workspace:
    """Room for what a block makes of the pieces of a chunk, before its result."""

    def __init__(self, chunks: Sequence[Chunk], size: int, inner: int) -> None:
        most = max(chunk.places.stop - chunk.places.start for chunk in chunks)
        self.inputs = np.empty((most, 3 * size), np.float32)
        self.context = np.empty((most, size), np.float32)
        self.middle = np.empty((most, size), np.float32)
        self.inner = np.empty((most, inner), np.float32)


class Block:
    """Attention of pieces to the pieces of their window, then the feed-forward part, each added to what it reads."""

    def __init__(self, pretrained: Pretrained, weights: Mapping[str, Array], attention: Attention) -> None:
        names = NAMES[pretrained.family]
        kernel = {name: weights[f"{name}.weight"].T for name in names if f"{name}.weight" in weights}
        bias = {name: weights[f"{name}.bias"] for name in names}
        config = pretrained.config
        self._activation = ACTIVATIONS[config.get("hidden_act") or config.get("activation") or "gelu"]
        before, after = self._activation.before, self._activation.after
        self._attention = attention
        share = np.float32((pretrained.size // pretrained.heads) ** -0.5)
        self._inputs = _joined(kernel[names.query] * share, kernel[names.key], kernel[names.value])
        self._query_bias = bias[names.query] * share
        # A key's bias adds the same to all scores of a query; a value's comes out as it is, since shares add up to 1.
        self._mixing = _joined(kernel[names.mixing])
        self._mixing_bias = bias[names.mixing] + bias[names.value] @ self._mixing
        self._first_norm = LayerNorm(weights, names.first_norm, epsilon_of(pretrained))
        self._inner, self._inner_bias = _scaled(kernel[names.inner], before), _scaled(bias[names.inner], before)
        self._outer, self._outer_bias = _scaled(kernel[names.outer], after), bias[names.outer]
        self._second_norm = LayerNorm(weights, names.second_norm, epsilon_of(pretrained))

    @property
    def inner_size(self) -> int:
        """I, the size between the two products of the feed-forward part."""
        return len(self._inner_bias)

    def read(self, state: Array, chunk: Chunk, room: Workspace, out: Array) -> None:
        """Put what comes of the state (n, H) of a chunk's pieces into `out` (n, H)."""
        count, size = state.shape
        inputs = np.matmul(state, self._inputs, out=room.inputs[:count])
        inputs[:, :size] += self._query_bias
        context = room.context[:count]
        for run in chunk.runs:
            self._attention.attend(inputs[run.places], run, context[run.places])
        middle = np.matmul(context, self._mixing, out=room.middle[:count])
        middle += self._mixing_bias
        middle += state
        self._first_norm.apply(middle)
        inner = np.matmul(middle, self._inner, out=room.inner[:count])
        self._activation.apply(inner, self._inner_bias)
        np.matmul(inner, self._outer, out=out)
        out += self._outer_bias
        out += middle
        self._second_norm.apply(out)


def _joined(*kernels: Array) -> Array:
    """Return matrices (I, O) side by side, row by row in memory: products with few rows are twice as fast then."""
    return np.ascontiguousarray(np.concatenate(kernels, axis=1), np.float32)


def _scaled(values: Array, factor: float) -> Array:
    scaled: Array = np.multiply(values, np.float32(factor), order="C")
    return scaled
