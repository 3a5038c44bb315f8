"""One pretrained transformer as nodes, tapped level by level; predictions of lower levels re-enter its stream.

Shapes: W windows of P pieces, B sentences of at most T words, M pieces of a word; -1 is no piece, no word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jmt.cascade.cascade import Cascade
from jmt.cascade.decoding.probabilities import softmax
from jmt.cascade.encoder_config import TransformerConfig
from jmt.cascade.taps import plan_taps
from jmt.files.quantise import Array
from jmt.integrations.onnx.encoders.blocks import attention_bias, embed_pieces, pass_block
from jmt.integrations.onnx.graph import Graph, Port, Shape, Value
from jmt.integrations.onnx.operators import (
    as_floats,
    at_least,
    concatenate,
    mean_of_rows,
    not_below,
    reshape,
    take,
    unsqueeze,
)
from jmt.integrations.onnx.words import WORDS, words_of
from jmt.runtime.weights import under


@dataclass(frozen=True, slots=True)
class _Stream:
    """A pass through the layers: what stands at each, as far as it has climbed."""

    prefix: str
    """Of names: empty for sentences, `pair_` where pairs are read together."""
    layers: list[Value]
    """(W, P, H) each, the embeddings first."""


class TransformerNodes:
    """The words, the pretrained layers, and a tap per level."""

    def __init__(self, cascade: Cascade, weights: Mapping[str, Array], graph: Graph) -> None:
        model, pretrained = cascade.config, cascade.pretrained
        assert isinstance(model.encoder, TransformerConfig)
        assert pretrained is not None
        self._pretrained, self._weights, self._graph = pretrained, weights, graph
        pairs = [model.serves_pairs(level) for level in range(1, model.levels + 1)]
        self._plans = plan_taps(model.encoder, pairs, pretrained.layers)
        self.words = words_of(graph, under("words.", weights))
        """x (B, T, I)."""
        self._streams: dict[bool, _Stream] = {}

    def climb(self, level: int, labels: Sequence[Value]) -> Value:
        """Return the hidden states (B, T, H) of a level, 1 = lowest, from the sum of label embeddings."""
        plan, weights = self._plans[level - 1], under(f"levels.{level - 1}.", self._weights)
        entering = [*([self.words] if plan.words else []), *labels]
        stream = self._stream(level, together=plan.together)
        if len(stream.layers) <= plan.layer:
            state = stream.layers[-1]
            if "below.projection.weight" in weights:
                values = concatenate(entering) @ weights["below.projection.weight"].T
                state = state + self._on_pieces(stream, values)
            self._pass(stream, state, plan.layer, level)
        mixed = stream.layers[plan.layer]
        if "mix.weights" in weights:
            shares = softmax(weights["mix.weights"])
            mixed = stream.layers[0] * shares[0]
            for layer, share in zip(stream.layers[1 : plan.layer + 1], shares[1:], strict=True):
                mixed = mixed + layer * share
        hidden = mean_of_rows(reshape(mixed, -1, self._pretrained.size), self._graph.input(_word_pieces(stream.prefix)))
        if "beside.projection.weight" in weights:
            hidden = hidden + concatenate(entering) @ weights["beside.projection.weight"].T
        return hidden

    def _stream(self, level: int, *, together: bool) -> _Stream:
        """Return the stream that a level reads, begun with the embeddings of its pieces."""
        if together not in self._streams:
            prefix, weights = "pair_" if together else "", under("pretrained.", self._weights)
            ids, kinds = (
                self._graph.input(_piece_ids(prefix)),
                weights.get("embeddings.token_type_embeddings.weight", ()),
            )
            types = self._graph.input(_type_ids(prefix)) if len(kinds) > 1 else None
            embedded = embed_pieces(self._pretrained, weights, ids, types)
            self._streams[together] = _Stream(prefix, [])
            self._keep(self._streams[together], embedded, level)
        return self._streams[together]

    def _pass(self, stream: _Stream, state: Value, top: int, level: int) -> None:
        """Pass through the blocks up to a layer."""
        ids = self._graph.input(_piece_ids(stream.prefix))
        bias = attention_bias(self._pretrained, under("pretrained.", self._weights), ids)
        while len(stream.layers) <= top:
            block = under(f"pretrained.blocks.{len(stream.layers) - 1}.", self._weights)
            state = self._keep(stream, pass_block(self._pretrained, block, state, bias), level)

    def _keep(self, stream: _Stream, state: Value, level: int) -> Value:
        """Return the state of the next layer, which is kept for taps further up."""
        number = len(stream.layers)
        port = Port(
            f"{stream.prefix}layer{number}", (*_pieces(stream.prefix), self._pretrained.size), f"layer {number}"
        )
        stream.layers.append(self._graph.cut(port, state, f"level{level}"))
        return stream.layers[-1]

    def _on_pieces(self, stream: _Stream, values: Value) -> Value:
        """Return values of words (B, T, H) on each of their pieces (W, P, H), nothing on special ones."""
        words = self._graph.input(_piece_words(stream.prefix))
        rows = take(reshape(values, -1, self._pretrained.size), at_least(words, 0))
        return rows * unsqueeze(as_floats(not_below(words, 0)), 2)


def _pieces(prefix: str) -> Shape:
    return (f"{prefix}windows", f"{prefix}pieces")


def _piece_ids(prefix: str) -> Port:
    return Port(
        f"{prefix}piece_ids", _pieces(prefix), "pieces of each window, special ones among them; -1 is none", "int64"
    )


def _type_ids(prefix: str) -> Port:
    about = "type of each piece: 0, and 1 in the second sentence of a pair"
    return Port(f"{prefix}type_ids", _pieces(prefix), about, "int64")


def _piece_words(prefix: str) -> Port:
    about = "sentence x words + word that each piece belongs to; -1 is none"
    return Port(f"{prefix}piece_words", _pieces(prefix), about, "int64")


def _word_pieces(prefix: str) -> Port:
    about = f"window x {prefix}pieces + piece, of each piece of each word; -1 is none"
    return Port(f"{prefix}word_pieces", (*WORDS, f"{prefix}pieces_of_a_word"), about, "int64")
