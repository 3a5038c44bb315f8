"""What every connection of a service has to know: its limits, its names, and how many there is room for."""

from __future__ import annotations

import logging
import os
import resource
from collections.abc import Callable
from contextlib import suppress

from jmt.serve.settings import Settings
from jmt.serve.transport.hosts import Hosts
from jmt.serve.watching.logs import Seldom, log_event

SPARE = 16
"""Descriptors that connections leave to the rest of the process, and to those that are only let in to be told no."""


class Door:
    """Where connections come in; one per server."""

    def __init__(self, settings: Settings, hosts: Hosts, on_rejected: Callable[[str], None]) -> None:
        self.settings, self.hosts, self.on_rejected = settings, hosts, on_rejected
        self.room = settings.max_connections
        """Connections that may be open at once."""
        self._full = Seldom(logging.WARNING, "connections refused")
        self._exhausted = Seldom(logging.ERROR, "no descriptors left")

    def make_room(self) -> None:
        """Take no more connections than the process may have descriptors: the system would drop the others unheard."""
        allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if allowed == resource.RLIM_INFINITY:
            return
        free = allowed - _in_use() - SPARE
        if free < self.room:
            self.room = max(1, free)
            facts = {"descriptors": allowed, "connections": self.room, "wanted": self.settings.max_connections}
            log_event(logging.WARNING, "few descriptors", facts)

    def log_full(self, connections: int) -> None:
        """Note, from time to time, that a connection was refused because so many are open."""
        self._full.log({"connections": connections})

    def look_for_descriptors(self) -> None:
        """Note, from time to time, that there are none: event loops drop connections then and say nothing."""
        try:
            with open(os.devnull, "rb"):
                pass
        except OSError as error:
            self._exhausted.log({"reason": error.strerror})


def _in_use() -> int:
    """Count the descriptors that are open; where the system does not tell, take a likely number."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        with suppress(OSError):
            return len(os.listdir(folder))
    return 32
