"""Records that end the process that annotates them: found after some deaths, and left out.

An error can be caught; a library that crashes, or memory that runs out, takes the process with it, and whoever starts
it anew would meet the same record again.  So a file says what is being done at the moment, and who comes next reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

from jmt.errors import WorkerError

_SUSPICIOUS = 3
"""Deaths in one window after which its records are tried one by one."""
_HOPELESS = 10

Item = TypeVar("Item")


@dataclass(slots=True)
class _State:
    window: int = -1
    """The one that is being annotated."""
    deaths: int = 0
    """In this window."""
    record: int | None = None
    """The one that is being tried alone."""
    killers: list[list[int]] = field(default_factory=list)
    """Window and record of those that ended a process."""


class Trials:
    """What one shard was doing whenever its process ended; the file is there only while the shard is worked on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._state = _State()
        with suppress(OSError, ValueError, TypeError, RecursionError):
            before = _State(**json.loads(path.read_text(encoding="utf-8")))
            before.deaths += 1
            before.killers = list(before.killers)
            if before.record is not None:
                before.killers.append([before.window, before.record])
                before.record = None
            if type(before.window) is int:
                self._state = before

    def begin(self, window: int, items: Sequence[Item], probe: Callable[[Item], object]) -> list[bool]:
        """Say that a window is begun, and tell which of its items ended a process before.

        After some deaths each item is probed alone first; what comes of that counts for nothing.
        Raises WorkerError where the processes end all the same.
        """
        state = self._state
        if window != state.window:
            state.window, state.deaths = window, 0
        self._write()
        if state.deaths >= _HOPELESS + len(state.killers):
            raise WorkerError(
                f"{self.path.stem}: the process that annotates it was ended {state.deaths} times, and no record "
                "was found that does it: is there too little memory?"
            )
        if state.deaths >= _SUSPICIOUS:
            for number, item in enumerate(items):
                if [window, number] not in state.killers:
                    state.record = number
                    self._write()
                    with suppress(Exception):
                        probe(item)
            state.record = None
            self._write()
        return [[window, number] in state.killers for number in range(len(items))]

    def end(self) -> None:
        """Say that the shard is done."""
        self.path.unlink(missing_ok=True)

    def _write(self) -> None:
        self.path.write_text(json.dumps(asdict(self._state)), encoding="utf-8")
