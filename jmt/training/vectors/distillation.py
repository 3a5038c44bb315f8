"""Vectors of words out of a pretrained encoder: each word alone, the mean of its pieces, fewer dimensions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols.pieces import PieceTokenizer
from jmt.errors import ConfigError
from jmt.network.batches.pieces import PieceTensors
from jmt.network.encoders.families.base import Stack
from jmt.network.encoders.pretrained import build_stack

BATCH = 256

Layers = int | Literal["mean"]
"""One layer (0 = the embeddings, negative counts from the top), or the mean of all of them, embeddings included."""


def encode_words(pretrained: Pretrained, words: Sequence[str], layers: Layers) -> Iterator[np.ndarray]:
    """Yield the states of words, (up to BATCH, H) float32 at a time, each word alone between the encoder's marks.

    Raises:
        ConfigError: a layer that the encoder does not have.
    """
    stack = build_stack(pretrained).eval()
    top = len(stack.blocks)
    if layers != "mean" and not -top - 1 <= layers <= top:
        raise ConfigError(f"--layer {layers}: this encoder has layers 0 (the embeddings) to {top}, or `mean`")
    tokenizer = PieceTokenizer(pretrained.tokenizer, longest=pretrained.longest)
    for start in range(0, len(words), BATCH):
        batch = [[word] for word in words[start : start + BATCH]]
        alone = np.ones((len(batch), 1), dtype=np.bool_)
        layout = PieceTensors.of(tokenizer.lay_out(batch, overlap=0, pairs=False), alone)
        with torch.inference_mode():
            states = _read_layers(stack, layout, layers)
            pooled = F.embedding_bag(layout.bags, states.flatten(0, 1), layout.bag_starts, mode="mean")
        yield pooled.numpy()


def _read_layers(stack: Stack, layout: PieceTensors, layers: Layers) -> Tensor:
    """Return the states of one layer, or the mean of all, (W, P, H)."""
    wanted = len(stack.blocks) if layers == "mean" else layers % (len(stack.blocks) + 1)
    stream = stack.embed(layout)
    around, states = stack.surround(stream, layout.mask), stack.read(stream)
    total = states
    for block in range(wanted):
        stream = stack.run(block, stream, around[block])
        states = stack.read(stream)
        total = total + states
    return total / (wanted + 1) if layers == "mean" else states


def reduce_size(states: np.ndarray, size: int) -> np.ndarray:
    """Return the first `size` principal components of states (N, H), centred: (N, size) float32.

    Raises:
        ConfigError: more components than there are dimensions or words.
    """
    if size > min(states.shape):
        raise ConfigError(
            f"--size {size}: {len(states)} words of {states.shape[1]} dimensions have at most {min(states.shape)}"
        )
    centred = states.astype(np.float64) - states.mean(0, dtype=np.float64)
    strengths, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, np.argsort(-strengths, kind="stable")[:size]]
    # An axis has no sign of its own; this one makes the result the same everywhere.
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(size)])
    result: np.ndarray = (centred @ axes).astype(np.float32)
    return result
