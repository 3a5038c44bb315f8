"""Rules that TorchJD (MIT) has right, behind one door; its solvers under the GPL are not needed."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor
from torchjd.aggregation import (
    AlignedMTLWeighting,
    DualProjWeighting,
    IMTLGWeighting,
    PCGradWeighting,
    UPGradWeighting,
)
from torchjd.linalg import DualConeProjector, PSDMatrix

from jmt.training.weighting.solvers import project_to_dual_cone


class NnlsProjector(DualConeProjector):
    """Exact projection by non-negative least squares, in place of quadprog."""

    def __call__(self, U: Tensor, G: PSDMatrix) -> Tensor:  # noqa: N803 - the names are TorchJD's
        """Return the weights of the projections of the rows of U (..., T), for the Gram matrix G (T, T)."""
        return torch.from_numpy(project_to_dual_cone(U.numpy(), G.numpy()))


def pcgrad(gram: Tensor) -> Tensor:
    """PCGrad: each gradient loses what opposes the others, in an order drawn by torch (Yu et al. 2020)."""
    return PCGradWeighting()(cast(PSDMatrix, gram))


def aligned(gram: Tensor) -> Tensor:
    """Aligned-MTL: the principal components of the gradients at one length (Senushkin et al., CVPR 2023)."""
    return AlignedMTLWeighting()(cast(PSDMatrix, gram))


def imtl_g(gram: Tensor) -> Tensor:
    """IMTL-G: a direction with the same projection on every unit gradient (Liu et al., ICLR 2021)."""
    return IMTLGWeighting()(cast(PSDMatrix, gram))


def upgrad(gram: Tensor) -> Tensor:
    """UPGrad: the mean of the gradients' projections onto directions that harm no task (Quinton and Rey 2024)."""
    return UPGradWeighting(projector=NnlsProjector())(cast(PSDMatrix, gram))


def dualproj(gram: Tensor) -> Tensor:
    """DualProj: the projection of the mean gradient onto directions that harm no task (Lopez-Paz and Ranzato 2017)."""
    return DualProjWeighting(projector=NnlsProjector())(cast(PSDMatrix, gram))
