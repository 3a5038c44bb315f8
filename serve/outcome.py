"""Waiting for the model on behalf of one client: until the answer is there, the client leaves, or time is up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from jmt.serve.jobs import Job

Receive = Callable[[], Awaitable[Any]]


class ClientLeft(Exception):
    """Nobody waits for the answer any more."""


async def outcome_of(job: Job, receive: Receive, seconds: float) -> list[Any]:
    """Wait for a job's results; gives up the job where its client leaves or `seconds` are over.

    `receive` is ASGI's, after the whole body was read.  Raises `ClientLeft`, `TimeoutError`, and what the job raises.
    """
    loop = asyncio.get_running_loop()
    left = False

    def on_leaving(_: Any) -> None:
        nonlocal left
        left = job.future.cancel()

    def on_late() -> None:
        job.fail(TimeoutError())  # not cancelled: that would count as a client that left

    waiting = asyncio.wrap_future(job.future)
    # Starlette and uvicorn tell that a client has left by the next message, and by nothing else.
    leaving = loop.create_task(_leaving(receive))
    leaving.add_done_callback(on_leaving)
    timer = loop.call_later(seconds, on_late)
    try:
        return await waiting
    except asyncio.CancelledError:
        if left:
            raise ClientLeft from None
        job.future.cancel()  # this task itself was cancelled, by a server that ends
        raise
    finally:
        timer.cancel()
        leaving.remove_done_callback(on_leaving)
        leaving.cancel()


async def _leaving(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
