"""Predictions of a head of the network alone, from the scores it gave: as the engine makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from jmt.cascade.kinds import KINDS
from jmt.cascade.task_config import HeadConfig
from jmt.network.heads.base import Head


def decode(head: Head, config: HeadConfig, scores: Any, mask: Tensor, *, confidences: bool = False) -> Sequence[Any]:
    """Return a prediction per sentence or pair."""
    decoder = KINDS[config.kind].decoder(config, head.labels)
    return decoder.decode(head.arrays(scores, mask), mask.sum(dim=1).numpy(), confidences=confidences)
