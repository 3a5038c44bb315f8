"""Maxout layers (Goodfellow et al. 2013), the hidden layers of the pair classifiers."""

from __future__ import annotations

from torch import Tensor, nn

from jmt.network.layers.initialization import hidden_linear


class Maxout(nn.Module):
    """The largest of `pool` affine maps for each of `outputs` units."""

    def __init__(self, inputs: int, outputs: int, pool: int) -> None:
        super().__init__()
        self.pool = pool
        self.affine = hidden_linear(inputs, outputs * pool)

    def forward(self, values: Tensor) -> Tensor:
        """Return (..., outputs) from (..., inputs)."""
        mapped: Tensor = self.affine(values)
        largest: Tensor = mapped.unflatten(-1, (-1, self.pool)).amax(dim=-1)  # type: ignore[no-untyped-call]
        return largest
