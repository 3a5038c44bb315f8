"""Looks after the inference thread: a service whose model is dead or stuck says so, and asks for a new process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from jmt.serve.watching.health import Health
from jmt.serve.watching.logs import log_event

PATIENCE = 2.0  # times the watchdog's limit: after one `/readyz` says no, after two the process is given up


async def watch(health: Health, on_fatal: Callable[[str], None]) -> None:
    """Look every now and then until cancelled; `on_fatal` is called at most once, with the reason."""
    pause = min(1.0, health.watchdog_seconds / 10)
    said = False
    while True:
        await asyncio.sleep(pause)
        if health.stuck and not said:
            log_event(logging.ERROR, "stuck", {"seconds": round(health.batcher.running_seconds, 1)})
        said = health.stuck
        reason = "the inference thread has ended" if health.dead else None
        if health.batcher.running_seconds > PATIENCE * health.watchdog_seconds and health.warm:
            reason = "the model has not answered for too long"
        if reason is not None and not health.draining:
            health.batcher.abandon()  # whoever waits is told so, while there is still somebody to tell
            on_fatal(reason)
            return
