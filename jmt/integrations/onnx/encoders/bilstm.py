"""The paper's body as nodes: one bi-LSTM per level (sections 2.1 to 2.6 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from jmt.cascade.cascade import Cascade
from jmt.cascade.encoder_config import BiLSTMConfig
from jmt.files.quantise import Array
from jmt.integrations.onnx.graph import Graph, Port, Value
from jmt.integrations.onnx.operators import as_int32, concatenate, reshape, transpose
from jmt.integrations.onnx.words import LENGTHS, WORDS, words_of
from jmt.runtime.weights import under


class BiLSTMNodes:
    """g_t^(l) = [h_t^(l-1) ; x_t ; sum of label embeddings], h^(l) = bi-LSTM(g^(l)) (eq. 1)."""

    def __init__(self, cascade: Cascade, weights: Mapping[str, Array], graph: Graph) -> None:
        config = cascade.config.encoder
        assert isinstance(config, BiLSTMConfig)
        self._config, self._graph, self._weights = config, graph, weights
        self.words = words_of(graph, under("words.", weights))
        """x (B, T, I)."""
        self._hidden: Value | None = None

    def climb(self, level: int, labels: Sequence[Value]) -> Value:
        """Return the hidden states (B, T, 2H) of the next level, 1 = lowest, from the sum of label embeddings."""
        parts = [] if self._hidden is None or not self._config.vertical else [self._hidden]
        parts += [self.words] if level == 1 or self._config.shortcut else []
        weights = under(f"levels.{level - 1}.bilstm.", self._weights)
        hidden = _read(concatenate([*parts, *labels]), weights)
        port = Port(f"level{level}.hidden", (*WORDS, 2 * self._config.hidden_size), "hidden states of the level below")
        self._hidden = self._graph.cut(port, hidden, f"level{level}")
        return self._hidden


def _read(inputs: Value, weights: Mapping[str, Array]) -> Value:
    """Return the hidden states (B, T, 2H) of a bi-LSTM that reads (B, T, I)."""
    kernel, recurrent, *biases = (
        np.stack([_arranged(weights[f"{direction}.{name}_l0"]) for direction in ("forwards", "backwards")])
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    graph, size = inputs.graph, recurrent.shape[2]
    steps, lengths = transpose(inputs, 1, 0, 2), as_int32(graph.input(LENGTHS))
    attributes = {"direction": "bidirectional", "hidden_size": size}
    bias = np.concatenate(biases, axis=1)
    hidden = graph.add("LSTM", steps, kernel, recurrent, bias, lengths, attributes=attributes)  # (T, 2, B, H)
    return reshape(transpose(hidden, 2, 0, 1, 3), 0, 0, -1)


def _arranged(gates: Array) -> Array:
    """Return gates that torch stacks as i, f, g, o in the order of ONNX: i, o, f, g."""
    i, f, g, o = np.split(gates, 4)
    return np.concatenate([i, o, f, g])
