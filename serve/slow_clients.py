"""uvicorn's HTTP protocol with what it lacks: deadlines for headers, bodies and readers, and a size for headers.

A connection is in one of four phases, each with a deadline of its own: it is idle, its headers arrive, its body
arrives, or its answer is being taken.  While the model works no deadline runs here: the request has its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jmt.serve.problems import MEDIA_TYPE, PROBLEMS
from jmt.serve.settings import Settings

GRACE = 0.2  # seconds in which a service that ends still listens on an open connection


class PatientProtocol(HttpToolsProtocol):
    """One connection; it is closed where its client takes longer than the settings allow."""

    def __init__(
        self,
        config: Any,
        server_state: Any,
        app_state: Any,
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        settings: Settings,
        on_rejected: Callable[[str], None],
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._settings = settings
        self._on_rejected = on_rejected
        self._timer: asyncio.TimerHandle | None = None
        self._send_timer: asyncio.TimerHandle | None = None
        self._header_bytes = 0
        self._tail = b""  # the last bytes before the present ones, where the end of the headers may have begun
        self._in_headers = True  # also while nothing of a request has come yet
        self._refused = False
        self._is_last = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start waiting for headers; one connection too many is closed at once."""
        super().connection_made(transport)
        if len(self.connections) > self._settings.max_connections:
            self._on_rejected("connections")
            self._refuse("overloaded", "too many connections are open")
        else:
            self._wait(self._settings.header_seconds, self._headers_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks."""
        self._stop_waiting()
        self._stop_sending()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, unless the connection was refused already."""
        if self._refused:
            return
        if self._in_headers:
            self._header_bytes += len(data)
            if self._timer is None:  # the first bytes after an idle time, which need not begin a request
                self._wait(self._settings.header_seconds, self._headers_late)
            if self._header_bytes > self._settings.max_header_bytes and not self._headers_end_in(data):
                self._refuse_headers()
                return
            self._tail = data[-3:]
        super().data_received(data)

    def _headers_end_in(self, data: bytes) -> bool:
        """Tell whether the headers, with what came before, are complete within their limit: the rest is body."""
        before = self._header_bytes - len(data)
        end = (self._tail + data).find(b"\r\n\r\n")
        return end >= 0 and before + end <= self._settings.max_header_bytes

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._in_headers = True
        if not self.transport.get_write_buffer_size():
            self._stop_sending()  # the answers before it were taken
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header, up to their limit."""
        if len(self.headers) >= self._settings.max_headers:
            self._refuse_headers()
        if not self._refused:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the request, and wait for its body."""
        if self._refused:
            return
        if self.parser.get_http_version() not in ("1.0", "1.1"):  # the parser would take an HTTP/0.9
            self.send_400_response("version")
            return
        self._in_headers, self._header_bytes = False, 0
        self._wait(self._settings.body_seconds, self._body_late)
        super().on_headers_complete()
        if self._is_last and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop waiting: all of the request is here."""
        self._stop_waiting()
        if not self._refused:
            self._in_headers = True
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the client to take what is still to be sent; then for its next request."""
        super().on_response_complete()
        self._wait_for_reader()

    def pause_writing(self) -> None:
        """Wait for a client that takes its answer more slowly than it is written."""
        super().pause_writing()
        self._wait_for_reader()

    def resume_writing(self) -> None:
        """Go on: the client took most of what there was; what is left of it has to be taken, too."""
        self._stop_sending()
        super().resume_writing()
        self._wait_for_reader()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, but not one whose client is still reading."""
        if not self.transport.get_write_buffer_size():
            super().timeout_keep_alive_handler()

    def shutdown(self) -> None:
        """Begin to end: a request that is on its way while the service ends still gets its answer."""
        self._is_last = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(GRACE, self._close_if_idle)
        else:
            super().shutdown()

    def _close_if_idle(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        if not self._refused:
            self._on_rejected("malformed_http")
            self._refuse("malformed_http", "this is not HTTP/1.1 as it should be")

    def _answering(self) -> bool:
        """Tell whether an answer is being made or sent, for a request that has arrived."""
        cycle = self.cycle
        open_ = cycle is not None and not cycle.response_complete
        return open_ and (cycle.response_started or not cycle.more_body or bool(self.pipeline))

    def _wait(self, seconds: float, late: Callable[[], None]) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, late)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait_for_reader(self) -> None:
        if self.transport.get_write_buffer_size() and self._send_timer is None:
            self._send_timer = self.loop.call_later(self._settings.send_seconds, self._answer_not_taken)

    def _stop_sending(self) -> None:
        if self._send_timer is not None:
            self._send_timer.cancel()
            self._send_timer = None

    def _headers_late(self) -> None:
        self._on_rejected("header_deadline")
        if self._header_bytes:
            self._refuse("request_timeout", f"the headers took more than {self._settings.header_seconds} seconds")
        else:
            self.transport.abort()

    def _body_late(self) -> None:
        self._on_rejected("body_deadline")
        self._refuse("request_timeout", f"the body took more than {self._settings.body_seconds} seconds")

    def _answer_not_taken(self) -> None:
        self._send_timer = None
        if self.transport.get_write_buffer_size():
            self._on_rejected("send_deadline")
            self.transport.abort()

    def _refuse_headers(self) -> None:
        if not self._refused:
            self._on_rejected("headers_too_large")
            limits = f"{self._settings.max_header_bytes} bytes and {self._settings.max_headers} headers are allowed"
            self._refuse("headers_too_large", limits)

    def _refuse(self, code: str, detail: str) -> None:
        """Answer with a problem, without asking the application, and close the connection."""
        self._refused = True
        self._stop_waiting()
        if self.transport.is_closing():
            return
        if self._answering():
            self.transport.abort()  # another answer would get mixed up with the one that is due
            return
        status, title = PROBLEMS[code]
        problem = {"type": f"urn:jmt:problem:{code}", "title": title, "status": status, "detail": detail}
        body = orjson.dumps(problem)
        head = [
            f"HTTP/1.1 {status} {title}",
            f"content-type: {MEDIA_TYPE}",
            f"content-length: {len(body)}",
            "x-content-type-options: nosniff",
            "connection: close",
            *(["retry-after: 1"] if status == 429 else []),
        ]
        self.transport.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        self.transport.close()
        # What is left is sent; who does not take it even now is cut off.
        self._send_timer = self.loop.call_later(self._settings.send_seconds, self.transport.abort)
