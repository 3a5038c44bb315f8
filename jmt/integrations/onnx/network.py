"""A trained cascade as one graph: what the climb takes, with values of a graph for arrays.

Every output and whatever passes from level to level has a name, by which graphs for users are cut out of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from jmt.cascade.cascade import Cascade
from jmt.cascade.climb import climb
from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import BiLSTMConfig
from jmt.cascade.kinds import KINDS
from jmt.cascade.task_config import Read
from jmt.files.quantise import Array
from jmt.integrations.onnx.encoders.bilstm import BiLSTMNodes
from jmt.integrations.onnx.encoders.transformer import TransformerNodes
from jmt.integrations.onnx.graph import Graph, Port, Shape, Value
from jmt.integrations.onnx.heads import HEADS, Asked, Scored
from jmt.integrations.onnx.label_embedding import embed
from jmt.integrations.onnx.words import LENGTHS, WORDS, spread
from jmt.runtime.weights import under

LATER = "relations"
"""The piece that is run once users have chosen heads."""

_ROWS: dict[str, Shape] = {"words": WORDS, "sentences": WORDS[:1], "pairs": ("pairs",)}
"""Shapes of what is said about words, sentences and pairs."""


class _AnyBatch:
    """Every batch that a graph will see: all of its rows climb as far as any."""

    rows = 0

    def keep_rows(self, rows: int) -> _AnyBatch:
        """Keep all."""
        return self


class _Network:
    """An encoder, one head per task, a label embedding per task that another one reads; see `jmt.cascade.climb`."""

    def __init__(self, cascade: Cascade, weights: Mapping[str, Array]) -> None:
        self.config: ModelConfig = cascade.config
        self.graph = Graph()
        self._lengths = self.graph.input(LENGTHS)
        self._labels, self._weights = cascade.labels, weights
        build = BiLSTMNodes if isinstance(self.config.encoder, BiLSTMConfig) else TransformerNodes
        self._encoder: BiLSTMNodes | TransformerNodes = build(cascade, under("encoder.", weights), self.graph)
        self._embedded: dict[str, Value] = {}

    def start(self, batch: _AnyBatch, tasks: Collection[str]) -> None:
        """Do nothing: words are looked up already."""

    def keep_rows(self, ascent: None, rows: int) -> None:
        """Do nothing: all rows climb."""

    def cut(self, ascent: None) -> None:
        """Do nothing: there are no gradients here."""

    def climb(self, ascent: None, level: int, labels: Sequence[Value]) -> Value:
        """Return h of the next level, (B, T, H), from the (B, T, D) label embeddings of what it reads."""
        total = labels[:1]
        for value in labels[1:]:
            total = [total[0] + value]
        return self._encoder.climb(level, total)

    def score(self, task: str, hidden: Value, batch: _AnyBatch, labels: Sequence[Value]) -> Scored:
        """Add one head to its level's hidden states (B, T, H) and (P, D) embeddings of pair tasks."""
        config, weights = self.config.tasks[task], under(f"heads.{task}.", self._weights)
        asked = Asked(task, self._labels[task], weights, hidden, self._lengths, labels)
        scored = HEADS[config.kind](config, asked)
        for piece, outputs in ((f"level{config.level}", scored.outputs), (LATER, scored.later)):
            for name, output in outputs.items():
                self.graph.output(Port(f"{task}.{name}", output.shape, output.about), output.value, piece)
        return scored

    def embed_words(self, read: Read, scores: Scored, batch: _AnyBatch) -> Value:
        """Return y of a lower task for every word, (B, T, D); what is said of a sentence goes to all its words."""
        embedded = self.embed_labels(read, scores)
        about = KINDS[self.config.tasks[read.task].kind].about
        return embedded if about == "words" else spread(embedded, self._encoder.words)

    def embed_labels(self, read: Read, scores: Scored) -> Value:
        """Return y of a lower task for whatever it is about."""
        task, config = read.task, self.config.tasks[read.task]
        if task not in self._embedded:
            value = embed(scores.signal(), under(f"label_embeddings.{task}.", self._weights))
            shape = (*_ROWS[KINDS[config.kind].about], self.config.encoder.label_size)
            port = Port(f"{task}.embedding", shape, f"what `{task}` says to levels above")
            self._embedded[task] = self.graph.cut(port, value, f"level{config.level}")
        return self._embedded[task]


def build_graph(cascade: Cascade, weights: Mapping[str, Array]) -> Graph:
    """Return the graph of all tasks of a cascade that the runtime has every part of."""
    network: Any = _Network(cascade, weights)
    climb(network, _AnyBatch(), list(cascade.config.tasks))
    graph: Graph = network.graph
    return graph
