"""One pretrained transformer in NumPy, tapped level by level; predictions of lower levels re-enter its stream.

Tokens are read sentence by sentence, pairs perhaps together, in a stream of their own, as when it was trained.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from jmt.cascade.cascade import Cascade
from jmt.cascade.decoding.probabilities import softmax
from jmt.cascade.encoder_config import TransformerConfig
from jmt.cascade.symbols.batch import WordBatch
from jmt.cascade.symbols.pieces import PieceLayout
from jmt.cascade.taps import TapPlan, plan_taps
from jmt.files.quantise import Array
from jmt.runtime.encoders.blocks import Block, Embeddings, Workspace, build_blocks
from jmt.runtime.encoders.packed_pieces import PackedPieces
from jmt.runtime.encoders.word_products import WordVectors
from jmt.runtime.weights import under


class Tap:
    """One level: which share of the layers it reads, and what enters the stream below its layer and beside it.

    h_t = mix of the layers up to the tap, its pieces averaged + W [x_t ; sum of label embeddings].
    """

    def __init__(self, plan: TapPlan, weights: Mapping[str, Array], *, words: int) -> None:
        self.layer, self.together = plan.layer, plan.together
        self.shares = softmax(weights["mix.weights"]) if "mix.weights" in weights else None
        """(layer + 1,), or None: the tap alone."""
        names = [f"{place}.projection.weight" for place in ("below", "beside")]
        kernels = [weights[name].T for name in names if name in weights]
        self.below, self.beside = (name in weights for name in names)
        joined = np.concatenate(kernels, axis=1) if kernels else np.empty((0, 0), np.float32)
        inputs = words if plan.words else 0
        self._words, self._labels = (np.ascontiguousarray(part) for part in (joined[:inputs], joined[inputs:]))

    def entering(self, vectors: Array, places: Array, label_embeddings: Sequence[Array]) -> Array:
        """Return what enters below (N, H), and beside, next to each other, from x of the forms and label embeddings."""
        values = np.zeros((len(places), self._labels.shape[1]), np.float32)
        if len(self._words):
            values = (vectors @ self._words).take(places, axis=0)
        if len(self._labels):
            values += sum(label_embeddings[1:], label_embeddings[0]) @ self._labels
        return values


class Stream:
    """How far a batch has climbed in the transformer, alone or in pairs."""

    def __init__(self, layout: PieceLayout, embeddings: Embeddings, top: int) -> None:
        self._pieces = PackedPieces(layout)
        embedded = embeddings.embed(layout, self._pieces)
        self._layers = np.empty((top + 1, *embedded.shape), np.float32)  # takes memory as it is climbed
        self._layers[0] = embedded
        self._state = self._layers[0]
        self.depth = 0
        """The layer reached."""

    def inject(self, values: Array) -> None:
        """Add (N, H) values of words to each of their pieces; special pieces get nothing."""
        padded = np.concatenate([values, np.zeros((1, values.shape[1]), np.float32)])
        self._state = padded.take(self._pieces.words, axis=0)
        self._state += self._layers[self.depth]

    def climb(self, blocks: Sequence[Block]) -> None:
        """Pass through the blocks that come next."""
        chunks, size = self._pieces.chunks, self._state.shape[1]
        room = Workspace(chunks, size, blocks[0].inner_size)
        for block in blocks:
            self.depth += 1
            for chunk in chunks:
                block.read(self._state[chunk.places], chunk, room, self._layers[self.depth][chunk.places])
            self._state = self._layers[self.depth]

    def read(self, layer: int, shares: Array | None) -> Array:
        """Return the words' (N, H) of a layer, or of the shares (layer + 1,) of all layers up to it."""
        if shares is None:
            return self._pieces.average(self._layers[layer])
        layers = self._layers[: layer + 1]
        return self._pieces.average((shares @ layers.reshape(layer + 1, -1)).reshape(layers.shape[1:]))

    def keep(self, layout: PieceLayout) -> None:
        """Let only the first sentences climb on, whose layout this is."""
        kept = PackedPieces(layout)
        rows = self._pieces.rows[kept.origins]
        self._pieces, self._state, self._layers = kept, self._state[rows], self._layers[:, rows]


@dataclass(slots=True)
class Ascent:
    """A batch on its way up: its words, and up to two streams."""

    batch: WordBatch
    vectors: Array
    """x of the batch's forms, (F, word + n-gram size)."""
    streams: dict[bool, Stream] = field(default_factory=dict)
    """By whether pairs are read together; begun when a level first needs it."""


class TransformerEncoder:
    """The words, the pretrained layers, and a tap per level."""

    def __init__(self, cascade: Cascade, weights: Mapping[str, Array]) -> None:
        model, pretrained = cascade.config, cascade.pretrained
        assert isinstance(model.encoder, TransformerConfig)
        assert pretrained is not None
        self.size = pretrained.size
        self._vectors = WordVectors(under("words.", weights))
        pairs = [model.serves_pairs(level) for level in range(1, model.levels + 1)]
        self._taps = [
            Tap(plan, under(f"levels.{number}.", weights), words=self._vectors.size)
            for number, plan in enumerate(plan_taps(model.encoder, pairs, pretrained.layers))
        ]
        stack = under("pretrained.", weights)
        self._embeddings = Embeddings(pretrained, stack)
        self._top = max(tap.layer for tap in self._taps)
        self._blocks = build_blocks(pretrained, stack, self._top)

    def start(self, batch: WordBatch, tasks: Collection[str] = ()) -> Ascent:
        """Look the words up; nothing is climbed yet."""
        return Ascent(batch, self._vectors.of_forms(batch.forms, np.arange(len(batch.forms.rows))))

    def climb(self, ascent: Ascent, level: int, label_embeddings: Sequence[Array]) -> Array:
        """Return the hidden states (N, H) of a level, 1 = lowest, from (N, D) label embeddings."""
        tap = self._taps[level - 1]
        stream = self._stream(ascent, together=tap.together)
        entering = tap.entering(ascent.vectors, ascent.batch.forms.places, label_embeddings)
        if stream.depth < tap.layer:
            if tap.below:
                stream.inject(entering[:, : self.size])
            stream.climb(self._blocks[stream.depth : tap.layer])
        hidden = stream.read(tap.layer, tap.shares)
        if tap.beside:
            hidden += entering[:, -self.size :]
        return hidden

    def _stream(self, ascent: Ascent, *, together: bool) -> Stream:
        """Return the stream that a level reads, begun with the embeddings of its pieces."""
        if together not in ascent.streams:
            layout = ascent.batch.pair_pieces if together else ascent.batch.pieces
            if layout is None:
                raise TypeError("the batch was built without the pieces that this level reads")
            ascent.streams[together] = Stream(layout, self._embeddings, self._top)
        return ascent.streams[together]

    def keep_rows(self, ascent: Ascent, rows: int) -> None:
        """Let only the first `rows` sentences climb on; pairs stay together."""
        ascent.batch = ascent.batch.keep_rows(rows)
        if ascent.batch.pieces is not None and False in ascent.streams:
            ascent.streams[False].keep(ascent.batch.pieces)

    def of_task(self, hidden: Array, task: str) -> Array:
        """Return what the head of a task reads of the hidden states of its level: all tasks of a level the same."""
        return hidden
