"""Waiting for the model on behalf of one client: until the answer is there, the client leaves, or time is up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError
from typing import Any

from jmt.serve.batching.jobs import Job

Receive = Callable[[], Awaitable[Any]]


class ClientLeft(Exception):
    """Nobody waits for the answer any more."""


async def outcome_of(job: Job, receive: Receive, seconds: float) -> list[Any]:
    """Wait for a job's results; gives up the job where its client leaves or `seconds` are over.

    `receive` is ASGI's, after the whole body was read.  Raises `ClientLeft`, `TimeoutError`, and what the job raises.
    """
    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def on_end(_: Any) -> None:  # on whichever thread ends the job
        if not loop.is_closed():
            loop.call_soon_threadsafe(wake)

    def wake() -> None:
        if not ended.done():
            ended.set_result(None)

    # Starlette and uvicorn tell that a client has left by the next message, and by nothing else.
    leaving = loop.create_task(_give_up_where_left(job, receive))
    timer = loop.call_later(seconds, job.fail, TimeoutError())  # not cancelled: that would count as a client that left
    job.future.add_done_callback(on_end)
    try:
        await ended
        return job.future.result()
    except CancelledError:
        raise ClientLeft from None
    except asyncio.CancelledError:
        job.future.cancel()  # this task itself was cancelled, by a server that ends
        raise
    finally:
        timer.cancel()
        leaving.cancel()


async def _give_up_where_left(job: Job, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    job.future.cancel()
