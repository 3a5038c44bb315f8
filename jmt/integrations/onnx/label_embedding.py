"""A lower task's prediction as a vector: the label embedding of eq. 2 of Hashimoto et al. 2017, as nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jmt.files.quantise import Array
from jmt.integrations.onnx.graph import Value
from jmt.integrations.onnx.operators import affine


def embed(signal: Sequence[Value], weights: Mapping[str, Array]) -> Value:
    """Return (..., D) from what a head says to levels above: probabilities, and of a parser expected governors."""
    if "table" in weights:
        [probabilities] = signal
        return probabilities @ weights["table"]
    probabilities, governors = signal
    return probabilities @ weights["deprels.table"] + affine(governors, weights, "governor")
