"""MGDA: the shortest vector in the hull of the gradients, which no task objects to (Sener and Koltun, NeurIPS 2018)."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from torch import Tensor

from jmt.training.weighting.base import RowWeighting, among_reaching
from jmt.training.weighting.solvers import min_norm

Normalize = Literal["none", "l2", "loss", "loss+"]


class MgdaWeighting(RowWeighting):
    """a on the simplex with the smallest ||sum a_t g_t|| (eq. 3); applied to the gradients as they are.

    With `normalize` the hull is that of g_t / n_t, n_t the gradient's length (l2), the loss, or both multiplied.
    """

    def __init__(self, *, normalize: Normalize = "none") -> None:
        super().__init__()
        self.normalize = normalize

    def weights(self, losses: Tensor, gram: Tensor) -> Tensor:
        """Return a (T,)."""
        return among_reaching(gram, lambda part, numbers: self._shortest(losses[numbers], part))

    def _shortest(self, losses: Tensor, gram: Tensor) -> Tensor:
        matrix, values = gram.numpy(), losses.numpy()
        lengths = np.sqrt(np.diag(matrix))
        scales = {"none": np.ones_like(values), "l2": lengths, "loss": values, "loss+": values * lengths}
        scale = np.maximum(scales[self.normalize], 1e-12)
        return torch.from_numpy(min_norm(matrix / np.outer(scale, scale)))
