"""Two sentences that are compared word by word: against loops over the words that are there."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from jmt.network.layers.cross_attention import CrossAttention

SIZE, COMPARED = 5, 3
LENGTHS = ((4, 2), (1, 3))
"""Words of the first and of the second sentence of two pairs."""


def layer() -> CrossAttention:
    torch.manual_seed(3)
    made = CrossAttention(SIZE, COMPARED, dropout=0.5)
    return made.double().eval()


def vector_of(made: CrossAttention, words: Tensor, others: Tensor) -> Tensor:
    """[max c ; mean c ; mean h] of one sentence, word by word, without a mask."""
    compared = []
    for word in words:
        scores = torch.stack([made.align(word) @ made.align(other) for other in others]) / math.sqrt(COMPARED)
        aligned = sum(weight * other for weight, other in zip(scores.softmax(0), others, strict=True))
        compared.append(made.compare(torch.cat([word, aligned, word - aligned, word * aligned])).relu())
    rows = torch.stack(compared)
    return torch.cat([rows.amax(0), rows.mean(0), words.mean(0)])


def test_every_word_looks_at_all_words_of_the_other_sentence_and_at_nothing_behind_its_end():
    made, longest = layer(), 4
    hidden = torch.randn(4, longest, SIZE, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    lengths = [first for first, _ in LENGTHS] + [second for _, second in LENGTHS]
    mask = torch.arange(longest)[None] < torch.tensor(lengths)[:, None]
    with torch.no_grad():
        first, second = made(hidden, mask)
        for number, (one, two) in enumerate(LENGTHS):
            words, others = hidden[number, :one], hidden[2 + number, :two]
            torch.testing.assert_close(first[number], vector_of(made, words, others))
            torch.testing.assert_close(second[number], vector_of(made, others, words))
