"""The deadlines of a connection: for headers, bodies and readers, and how to know those who have left.

A connection is in one of three phases, each with a deadline of its own: it is idle, its headers arrive, its body
arrives.  Beside them every answer has to be taken in time.  While the model works none runs: the request has its own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from jmt.serve.transport.door import Door
from jmt.serve.transport.outgoing import Outgoing
from jmt.serve.transport.strict_http import StrictProtocol

_GRACE = 0.2  # seconds in which a service that ends still listens on an open connection
_SIGN = 0.05  # seconds after which a client that sends no more is asked whether it is still there
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"  # every client passes over it (RFC 9110, section 15.2)


class PatientProtocol(StrictProtocol):
    """One connection; it is closed where its client takes longer than the settings allow."""

    transport: Outgoing

    def __init__(
        self,
        config: Any,
        server_state: Any,
        app_state: Any,
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        door: Door,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop, door=door)
        self._timer: asyncio.TimerHandle | None = None
        self._send_timer: asyncio.TimerHandle | None = None
        self._due: deque[tuple[float, int]] = deque()  # of answers not known to be taken: until when, up to which byte
        self._held: tuple[Any, Any] | None = None  # a request that waits for its client to read
        self._is_last = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start waiting for headers; one connection too many is closed at once."""
        super().connection_made(Outgoing(cast(asyncio.Transport, transport), self.loop))
        if len(self.connections) > self._door.room:
            self._on_rejected("connections")
            self._door.log_full(len(self.connections) - 1)
            self._refuse("overloaded", "too many connections are open")
        else:
            self._wait(self._settings.header_seconds, self._headers_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks."""
        self._stop_waiting()
        if self._send_timer is not None:
            self._send_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; the first bytes after an idle time need not begin a request."""
        if self._timer is None and not (self._in_body or self._refused):
            self._wait(self._settings.header_seconds, self._headers_late)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin a request, and wait for its headers."""
        if self._timer is None:
            self._wait(self._settings.header_seconds, self._headers_late)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Start the request, and wait for its body."""
        super().on_headers_complete()
        if self._in_body:
            self._wait(self._settings.body_seconds, self._body_late)
            if self._is_last:
                self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        """Stop waiting: all of the request is here."""
        if not self._upgrading:
            self._stop_waiting()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the client to take its answer; and for its next request."""
        super().on_response_complete()
        self._expect_taken()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """Start a request; one whose client has not taken the answers before it waits, as that client does."""
        if self.flow.write_paused:
            self._held = (cycle, app)
        else:
            super()._start_asgi_task(cycle, app)

    def resume_writing(self) -> None:
        """Go on: the client took most of what there was."""
        super().resume_writing()
        held, self._held = self._held, None
        if held is not None and not self.transport.is_closing():
            self._start_asgi_task(*held)

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; who still takes its answer has the deadline of that, and then another idle time."""
        if self.transport.taken < self.transport.written:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        else:
            super().timeout_keep_alive_handler()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer whoever sends no more but has sent a whole request; it may also have left, which looks the same."""
        if self._refused or not self._answering():
            return False
        self._is_last = True
        self.cycle.keep_alive = False
        self.loop.call_later(_SIGN, self._look_for, _SIGN)
        return True

    def _look_for(self, seconds: float) -> None:
        """Send a client a sign of life, again and again: where nobody is left, the system of the other side says so."""
        cycle, outgoing = self.cycle, self.transport
        if outgoing.is_closing() or cycle.response_complete:
            return
        if outgoing.is_broken():
            outgoing.abort()
            return
        busy = cycle.response_started or self.pipeline or outgoing.get_write_buffer_size()
        if not busy and cycle.scope["http_version"] == "1.1":
            outgoing.write(_CONTINUE)
        self.loop.call_later(seconds, self._look_for, min(2 * seconds, 5.0))

    def shutdown(self) -> None:
        """Begin to end: a request that is on its way while the service ends still gets its answer."""
        self._is_last = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(_GRACE, self._close_if_idle)
        else:
            super().shutdown()

    def _close_if_idle(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

    def _wait(self, seconds: float, late: Callable[[], None]) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, late)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _headers_late(self) -> None:
        self._timer = None
        if self._answering() and not self._begun:
            return  # empty lines behind a request that is being answered
        self._on_rejected("header_deadline")
        if self._begun or self._counted:
            self._refuse("request_timeout", f"the headers took more than {self._settings.header_seconds} seconds")
        else:
            self.transport.abort()

    def _body_late(self) -> None:
        self._on_rejected("body_deadline")
        self._refuse("request_timeout", f"the body took more than {self._settings.body_seconds} seconds")

    def _refuse(self, code: str, detail: str) -> None:
        """Say no, and close once that is taken."""
        self._stop_waiting()
        super()._refuse(code, detail)
        self._expect_taken()

    def _expect_taken(self) -> None:
        """Give the client its time to take all that was written up to now."""
        self._forget_taken()
        if self.transport.taken < self.transport.written:
            self._due.append((self.loop.time() + self._settings.send_seconds, self.transport.written))
            self._watch_reader()

    def _watch_reader(self) -> None:
        if self._send_timer is None and self._due:
            self._send_timer = self.loop.call_at(self._due[0][0], self._answer_due)

    def _answer_due(self) -> None:
        """Cut a client off that has not taken the oldest answer; or wait for the next one."""
        self._send_timer = None
        self._forget_taken()
        if self._due and self._due[0][0] <= self.loop.time():
            self._on_rejected("send_deadline")
            self.transport.abort()
        else:
            self._watch_reader()

    def _forget_taken(self) -> None:
        taken = self.transport.taken
        while self._due and self._due[0][1] <= taken:
            self._due.popleft()
