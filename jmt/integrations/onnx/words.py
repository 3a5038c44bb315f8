"""What of words enters every level: x, their own vectors and the mean of their n-grams' (eq. 11), and which are there.

Shapes: B sentences of at most T words, M n-grams or pieces of a word, W windows of P pieces; -1 is no n-gram, no piece.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

from jmt.files.quantise import Array
from jmt.integrations.onnx.graph import Graph, Port, Shape, Value
from jmt.integrations.onnx.operators import concatenate, count_up, mean_of_rows, size_of, take, unsqueeze

WORDS: Shape = ("sentences", "words")
_WHOLE: Literal["int64"] = "int64"

LENGTHS = Port("lengths", ("sentences",), "words of each sentence, at least one", _WHOLE)
_WORD_IDS = Port("word_ids", WORDS, "row of each word in the vocabulary; 0 where there is none", _WHOLE)
_NGRAM_IDS = Port("ngram_ids", (*WORDS, "ngrams"), "rows of the character n-grams of each word; -1 is none", _WHOLE)

PIECE = "words"
"""The piece that looks words up."""


def words_of(graph: Graph, weights: Mapping[str, Array]) -> Value:
    """Return x (B, T, I) of all words, from the tables of words and n-grams."""
    parts = [take(weights["words.weight"], graph.input(_WORD_IDS))]
    if "ngrams.table.weight" in weights:
        parts.append(mean_of_rows(weights["ngrams.table.weight"], graph.input(_NGRAM_IDS)))
    size = sum(weights[name].shape[1] for name in ("words.weight", "ngrams.table.weight") if name in weights)
    return graph.cut(Port("word_vectors", (*WORDS, size), "x, the words looked up"), concatenate(parts), PIECE)


def mask_of(values: Value) -> Value:
    """Return (B, T) flags, True where a sentence has a word, for values of words (B, T, ...)."""
    graph = values.graph
    places = unsqueeze(count_up(size_of(values, 1)), 0)
    return graph.add("Less", places, unsqueeze(graph.input(LENGTHS), 1))


def spread(wholes: Value, values: Value) -> Value:
    """Return what is said of each sentence (B, D) for all its words (B, T, D), as many as `values` (B, T, ...) has."""
    graph = wholes.graph
    one = graph.value(np.array([1], np.int64))
    return graph.add("Expand", unsqueeze(wholes, 1), concatenate([one, size_of(values, 1), one]))
