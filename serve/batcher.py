"""Where requests become batches: one inference thread, token budgets, results by slot, failures kept apart.

The unit is an item: one sentence, or one pair.  A request is a job of items; each result is written into the slot of
its item, so that answers cannot be mixed up, and the job is done when every slot is filled.  A batch takes the oldest
item that waits and those closest to it in length.  Nothing waits while the thread is idle.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

LOOK_AHEAD = 512  # how many waiting items are looked at to fill a batch: bounded, so that nobody starves
MOST_ITEMS = 64  # in a batch


class Overloaded(Exception):
    """More tokens are waiting than the batcher may hold."""


class Closed(Exception):
    """The batcher takes no more work."""


class ItemFailed(Exception):
    """The model failed on the item in `slot`, alone in a batch; the cause is `__cause__`."""

    def __init__(self, slot: int) -> None:
        super().__init__(f"item {slot} failed")
        self.slot = slot


class Job:
    """The items of one request: a slot for each result, and the future that holds them all in the end."""

    def __init__(self, count: int) -> None:
        self.future: Future[list[Any]] = Future()
        self._results: list[Any] = [None] * count
        self._missing = count

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
        # A future that was cancelled (its client is gone) takes no result; a job ends once.
        return not self.future.done() and self.future.set_running_or_notify_cancel()


@dataclass(frozen=True, slots=True)
class Item:
    """One sentence or pair: what the model gets, its tokens, and where its result belongs."""

    group: Hashable  # only items of the same group share a batch: same endpoint, same tasks
    payload: Any
    tokens: int
    job: Job
    slot: int


class Batcher:
    """Runs jobs of many requests in common batches, on one thread of its own.

    `run(group, payloads)` gives one result per payload, in order; it is only ever called on the inference thread.
    """

    def __init__(
        self, run: Callable[[Any, list[Any]], Sequence[Any]], *, max_batch_tokens: int, max_waiting_tokens: int
    ) -> None:
        self._run = run
        self._max_batch_tokens = max_batch_tokens
        self._max_waiting_tokens = max_waiting_tokens
        self._waiting: deque[Item] = deque()
        self._waiting_tokens = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="jmt-inference", daemon=True)

    @property
    def alive(self) -> bool:
        """Tell whether work is taken and the inference thread runs."""
        return self._thread.is_alive() and not self._closed

    @property
    def waiting_tokens(self) -> int:
        """Count the tokens of the items that wait for a batch."""
        return self._waiting_tokens

    def start(self) -> None:
        """Start the inference thread."""
        self._thread.start()

    def close(self, timeout: float | None = None) -> None:
        """Take no more work, finish what waits, and end the thread; after `timeout` seconds fail what is left."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        with self._changed:
            while self._waiting:
                self._take(self._waiting.popleft()).job.fail(Closed())

    def submit(self, group: Hashable, payloads: Sequence[Any], tokens: Sequence[int]) -> Future[list[Any]]:
        """Queue one job; the future gives its results in the order of `payloads`.

        `tokens` holds the size of each payload.  Raises `Overloaded` where too much waits already (nothing is queued
        then), `Closed` after `close`.  The future raises `ItemFailed` where the model failed on one of the items.
        """
        job = Job(len(payloads))
        if not payloads:
            job.future.set_result([])
            return job.future
        total = sum(tokens)
        with self._changed:
            if self._closed:
                raise Closed
            if self._waiting and self._waiting_tokens + total > self._max_waiting_tokens:
                raise Overloaded
            self._waiting_tokens += total
            self._waiting.extend(
                Item(group, payload, size, job, slot)
                for slot, (payload, size) in enumerate(zip(payloads, tokens, strict=True))
            )
            self._changed.notify()
        return job.future

    def _work(self) -> None:
        while batch := self._next_batch():
            self._run_batch(batch)

    def _next_batch(self) -> list[Item]:
        """Wait for work and take a batch of it; an empty list means that the batcher is closed and nothing is left."""
        with self._changed:
            while True:
                self._drop_abandoned()
                if self._waiting:
                    return self._choose()
                if self._closed:
                    return []
                self._changed.wait()

    def _drop_abandoned(self) -> None:
        """Forget the items at the front whose job has ended: failed, or its client gone."""
        while self._waiting and self._waiting[0].job.future.done():
            self._take(self._waiting.popleft())

    def _choose(self) -> list[Item]:
        """Take the oldest item and, while padding stays within the budget, those closest to it in length."""
        window = [self._waiting.popleft() for _ in range(min(LOOK_AHEAD, len(self._waiting)))]
        oldest = window[0]
        company = [item for item in window[1:] if item.group == oldest.group and not item.job.future.done()]
        company.sort(key=lambda item: abs(item.tokens - oldest.tokens))  # stable: among equals the older goes first
        batch, longest = [oldest], oldest.tokens
        for item in company:
            longest = max(longest, item.tokens)
            if len(batch) == MOST_ITEMS or longest * (len(batch) + 1) > self._max_batch_tokens:
                break
            batch.append(item)
        taken = {id(item) for item in batch}
        self._waiting.extendleft(item for item in reversed(window) if id(item) not in taken)
        return [self._take(item) for item in batch]

    def _take(self, item: Item) -> Item:
        self._waiting_tokens -= item.tokens
        return item

    def _run_batch(self, batch: list[Item]) -> None:
        """Run a batch; where it fails, run its halves, down to the one item that is to blame."""
        try:
            results = self._run(batch[0].group, [item.payload for item in batch])
            if len(results) != len(batch):
                raise RuntimeError(f"{len(results)} results for {len(batch)} items")
        except Exception as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                self._run_batch(batch[:middle])
                self._run_batch(batch[middle:])
                return
            failure = ItemFailed(batch[0].slot)
            failure.__cause__ = error
            batch[0].job.fail(failure)
            return
        for item, result in zip(batch, results, strict=True):
            item.job.fill(item.slot, result)
