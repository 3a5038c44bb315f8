"""A real fork in a test: the child does one thing and says what came of it, or is ended where it hangs."""

from __future__ import annotations

import os
import select
import signal
import warnings
from collections.abc import Callable

DEADLINE = 60.0
"""Seconds; a child that works needs well under one."""


def in_a_fork(work: Callable[[], object]) -> str:
    """Fork, call `work` in the child, and return its value as text, an error by name and message, or `hangs`."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # from Python 3.12 on: that this process has threads, which is the point
        child = os.fork()
    if child == 0:
        try:
            said = str(work())
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        ready, _, _ = select.select([stream], [], [], DEADLINE)
        said = stream.read().decode() if ready else "hangs"
    if not ready:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return said
