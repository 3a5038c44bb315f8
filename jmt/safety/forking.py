"""What a forked child inherits: locks that are free, over state that is whole.

A fork copies one thread only.  A lock that another thread held would stay held in the child for ever, and what it
guards half written, in Python as in the libraries below.  So a fork waits until nobody holds one of these locks, and
nobody takes one until the fork is done.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from jmt.errors import InputError

PATIENCE = 60.0
"""Seconds that a fork waits for the locks at most, all of them together; a batch takes a few."""


class ForkLock:
    """A lock that a forked child finds free, since the fork waited for it; the thread that holds it may take it again.

    Where the fork could wait no longer, the child's first use raises InputError: it never hangs.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._torn = False
        with _GATE:
            _LOCKS.add(self)

    def __enter__(self) -> None:
        """Take the lock, after a fork that waits for it."""
        with _GATE:
            pass
        self._lock.acquire()
        if self._torn:
            self._lock.release()
            raise InputError(
                "this process was forked while another thread was at work for longer than a fork can wait, and what it "
                "left is half done: load the model anew here, or start processes by spawn"
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        self._lock.release()

    def wait(self, seconds: float) -> bool:
        """Take the lock for a fork, if it comes free in time."""
        return self._lock.acquire(timeout=max(0.0, seconds))

    def release(self) -> None:
        """Give back what `wait` took."""
        self._lock.release()

    def renew(self) -> None:
        """Free the lock in a child, and note that its holder never came to an end."""
        self._lock = threading.RLock()
        self._torn = True


_GATE = threading.RLock()  # held by the thread that forks; whoever wants a lock passes through
_LOCKS: weakref.WeakSet[ForkLock] = weakref.WeakSet()
_waited: list[tuple[ForkLock, bool]] = []
_settling: list[Callable[[], object]] = []


def settle_before_fork(action: Callable[[], object]) -> None:
    """Have something done before every fork, when the locks are held, so that nobody is at work."""
    _settling.append(action)


def _before() -> None:
    _GATE.acquire()
    deadline = time.monotonic() + PATIENCE
    _waited.clear()
    for lock in list(_LOCKS):
        _waited.append((lock, lock.wait(deadline - time.monotonic())))
    for action in _settling:
        action()


def _in_parent() -> None:
    for lock, taken in _waited:
        if taken:
            lock.release()
    _waited.clear()
    with suppress(RuntimeError):  # never taken: Ctrl-C while the fork waited
        _GATE.release()


def _in_child() -> None:
    global _GATE
    for lock, taken in _waited:
        if taken:
            lock.release()
        else:
            lock.renew()
    _waited.clear()
    _GATE = threading.RLock()


os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
