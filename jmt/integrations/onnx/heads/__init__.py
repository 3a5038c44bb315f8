"""One output layer per kind of task as nodes of a graph; `HEADS` is the whole table of them, by kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jmt.integrations.onnx.heads.base import Asked, Scored
from jmt.integrations.onnx.heads.linker import score_links
from jmt.integrations.onnx.heads.of_wholes import score_pairs_apart, score_pairs_in_order, score_sentences
from jmt.integrations.onnx.heads.of_words import score_features, score_labels, score_tags
from jmt.integrations.onnx.heads.parser import score_arcs

HEADS: dict[str, Callable[[Any, Asked], Scored]] = {
    "tagger": score_tags,
    "parser": score_arcs,
    "lemmatizer": score_labels,
    "morphology": score_features,
    "linker": score_links,
    "classifier": score_sentences,
    "regressor": score_sentences,
    "pair_regressor": score_pairs_apart,
    "pair_classifier": score_pairs_in_order,
}

__all__ = ["HEADS", "Asked", "Scored"]
