"""The batcher under any order of events: each job gets one outcome, the right one, and all counts return to 0."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from jmt.serve.batching.batcher import Batcher, BatcherLimits
from jmt.serve.batching.jobs import Closed, Expired, ItemFailed, Overloaded

QUEUE_SECONDS = 10.0
ROOM = 120


class AnyOrder(RuleBasedStateMachine):
    """Submit, cancel, fail, let time pass and give up, with a clock and a model of the test's own.

    The thread is never started: the machine takes its steps itself, so that every run can be repeated.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.given_up = False
        self.seen: list[int] = []
        self.outcomes: dict[int, int] = {}
        self.jobs: list[tuple[Future[list[Any]], list[int]]] = []
        self.submitted: list[float] = []
        limits = BatcherLimits(
            max_batch_tokens=40, max_batch_items=4, max_waiting_tokens=ROOM, queue_seconds=QUEUE_SECONDS
        )
        self.batcher = Batcher(self.model, limits, clock=lambda: self.now)

    def model(self, group: str, payloads: list[int]) -> list[int]:
        self.seen += payloads
        if any(payload % 7 == 0 for payload in payloads):
            raise ValueError("poison")
        return [10 * payload for payload in payloads]

    @rule(
        items=st.lists(st.tuples(st.integers(1, 100), st.integers(1, 45)), min_size=1, max_size=6),
        group=st.sampled_from("ab"),
    )
    def submit(self, items: list[tuple[int, int]], group: str) -> None:
        payloads, tokens = [payload for payload, _ in items], [size for _, size in items]
        before = self.batcher.waiting_tokens
        try:
            future = self.batcher.submit(group, payloads, tokens)
        except Overloaded:
            assert before + sum(tokens) > ROOM
            assert self.batcher.waiting_tokens == before
            return
        except Closed:
            assert self.given_up
            return
        number = len(self.jobs)
        future.add_done_callback(lambda _: self.outcomes.update({number: self.outcomes.get(number, 0) + 1}))
        self.jobs.append((future, payloads))
        self.submitted.append(self.now)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        future, _ = data.draw(st.sampled_from(self.jobs))
        future.cancel()

    @rule(seconds=st.floats(0, 2 * QUEUE_SECONDS))
    def let_time_pass(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: self.batcher.waiting_tokens)
    @rule()
    def run_a_batch(self) -> None:
        if batch := self._next():
            begun = [item.job for item in batch if item.job.begun == self.now]
            assert all(self.now <= job.submitted + QUEUE_SECONDS for job in begun)
            waiting = [item.job for item in self.batcher._waiting if not item.job.ended]
            assert not any(job.is_late(self.now) for job in waiting)  # whoever waits too long is told at the next batch
            self.batcher._run_batch(batch)

    def _next(self) -> list[Any]:
        """What the thread would take; it would wait where nothing is left, which a machine must not."""
        for job in self.batcher._drop_ended():
            job.fail(Expired())
        return self.batcher._next_batch() if self.batcher.waiting_tokens else []

    @rule()
    @precondition(lambda self: len(self.jobs) > 5)
    def give_up(self) -> None:
        self.given_up = True
        self.batcher.abandon()

    @invariant()
    def counts_are_those_of_the_open_jobs(self) -> None:
        assert self.batcher.waiting_requests == sum(not future.done() for future, _ in self.jobs)
        assert 0 <= self.batcher.waiting_tokens <= max(ROOM, 6 * 45)

    def teardown(self) -> None:
        while self.batcher.waiting_tokens:
            self.run_a_batch()
        assert (self.batcher.waiting_tokens, self.batcher.waiting_requests) == (0, 0)
        assert self.outcomes == dict.fromkeys(range(len(self.jobs)), 1)
        for (future, payloads), submitted in zip(self.jobs, self.submitted, strict=True):
            if future.cancelled():
                continue
            error = future.exception(0)
            if error is None:
                assert future.result(0) == [10 * payload for payload in payloads]
            elif isinstance(error, ItemFailed):
                assert payloads[error.slot] % 7 == 0
            elif isinstance(error, Expired):
                assert self.now > submitted + QUEUE_SECONDS
            else:
                assert isinstance(error, Closed)
                assert self.given_up


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=50, stateful_step_count=30)


@pytest.mark.soak
class TestAnyOrderForLonger(AnyOrder.TestCase):  # type: ignore[misc,name-defined]
    """The same, far longer."""

    settings = settings(max_examples=5_000, stateful_step_count=60)
