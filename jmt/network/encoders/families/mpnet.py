"""MPNet: all layers add the same bias to scores of attention, by how far two pieces are apart."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from jmt.network.encoders.families.base import Stack


class MPNetStack(Stack):
    """MPNet's (Song et al. 2020): BERT's without types, with one table of biases of distances."""

    typed = False
    attention = "eager"  # the only one that the library has for it
    shared: Any  # the library's encoder without its blocks; torch types what it holds as plain modules

    def __init__(self, model: nn.Module) -> None:
        super().__init__(model)
        self.shared = model.get_submodule("encoder")
        del self.shared.layer

    def surround(self, stream: Tensor, mask: Tensor) -> list[dict[str, Any]]:
        """Return the mask as what is added to scores, and the bias, (1, heads, P, P)."""
        hidden = mask.logical_not()[:, None, None, :] * torch.finfo(torch.float32).min
        bias = self.shared.compute_position_bias(stream[:1])
        return [{"attention_mask": hidden, "position_bias": bias}] * len(self.blocks)
