"""One pretrained transformer, tapped level by level; predictions of lower levels re-enter its stream above their tap.

Tokens are read sentence by sentence.  Pairs may be read together: then the levels of pair tasks climb a stream of their
own, from the embeddings up, while the lower tasks that they read still see each sentence alone, as they were trained.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from jmt.cascade.encoder_config import LevelInputs, TransformerConfig
from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols.batch import WordBatches
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.taps import TapPlan, plan_taps
from jmt.network.batches.batching import SentenceBatch
from jmt.network.batches.pieces import PieceTensors
from jmt.network.encoders.bilstm import build_words
from jmt.network.encoders.families.base import Stack
from jmt.network.encoders.pretrained import build_stack
from jmt.network.encoders.tap import Tap


@dataclass(slots=True)
class Stream:
    """How far a batch has climbed in the transformer."""

    layout: PieceTensors
    state: Tensor
    """(W, P, H), with what has been injected."""
    shape: tuple[int, int]
    """B and T of the words."""
    layers: list[Tensor] = field(default_factory=list)
    """Word states (B, T, H) of every layer so far, the embeddings first."""

    @property
    def depth(self) -> int:
        """The layer reached."""
        return len(self.layers) - 1

    def keep_layer(self, state: Tensor) -> None:
        """Average the pieces of each word in the present layer, (W, P, H) as levels read it."""
        flat = state.flatten(0, 1)
        words = F.embedding_bag(self.layout.bags, flat, self.layout.bag_starts, mode="mean")
        self.layers.append(words.view(*self.shape, -1))

    def keep_rows(self, layout: PieceTensors, rows: int) -> None:
        """Let only the first `rows` sentences climb on; `layout` is theirs."""
        self.layout, self.shape = layout, (rows, self.shape[1])
        self.state, self.layers = self.state[: len(layout.mask)], [layer[:rows] for layer in self.layers]

    def inject(self, values: Tensor) -> None:
        """Add (B, T, H) values of words to each of their pieces; special pieces get nothing."""
        flat = values.flatten(0, 1)
        table = torch.cat([flat, flat.new_zeros(1, flat.size(1))])
        self.state = self.state + F.embedding(self.layout.piece_words, table)


@dataclass(slots=True)
class Ascent:
    """A batch on its way up: its words, and up to two streams."""

    sentences: SentenceBatch
    words: Tensor
    """x, (B, T, word + n-gram size)."""
    streams: dict[bool, Stream] = field(default_factory=dict)
    """By whether pairs are read together; begun when a level first needs it."""


class TransformerEncoder(nn.Module):
    """The words, the pretrained layers, and a tap per level."""

    levels: Any  # a ModuleList of `Tap`; torch types its entries as plain modules

    def __init__(
        self,
        config: TransformerConfig,
        lexicon: Lexicon,
        levels: Sequence[LevelInputs],
        pretrained: Pretrained,
        columns: Mapping[str, int],
    ) -> None:
        super().__init__()
        self.config, self.lexicon = config, lexicon
        self.columns = dict(columns)
        """The level of every task."""
        self.source = Pretrained(pretrained.config, pretrained.tokenizer)
        self.words = build_words(config, lexicon)
        self.pretrained: Stack = build_stack(pretrained)
        self.size = pretrained.size
        plans = plan_taps(config, [inputs.pairs for inputs in levels], len(self.pretrained.blocks))
        self.together = [plan.together for plan in plans]
        del self.pretrained.blocks[max(plan.layer for plan in plans) :]
        self.levels = nn.ModuleList(self._build_taps(plans, levels))
        self.batches = WordBatches.of(config, lexicon, pretrained)

    def _build_taps(self, plans: Sequence[TapPlan], levels: Sequence[LevelInputs]) -> list[Tap]:
        return [
            Tap(
                layer=plan.layer,
                mix=self.config.mix,
                size=self.size,
                words=self.words.size if plan.words else 0,
                labels=self.config.label_size if inputs.labels else 0,
                moves=plan.moves,
                tap_dropout=self.config.tap_dropout,
                input_dropout=inputs.dropout,
            )
            for plan, inputs in zip(plans, levels, strict=True)
        ]

    def build_batch(self, sentences: Sequence[Sequence[str]], *, pairs: bool = False) -> SentenceBatch:
        """Pad sentences to a batch and lay out their pieces, of pairs together, too, where they are read so."""
        return SentenceBatch.of(self.batches.build(sentences, pairs=pairs))

    def measure(self, sentence: Sequence[str]) -> int:
        """Return how long a sentence is: the number of its word pieces."""
        return self.batches.count_pieces(sentence)

    def start(self, sentences: SentenceBatch, tasks: Collection[str] = ()) -> Ascent:
        """Look the words up for some tasks; nothing is climbed yet."""
        return Ascent(sentences, self.words(sentences))

    def climb(self, ascent: Ascent, level: int, label_embeddings: Sequence[Tensor]) -> Tensor:
        """Return the hidden states (B, T, H) of a level, 1 = lowest, from (B, T, D) label embeddings."""
        tap = self.levels[level - 1]
        stream = self._stream(ascent, joint=self.together[level - 1])
        parts = tap.inputs(ascent.words, label_embeddings)
        if stream.depth < tap.layer:
            if tap.below is not None:
                stream.inject(tap.below(parts))
            self._run(stream, tap.layer)
        hidden: Tensor = tap.tap_dropout(tap.mix(stream.layers[: tap.layer + 1]))
        return hidden if tap.beside is None else hidden + tap.beside(parts)

    def _stream(self, ascent: Ascent, *, joint: bool) -> Stream:
        """Return the stream that a level reads, begun with the embeddings of its pieces."""
        if joint not in ascent.streams:
            layout = ascent.sentences.pair_pieces if joint else ascent.sentences.pieces
            if layout is None:
                raise TypeError("the batch was built without the pieces that this level reads")
            rows, width = ascent.sentences.mask.shape
            stream = Stream(layout, self.pretrained.embed(layout), (rows, width))
            stream.keep_layer(self.pretrained.read(stream.state))
            ascent.streams[joint] = stream
        return ascent.streams[joint]

    def _run(self, stream: Stream, layer: int) -> None:
        """Climb to a layer."""
        around = self.pretrained.surround(stream.state, stream.layout.mask)
        for block in range(stream.depth, layer):
            if self.config.checkpointing and self.training:
                stream.state = checkpoint(self.pretrained.run, block, stream.state, around[block], use_reentrant=False)
            else:
                stream.state = self.pretrained.run(block, stream.state, around[block])
            stream.keep_layer(self.pretrained.read(stream.state))

    def keep_rows(self, ascent: Ascent, rows: int) -> None:
        """Let only the first `rows` sentences climb on; pairs stay together."""
        ascent.sentences, ascent.words = ascent.sentences.keep_rows(rows), ascent.words[:rows]
        for stream in ascent.streams.values():
            if ascent.sentences.pieces is not None:
                stream.keep_rows(ascent.sentences.pieces, rows)

    def cut(self, ascent: Ascent) -> None:
        """Refuse: the levels of a transformer share their layers."""
        raise TypeError("no level of a transformer can be cut off those below it")

    def of_task(self, hidden: Tensor, task: str) -> Tensor:
        """Return what the head of a task reads of the hidden states of its level: all tasks of a level the same."""
        return hidden

    def parameters_of(self, levels: Sequence[int], tasks: Collection[str] = ()) -> list[str]:
        """Return the prefixes of the names of the parameters that climbing these levels for some tasks uses."""
        top = max(self.levels[level - 1].layer for level in levels)
        blocks = [f"pretrained.blocks.{block}." for block in range(top)]
        # A level that is climbed on the way to others leaves in the stream what enters below its tap, and no more.
        read = {self.columns[task] for task in tasks} if tasks else set(levels)
        taps = [f"levels.{level - 1}." if level in read else f"levels.{level - 1}.below." for level in levels]
        shared = [f"pretrained.{name}." for name, _ in self.pretrained.named_children() if name != "blocks"]
        return ["words.", *shared, *blocks, *taps]
