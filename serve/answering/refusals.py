"""The problems that several places report: no room, no readiness, an item that the model failed on."""

from __future__ import annotations

import math

from jmt.errors import ScoreError
from jmt.serve.answering.problems import Problem, at
from jmt.serve.batching.jobs import ItemFailed


def overloaded(seconds: float) -> Problem:
    """Build the problem of too much work; `seconds` is when it is worth to come back."""
    return Problem("overloaded", "too much is waiting already; try again", headers=later(seconds))


def not_ready(trouble: str) -> Problem:
    """Build the problem of a service that takes no requests now."""
    return Problem("not_ready", trouble, headers=later(1))


def later(seconds: float) -> dict[str, str]:
    """Give the header that says when to come back, in whole seconds."""
    return {"Retry-After": str(max(1, math.ceil(seconds)))}


def failed_item(failure: ItemFailed, pointer: str) -> Problem:
    """Build the problem of one sentence or pair that the model failed on, alone."""
    rest = "nothing of the request is answered"
    if isinstance(failure.__cause__, MemoryError):
        return at(pointer, "resource_exhausted", f"this item takes more memory than there is; {rest}")
    if isinstance(failure.__cause__, ScoreError):
        return at(pointer, "non_finite", f"the model's scores of this item are no numbers; {rest}")
    return at(pointer, "internal_error", f"the model failed on this item; {rest}")
