"""Where requests become batches: one inference thread, token budgets, results by slot, failures kept apart.

The unit is an item: one sentence, or one pair.  A request is a job of items; each result is written into the slot of
its item, so that answers cannot be mixed up, and the job is done when every slot is filled.  A batch takes the oldest
item that waits and company of about its length (`grouping`).  Nothing waits while the thread is idle.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from jmt.serve.batching.grouping import Budget, choose_batch
from jmt.serve.batching.jobs import Closed, Expired, Item, ItemFailed, Job, Overloaded

LOOK_AHEAD = 512  # how many waiting items are looked at to fill a batch: bounded, so that nobody starves
_OVERHEAD = 100.0  # tokens that a batch costs beside its own, until it has been measured
_SPOILT = 8_192  # tokens of ended jobs that may lie among those that wait before they are swept out

INFERENCE_THREAD = "jmt-inference"

_FADING = 0.9  # of what is remembered of earlier batches, with every new one


class Broken(Exception):
    """What computes is lost (a GPU that reports an error for good): nothing can be run any more."""


@dataclass(frozen=True, slots=True)
class BatcherLimits:
    """How much the batcher takes on."""

    max_batch_tokens: int = 4_096
    max_batch_items: int = 128
    max_waiting_tokens: int = 65_536
    queue_seconds: float = 10.0
    """How long a job may wait until its first item is taken."""


class Watcher:
    """Is told what the batcher does; this one looks away, `metrics` has one that counts."""

    def on_batch(self, items: Sequence[Item], waited: float, seconds: float) -> None:
        """A batch was run: its items, how long the oldest had waited, and how long it took."""

    def on_failure(self, error: BaseException) -> None:
        """The model failed on one item alone."""

    def on_cancelled(self, where: str) -> None:
        """A job ended before its answer was there, while `waiting` or `running`."""


class Batcher:
    """Runs jobs of many requests in common batches, on one thread of its own.

    `run(group, payloads)` gives one result per payload, in order; it is only ever called on the inference thread.
    Where it raises `Broken`, the thread ends, and all that waits fails.
    """

    def __init__(
        self,
        run: Callable[[Any, list[Any]], Sequence[Any]],
        limits: BatcherLimits,
        *,
        watcher: Watcher | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run, self._limits, self._clock = run, limits, clock
        self._watcher = watcher or Watcher()
        self._ended = False
        self._budget = Budget(limits.max_batch_tokens, limits.max_batch_items, _OVERHEAD)
        self._waiting: deque[Item] = deque()
        self._running: list[Item] = []
        self._spoilt = 0
        self.waiting_tokens = 0
        """Tokens of the items that wait for a batch, all requests together."""
        self.waiting_requests = 0
        """Jobs that are not done."""
        self._lately = (0.0, 0.0)  # what the last batches cost, in tokens, and the seconds that they took
        self._running_since: float | None = None
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name=INFERENCE_THREAD, daemon=True)

    @property
    def alive(self) -> bool:
        """Tell whether work is taken and the inference thread runs."""
        return self._thread.is_alive() and not self._closed

    @property
    def died(self) -> bool:
        """Tell whether the inference thread has ended, of itself or because it was closed."""
        return self._ended or (self._thread.ident is not None and not self._thread.is_alive())

    @property
    def running_seconds(self) -> float:
        """Tell for how long the present batch has been running; 0 where none is."""
        since = self._running_since
        return 0.0 if since is None else self._clock() - since

    def set_costs(self, overhead: float, padding: float) -> None:
        """Say what a batch was measured to cost: beside its tokens, in tokens, and for padding, as `Budget` has it."""
        self._budget = replace(self._budget, overhead=overhead, padding=padding)
        self._lately = (0.0, 0.0)  # the measurement is no measure of speed

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
        self.abandon()

    def abandon(self) -> None:
        """Take no more work and fail all that waits or runs, with `Closed`; nothing is waited for."""
        with self._changed:
            self._closed = True
            left = [*self._running, *self._waiting]
            self._changed.notify()
        for item in left:
            item.job.fail(Closed())

    def submit(self, group: Hashable, payloads: Sequence[Any], tokens: Sequence[int]) -> Future[list[Any]]:
        """Queue one job; the future gives its results in the order of `payloads`, see `submit_job`."""
        return self.submit_job(group, payloads, tokens).future

    def submit_job(self, group: Hashable, payloads: Sequence[Any], tokens: Sequence[int]) -> Job:
        """Queue one job; its future gives the results in the order of `payloads`.  Cancelling it gives up the job.

        `tokens` holds the size of each payload.  Raises `Overloaded` where too much waits already (nothing is queued
        then), `Closed` after `close`.  The future raises `ItemFailed` where the model failed on one of the items,
        `Expired` where it was not begun in time, `Closed` where the batcher was given up.
        """
        now, total = self._clock(), sum(tokens)
        job = Job(len(payloads), submitted=now, deadline=now + self._limits.queue_seconds)
        if not payloads:
            job.future.set_result([])
            return job
        with self._changed:
            if self._closed:
                raise Closed
            self._refuse_overload(total)
            job.waiting_tokens = total
            self.waiting_tokens += total
            self.waiting_requests += 1
            self._waiting.extend(
                Item(group, payload, size, job, slot)
                for slot, (payload, size) in enumerate(zip(payloads, tokens, strict=True))
            )
            self._changed.notify()
        job.future.add_done_callback(lambda _: self._release(job))
        return job

    def _refuse_overload(self, total: int) -> None:
        """Refuse a job of so many tokens where it would not fit, or would surely wait for too long."""
        if not self.waiting_tokens:
            return
        cost, seconds = self._lately
        ahead = self.waiting_tokens * seconds / cost if cost else 0.0
        full = self.waiting_tokens + total > self._limits.max_waiting_tokens
        if full or ahead > self._limits.queue_seconds:
            raise Overloaded(max(1.0, ahead))

    def _release(self, job: Job) -> None:
        """Give back at once what an ended job still holds: its items are swept out later."""
        with self._changed:
            self.waiting_requests -= 1
            if job.future.cancelled():
                self._watcher.on_cancelled("waiting" if job.begun is None else "running")
            if job.waiting_tokens:
                self.waiting_tokens -= job.waiting_tokens
                self._spoilt += job.waiting_tokens
                job.waiting_tokens = 0
                if self._spoilt > _SPOILT:
                    self._waiting = deque(item for item in self._waiting if not item.job.ended)
                    self._spoilt = 0

    def _work(self) -> None:
        try:
            while batch := self._next_batch():
                self._running, self._running_since = batch, self._clock()
                self._run_batch(batch)
                self._running, self._running_since = [], None
        except Broken as error:
            self._watcher.on_failure(error)
        finally:
            self._ended = True  # before anybody is told: who asks then must not hear that all is well
            self.abandon()  # however the thread ends, nobody is left waiting for it
            self._running_since = None

    def _next_batch(self) -> list[Item]:
        """Wait for work and take a batch of it; an empty list means that the batcher is closed and nothing is left."""
        while True:
            with self._changed:
                late = self._drop_ended()
                if not late:
                    if self._waiting:
                        return self._choose()
                    if self._closed:
                        return []
                    self._changed.wait()
            for job in late:  # outside the lock: whoever waits for the job is told on this thread
                job.fail(Expired())

    def _drop_ended(self) -> list[Job]:
        """Forget the items at the front whose job has ended, and give the jobs that have waited for too long."""
        now = self._clock()
        while self._waiting and self._waiting[0].job.ended:
            self._waiting.popleft()
        late: list[Job] = []
        for item in self._waiting:
            if item.job.begun is not None or item.job.ended:
                continue  # it is no longer waited for, but those behind it are
            if not item.job.is_late(now):
                break
            if not late or late[-1] is not item.job:
                late.append(item.job)
        return late

    def _choose(self) -> list[Item]:
        """Take the oldest item and its company out of the queue."""
        oldest = self._waiting[0]
        fitting = [
            item for item in islice(self._waiting, LOOK_AHEAD) if item.group == oldest.group and not item.job.ended
        ]
        chosen = choose_batch([item.tokens for item in fitting], self._budget)
        batch = [fitting[position] for position in chosen]
        taken = {id(item) for item in batch}
        window = [self._waiting.popleft() for _ in range(min(LOOK_AHEAD, len(self._waiting)))]
        self._waiting.extendleft(item for item in reversed(window) if id(item) not in taken)
        now = self._clock()
        for item in batch:
            self.waiting_tokens -= item.tokens
            item.job.waiting_tokens -= item.tokens
            item.job.begun = now if item.job.begun is None else item.job.begun
        return batch

    def _run_batch(self, batch: list[Item]) -> None:
        """Run a batch; where it fails, run its halves, down to the one item that is to blame."""
        began = self._clock()
        try:
            results = self._run(batch[0].group, [item.payload for item in batch])
            if len(results) != len(batch):
                raise RuntimeError(f"{len(results)} results for {len(batch)} items")
        except Broken:
            raise
        except Exception as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                self._run_batch(batch[:middle])
                self._run_batch(batch[middle:])
                return
            failure = ItemFailed(batch[0].slot)
            failure.__cause__ = error
            self._watcher.on_failure(error)
            batch[0].job.fail(failure)
            return
        self._note_speed(batch, began)
        for item, result in zip(batch, results, strict=True):
            item.job.fill(item.slot, result)

    def _note_speed(self, batch: Sequence[Item], began: float) -> None:
        seconds = self._clock() - began
        cost, spent = self._lately
        # Small batches are no sign of a slow model: what they cost beside their tokens counts, too.
        tokens = [item.tokens for item in batch]
        own = self._budget.cost(max(tokens), len(tokens), sum(tokens))
        self._lately = (_FADING * cost + own, _FADING * spent + seconds)
        self._watcher.on_batch(batch, began - batch[0].job.submitted, seconds)
