"""Progress where there is no terminal for a bar: a line at times, so that the log of a long job shows how far it is."""

from __future__ import annotations

import time

from jmt.cli.terminal.console import say

_SECONDS = 60.0
"""Between two lines."""


class Told:
    """Counts bytes, and says now and then how many are through, how fast, and how long the rest will take."""

    def __init__(self, about: str, total: int, done: int = 0) -> None:
        self.about, self.total, self.done = about, max(1, total), done
        self._begun = self._told = time.monotonic()
        self._before = done

    def add(self, count: int) -> None:
        """Take note of some more."""
        self.done += count
        now = time.monotonic()
        if now - self._told < _SECONDS:
            return
        self._told = now
        rate = (self.done - self._before) / (now - self._begun)
        left = max(0, self.total - self.done) / rate if rate else 0
        hours, minutes = divmod(round(left / 60), 60)
        share = min(1, self.done / self.total)
        say(f"jmt: {self.about}: {share:.0%}, {rate / 1000:,.1f} kB/s, {hours}:{minutes:02} h left")
