"""Heads that choose a label for every word: W ReLU(V h_t + b) + c, for a softmax, a CRF, or one per attribute."""

from __future__ import annotations

import math

import numpy as np

from jmt.cascade.decoding.features import FeatureIndex
from jmt.cascade.task_config import HeadConfig, TaggerConfig
from jmt.integrations.onnx.graph import Value
from jmt.integrations.onnx.heads.base import Asked, Output, Scored
from jmt.integrations.onnx.heads.crf import marginals
from jmt.integrations.onnx.operators import affine, choose, concatenate, relu, reshape, softmax
from jmt.integrations.onnx.words import WORDS, mask_of


def score_labels(config: HeadConfig, asked: Asked) -> Scored:
    """Score labels under a softmax per word; levels above read p(label), (B, T, L)."""
    scores = _logits(asked)
    return Scored(_outputs(asked, scores), lambda: (softmax(scores),), {})


def score_tags(config: TaggerConfig, asked: Asked) -> Scored:
    """Score labels under what `decoder` names; levels above read p(label), of a CRF the marginals, (B, T, L)."""
    if config.decoder == "softmax":
        return score_labels(config, asked)
    scores = _logits(asked)
    return Scored(_outputs(asked, scores), lambda: (marginals(config, asked, scores, mask_of(scores)),), {})


def score_features(config: HeadConfig, asked: Asked) -> Scored:
    """Score values and bundles; levels above read (B, T, L), a distribution per attribute and one over the bundles."""
    scores, index = _logits(asked), FeatureIndex(asked.labels)

    def signal() -> tuple[Value, ...]:
        impossible = choose(scores, np.zeros(1, np.int64)) * 0.0 + -math.inf
        values = choose(concatenate([scores, impossible]), index.values)  # (B, T, A, W)
        cells = [reshape(softmax(values), 0, 0, -1)] if index.attributes else []
        return (choose(concatenate([*cells, softmax(choose(scores, index.wholes))]), index.origins),)

    return Scored(_outputs(asked, scores), signal, {})


def _logits(asked: Asked) -> Value:
    inner = relu(affine(asked.hidden, asked.weights, "classifier.1"))
    return affine(inner, asked.weights, "classifier.4")


def _outputs(asked: Asked, scores: Value) -> dict[str, Output]:
    return {"scores": Output(scores, (*WORDS, len(asked.labels)), "of each label for each word, before the softmax")}
