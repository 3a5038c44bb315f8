"""A predicted tree as a vector per word: the future work of Hashimoto et al. 2017, section 6.1."""

from __future__ import annotations

from torch import Tensor, nn

from jmt.network.layers.initialization import hidden_linear
from jmt.network.layers.label_embedding import LabelEmbedding


class StructureEmbedding(nn.Module):
    """y_t = sum over relations r of p(r) l(r) + W times the expected governor, sum over j of p(j | t) g_j."""

    def __init__(self, deprels: int, governor_size: int, size: int) -> None:
        super().__init__()
        self.deprels = LabelEmbedding(deprels, size)
        self.governor = hidden_linear(governor_size, size)

    def forward(self, probabilities: Tensor, governors: Tensor) -> Tensor:
        """Return (B, T, size) from relation probabilities (B, T, R) and expected governors (B, T, K)."""
        embedded: Tensor = self.deprels(probabilities) + self.governor(governors)
        return embedded
