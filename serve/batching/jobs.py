"""The work of one request: its items, a slot for the result of each, and the one outcome that it gets in the end."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any


class Overloaded(Exception):
    """More is waiting than can be done in time; `seconds` says when to come back."""

    def __init__(self, seconds: float = 1.0) -> None:
        super().__init__(f"too much is waiting; come back in {seconds:.0f} seconds")
        self.seconds = seconds


class Closed(Exception):
    """The batcher takes no more work, or gave up what was left of it."""


class Expired(Exception):
    """The model did not begin with the request in time."""


class ItemFailed(Exception):
    """The model failed on the item in `slot`, alone in a batch; the cause is `__cause__`."""

    def __init__(self, slot: int) -> None:
        super().__init__(f"item {slot} failed")
        self.slot = slot


class Job:
    """The items of one request: a slot for each result, and the future that holds them all in the end."""

    def __init__(self, count: int, *, submitted: float, deadline: float) -> None:
        self.future: Future[list[Any]] = Future()
        self.submitted = submitted
        self.deadline = deadline
        """When the first item has to be taken at the latest."""
        self.begun: float | None = None
        """When the first item was taken."""
        self.waiting_tokens = 0
        """Tokens of the items that still wait; the batcher keeps count."""
        self._outcome = threading.Lock()  # taken once, by whoever ends the job
        self._results: list[Any] = [None] * count
        self._missing = count

    @property
    def ended(self) -> bool:
        """Tell whether nothing more is wanted: done, failed, or its client gone."""
        return self.future.done()

    def is_late(self, now: float) -> bool:
        """Tell whether it has waited for too long without being begun."""
        return self.begun is None and now > self.deadline

    def fill(self, slot: int, result: Any) -> None:
        """Write one result; the last one completes the job."""
        self._results[slot] = result
        self._missing -= 1
        if self._missing == 0 and self._wanted():
            self.future.set_result(self._results)

    def fail(self, error: Exception) -> None:
        """End the job with an error: a request is answered wholly or not at all."""
        if self._wanted():
            self.future.set_exception(error)

    def _wanted(self) -> bool:
        # A job ends once, on whichever thread; a future that was cancelled (its client is gone) takes no result.
        return self._outcome.acquire(blocking=False) and self.future.set_running_or_notify_cancel()


@dataclass(frozen=True, slots=True)
class Item:
    """One sentence or pair: what the model gets, its tokens, and where its result belongs."""

    group: Hashable  # only items of the same group share a batch
    payload: Any
    tokens: int
    job: Job
    slot: int
