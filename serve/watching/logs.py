"""The log: one line per event on stderr, JSON or plain, with sizes, names and timings, and never a word of a text."""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any, Literal

LogFormat = Literal["auto", "json", "text"]

logger = logging.getLogger("jmt.serve")


def log_event(level: int, event: str, facts: Mapping[str, Any]) -> None:
    """Log an event with what is known of it; `facts` are names, numbers and codes, never what a client sent."""
    logger.log(level, event, extra={"facts": facts})


def log_fault(request_id: str, error: BaseException) -> None:
    """Log where a fault arose, but not its message: that could repeat what the client sent."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log_event(logging.ERROR, "fault", {"request_id": request_id, "error": type(error).__name__, "at": frames})


class Seldom:
    """An event that may happen a thousand times a second, and is logged once in `seconds`."""

    def __init__(self, level: int, event: str, seconds: float = 60.0) -> None:
        self._level, self._event, self._seconds = level, event, seconds
        self._next = 0.0
        self._unsaid = 0

    def log(self, facts: Mapping[str, Any]) -> None:
        """Log the event, with how often it happened since it was logged last; or count it."""
        self._unsaid += 1
        now = time.monotonic()
        if now >= self._next:
            log_event(self._level, self._event, {**facts, "times": self._unsaid})
            self._next, self._unsaid = now + self._seconds, 0


class JsonLines(logging.Formatter):
    """A line of JSON per event: time, level, event, then its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record; what other libraries log comes without its arguments, which may hold anything."""
        entry = {"time": _stamp(record.created), "level": record.levelname, "logger": record.name, **facts_of(record)}
        return json.dumps(entry, default=str, separators=(",", ":"))  # in ASCII: no sign in it can steer a terminal


class PlainLines(logging.Formatter):
    """The same for people: `time LEVEL event key=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        facts = facts_of(record)
        event = facts.pop("event")
        details = "".join(f" {name}={value}" for name, value in facts.items())
        return f"{_stamp(record.created)} {record.levelname} {event}{details}"


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """Give the event and the facts of a record, the process it comes from where there are several."""
    known: Mapping[str, Any] = getattr(record, "facts", {})
    exception = {"error": record.exc_info[0].__name__} if record.exc_info and record.exc_info[0] else {}
    return {"event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__, **known, **exception}


def _stamp(seconds: float) -> str:
    """Write a time of day as ISO 8601 in UTC, with milliseconds."""
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"


def log_to_stderr(form: LogFormat) -> None:
    """Send the log to stderr; `auto` is plain on a terminal and JSON elsewhere."""
    plain = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines() if plain else JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logger.setLevel(logging.INFO)
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # it warns of every request that is no HTTP
