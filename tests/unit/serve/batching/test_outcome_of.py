"""A request that waits for its job: what ends the wait, and that nothing is left of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jmt.serve.batching.jobs import Job
from jmt.serve.batching.outcome import ClientLeft, outcome_of


async def stay() -> Any:
    """ASGI's `receive` of a client that waits."""
    await asyncio.Event().wait()


def test_when_the_answer_is_there_neither_a_timer_nor_a_watch_for_the_client_is_left():
    async def wait() -> None:
        loop, job, timers = asyncio.get_running_loop(), Job(1, submitted=0, deadline=1), []
        call_later = loop.call_later
        loop.call_later = lambda *call: timers.append(call_later(*call)) or timers[-1]
        loop.call_soon(job.fill, 0, "answer")
        assert await outcome_of(job, stay, 60) == ["answer"]
        await asyncio.sleep(0)
        assert [timer.cancelled() for timer in timers] == [True]
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(wait())


def test_what_a_client_sends_while_it_waits_is_no_leave_and_its_leaving_gives_up_the_job():
    async def wait() -> None:
        job, told = Job(1, submitted=0, deadline=1), [{"type": "http.disconnect"}, {"type": "http.request"}]

        async def receive() -> Any:
            assert not job.ended
            return told.pop()

        with pytest.raises(ClientLeft):
            await outcome_of(job, receive, 60)
        assert job.future.cancelled()
        assert not told

    asyncio.run(wait())


def test_a_request_that_is_itself_cancelled_gives_up_its_job_without_a_word(caplog: pytest.LogCaptureFixture):
    async def wait() -> None:
        job = Job(1, submitted=0, deadline=1)
        waiting = asyncio.create_task(outcome_of(job, stay, 60))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert job.future.cancelled()
        await asyncio.sleep(0)

    asyncio.run(wait())
    assert not caplog.records
