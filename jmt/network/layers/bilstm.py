"""The bi-directional LSTM of one level (eq. 1 of Hashimoto et al. 2017)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from jmt.network.batches.batching import SentenceBatch
from jmt.network.batches.packing import Packing
from jmt.network.layers.initialization import fill_uniform


class BiLSTM(nn.Module):
    """Two LSTMs, one per direction; h_t = [forward h_t ; backward h_t]."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.size = 2 * hidden_size
        self.forwards = build_lstm(input_size, hidden_size)
        self.backwards = build_lstm(input_size, hidden_size)

    def forward(self, inputs: Tensor, sentences: SentenceBatch) -> Tensor:
        """Return h, (B, T, 2H), from inputs (B, T, I); values at padding mean nothing."""
        # Without gradients a CPU reads mixed lengths up to twice as fast where padding is left out; with them
        # the many short steps cost more than they save, and on a GPU it has not been measured.
        if not torch.is_grad_enabled() and inputs.device.type == "cpu":
            return self._read_packed(inputs, sentences.packing)
        return self._read_padded(inputs, sentences.reversal)

    def _read_padded(self, inputs: Tensor, reversal: Tensor) -> Tensor:
        """Read padding, too: the backward LSTM reads each sentence reversed within its own length.

        So padding comes last for both, and no state of a real token ever depends on it.
        """
        ahead, _ = self.forwards(inputs)
        behind, _ = self.backwards(_rearrange(inputs, reversal))
        return torch.cat([ahead, _rearrange(behind, reversal)], dim=-1)

    def _read_packed(self, inputs: Tensor, packing: Packing) -> Tensor:
        """Read real tokens only, both directions in one call."""
        start = inputs.new_zeros(2, packing.sentences, self.size // 2)
        weights: list[Tensor] = [*self.forwards.all_weights[0], *self.backwards.all_weights[0]]
        hidden, _, _ = torch.lstm(
            packing.pack(inputs), packing.sizes, (start, start), weights, True, 1, 0.0, False, True
        )  # with biases, one layer, no dropout, not training, bidirectional
        return packing.pad(hidden)


def _rearrange(values: Tensor, order: Tensor) -> Tensor:
    """Take (B, T, D) values in another order of the positions, (B, T), per row."""
    # gather, not indexing: its backward is the same from run to run with several threads.
    return values.gather(1, order.unsqueeze(-1).expand(-1, -1, values.size(-1)))


def build_lstm(input_size: int, hidden_size: int) -> nn.LSTM:
    """Build a one-directional LSTM with uniform gates, zero biases and a forget bias of 1."""
    lstm = nn.LSTM(input_size, hidden_size, batch_first=True)
    values = dict(lstm.named_parameters())
    for gate in range(4):
        rows = slice(gate * hidden_size, (gate + 1) * hidden_size)
        fill_uniform(values["weight_ih_l0"].data[rows], hidden_size, input_size + hidden_size)
        fill_uniform(values["weight_hh_l0"].data[rows], hidden_size, input_size + hidden_size)
    nn.init.zeros_(values["bias_ih_l0"])
    nn.init.zeros_(values["bias_hh_l0"])
    with torch.no_grad():  # torch keeps two biases per gate and adds them: only one of them gets the 1
        values["bias_ih_l0"][hidden_size : 2 * hidden_size] = 1.0  # gate order i, f, g, o
    return lstm
