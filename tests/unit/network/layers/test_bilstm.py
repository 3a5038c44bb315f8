"""The bi-LSTM against torch's own, sentence by sentence, and what padding must not change."""

from __future__ import annotations

import pytest
import torch

from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.batches.batching import build_batch
from jmt.network.layers.bilstm import BiLSTM

pytestmark = pytest.mark.numbers

SENTENCES = [["a", "b", "c", "d", "e"], ["a"], ["c", "b", "a"], ["a", "b", "c", "d", "e", "f", "g"]]
LEXICON = Lexicon.from_sentences(SENTENCES, ngram_sizes=(2,))


def reference(layer: BiLSTM, inputs: torch.Tensor) -> torch.Tensor:
    """torch's bidirectional LSTM with the same weights, on one sentence without padding: (1, T, 2H)."""
    lstm = torch.nn.LSTM(inputs.size(-1), layer.size // 2, batch_first=True, bidirectional=True)
    with torch.no_grad():
        for name, value in layer.forwards.named_parameters():
            getattr(lstm, name).copy_(value)
        for name, value in layer.backwards.named_parameters():
            getattr(lstm, f"{name}_reverse").copy_(value)
    hidden: torch.Tensor = lstm(inputs)[0]
    return hidden


def assert_every_sentence_has_its_own_states(layer: BiLSTM, inputs: torch.Tensor, hidden: torch.Tensor) -> None:
    for row, words in enumerate(SENTENCES):
        expected = reference(layer, inputs[row : row + 1, : len(words)])
        assert torch.allclose(hidden[row, : len(words)], expected[0], atol=1e-6)


def test_it_equals_torch_s_bidirectional_lstm_on_every_sentence():
    layer = BiLSTM(4, 3)
    batch = build_batch(SENTENCES, LEXICON)
    inputs = torch.randn(*batch.mask.shape, 4)
    hidden = layer(inputs, batch)

    assert_every_sentence_has_its_own_states(layer, inputs, hidden)


def test_what_stands_in_the_padding_changes_no_state_and_gets_no_gradient():
    layer = BiLSTM(4, 3)
    batch = build_batch(SENTENCES, LEXICON)
    inputs = torch.randn(*batch.mask.shape, 4)
    noisy = torch.where(batch.mask.unsqueeze(-1), inputs, torch.randn_like(inputs) * 100).requires_grad_()
    hidden = layer(noisy, batch)

    assert torch.equal(hidden[batch.mask], layer(inputs, batch)[batch.mask])
    hidden[batch.mask].sum().backward()
    assert not noisy.grad[~batch.mask].any()
    assert noisy.grad[batch.mask].any(dim=-1).all()


def test_with_and_without_gradients_the_states_are_the_same():
    layer = BiLSTM(4, 3)
    batch = build_batch(SENTENCES, LEXICON)
    inputs = torch.randn(*batch.mask.shape, 4)
    with torch.inference_mode():
        quick = layer(inputs, batch)

    assert torch.allclose(quick[batch.mask], layer(inputs, batch)[batch.mask].detach(), atol=1e-6)


def test_without_gradients_padding_is_not_read_and_every_sentence_gets_its_own_states():
    layer = BiLSTM(4, 3)
    batch = build_batch(SENTENCES, LEXICON)
    inputs = torch.randn(*batch.mask.shape, 4).masked_fill(~batch.mask.unsqueeze(-1), float("nan"))
    with torch.no_grad():
        hidden = layer(inputs, batch)

    assert hidden.shape == (*batch.mask.shape, 6)
    assert hidden.isfinite().all()
    assert_every_sentence_has_its_own_states(layer, inputs, hidden)


def test_without_gradients_the_first_rows_can_climb_on_alone():
    layer = BiLSTM(4, 3)
    batch = build_batch(SENTENCES, LEXICON)
    inputs = torch.randn(*batch.mask.shape, 4)
    with torch.no_grad():
        everyone, two = layer(inputs, batch), layer(inputs[:2], batch.keep_rows(2))

    assert torch.allclose(two[batch.mask[:2]], everyone[:2][batch.mask[:2]], atol=1e-6)
