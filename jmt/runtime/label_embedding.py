"""A lower task's prediction as a vector: the label embedding of eq. 2 of Hashimoto et al. 2017."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jmt.files.quantise import Array
from jmt.runtime.affine import Affine


class _LabelEmbedding:
    """y_t = sum over labels j of p(y_t = j | h_t) l(j) (eq. 2)."""

    def __init__(self, table: Array) -> None:
        self._table = table  # (L, D)

    def __call__(self, probabilities: Array) -> Array:
        """Return (..., D) from probabilities (..., L)."""
        embedded: Array = probabilities @ self._table
        return embedded


class _StructureEmbedding:
    """y_t = sum over relations r of p(r) l(r) + W times the expected governor (section 6.1, future work)."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._deprels = weights["deprels.table"]
        self._governor = Affine(weights, "governor")

    def __call__(self, probabilities: Array, governors: Array) -> Array:
        """Return (N, D) from relation probabilities (N, R) and expected governors (N, K)."""
        embedded: Array = probabilities @ self._deprels
        embedded += self._governor(governors)
        return embedded


def build_label_embedding(weights: Mapping[str, Array]) -> Callable[..., Array]:
    """Build what makes (..., D) of the signal of a task's head, by the names of its weights."""
    return _LabelEmbedding(weights["table"]) if "table" in weights else _StructureEmbedding(weights)
