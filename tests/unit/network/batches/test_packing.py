"""The order in which an LSTM reads whole sentences, against torch's own packing."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence

from jmt.network.batches.packing import build_packing


def mask_of(lengths: list[int], width: int | None = None) -> np.ndarray:
    return np.arange(width or max(lengths))[None, :] < np.array(lengths)[:, None]


@pytest.mark.parametrize("lengths", [[3], [1, 1], [2, 5, 1, 5, 4], [7, 7, 7]])
def test_words_stand_in_the_order_of_a_packed_sequence(lengths):
    values = torch.randn(len(lengths), max(lengths), 4)
    packing = build_packing(mask_of(lengths))
    expected = pack_padded_sequence(values, torch.tensor(lengths), batch_first=True, enforce_sorted=False)

    assert torch.equal(packing.sizes, expected.batch_sizes)
    assert torch.equal(packing.pack(values), expected.data)  # of equal lengths, both put the first one first


def test_padding_again_gives_every_word_back_its_place():
    lengths = [2, 5, 1]
    mask = mask_of(lengths)
    values = torch.randn(*mask.shape, 4)
    packing = build_packing(mask)
    padded = packing.pad(packing.pack(values))

    assert padded.shape == values.shape
    assert torch.equal(padded[torch.from_numpy(mask)], values[torch.from_numpy(mask)])


def test_positions_that_no_sentence_reaches_stay_in_the_padded_batch():
    mask = mask_of([2, 1], width=4)  # the longest sentence has stayed behind on a lower level
    packing = build_packing(mask)
    values = torch.randn(2, 4, 3)

    assert packing.sizes.tolist() == [2, 1]
    padded = packing.pad(packing.pack(values))
    assert padded.shape == (2, 4, 3)
    assert torch.equal(padded[torch.from_numpy(mask)], values[torch.from_numpy(mask)])
