"""uvicorn's HTTP protocol, strict: every byte is counted wherever it stands, and the head alone makes headers.

What is no body counts towards one limit: the request line, headers, sizes and extensions of chunks, and the fields
behind the last chunk, which are dropped.  All that reaches into uvicorn's protocol is here and in `slow_clients`.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from jmt.serve.answering.problems import MEDIA_TYPE, Problem
from jmt.serve.transport.door import Door
from jmt.serve.transport.request_head import Head, fault_of

END = 4  # the empty line behind the headers is not counted
_PIECE = 16_384  # bytes of a body that are parsed at once
_LEAST = 4_096  # so many even where less is left of the limit, which is overstepped by that much at most
_FRAME = 12  # bytes around a chunk that are its own affair: its size, two line ends


class StrictProtocol(HttpToolsProtocol):
    """One connection, up to the application."""

    def __init__(
        self,
        config: Any,
        server_state: Any,
        app_state: Any,
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        door: Door,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._door, self._settings, self._on_rejected = door, door.settings, door.on_rejected
        self._most = door.settings.max_header_bytes + END
        self._counted = 0  # bytes of the present request, but for its body
        self._fields = 0
        self._body = self._free = 0  # of the piece that is parsed: bytes of body, and of what surrounds good chunks
        self._chunk = 0
        self._begun = False  # something of a request has come, and the end of its head has not
        self._in_body = False  # its head is here, its end is not
        self._ended = False  # within the piece that is parsed
        self._upgrading = False
        self._refused = False

    def data_received(self, data: bytes) -> None:
        """Parse what came, in pieces, unless the connection was refused already."""
        self._unset_keepalive_if_required()
        left = memoryview(data)
        while left and not self._refused:
            room = self._most - self._counted
            size = max(_LEAST, min(_PIECE, room)) if self._in_body else room
            left = left[self._parse(left[:size]) :]

    def _parse(self, piece: memoryview) -> int:
        """Parse a piece and count what is no body in it; gives the bytes that were used."""
        self._body = self._free = 0
        self._ended = False
        used = len(piece)
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            used = upgrade.args[0]
            self._go_on_without_upgrade()
        except httptools.HttpParserError:
            self.send_400_response("")
        if self._ended:
            self._counted = 0  # where in the piece the next request began is not known
        else:
            self._counted += max(0, used - self._body - self._free)
            if self._counted >= self._most:
                self._refuse_headers()
        return used

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._begun, self._fields, self._chunk = True, 0, 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header, up to their limit; what comes behind the body counts, and is dropped."""
        self._fields += 1
        if self._fields > self._settings.max_headers:
            self._refuse_headers()
        elif not (self._in_body or self._refused):
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the request, unless something is wrong with its head."""
        if self._refused:
            return
        head = Head(self.parser.get_http_version(), self.parser.get_method(), self.url, self.headers)
        fault = fault_of(head, self._door.hosts)
        if fault is not None:
            self._reject(*fault)
        elif self.parser.should_upgrade():
            self._upgrading = True
        else:
            self._begun, self._in_body = False, True
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._body += len(body)
        self._chunk += len(body)
        if not self._refused:
            super().on_body(body)

    def on_chunk_complete(self) -> None:
        """Count what surrounds a chunk as its own, as far as it holds so much itself."""
        self._free += min(self._chunk, _FRAME)
        self._chunk = 0

    def on_message_complete(self) -> None:
        """End a request: all of it is here."""
        if not (self._refused or self._upgrading):
            self._in_body, self._ended = False, True
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._reject("malformed_http", "this is not HTTP/1.1 as it should be")

    def _go_on_without_upgrade(self) -> None:
        """Read the request as if no other protocol had been offered: the parser took its body for that protocol."""
        if self._refused:
            return
        self._upgrading = False
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        lines += [b"%s: %s" % (name, value) for name, value in self.headers if name != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        try:
            self.parser.feed_data(b"\r\n".join([*lines, b"", b""]))
        except httptools.HttpParserError:
            self.send_400_response("")

    def _refuse_headers(self) -> None:
        limits = f"{self._settings.max_header_bytes} bytes and {self._settings.max_headers} headers are allowed"
        self._reject("headers_too_large", limits)

    def _reject(self, code: str, detail: str) -> None:
        if not self._refused:
            self._on_rejected(code)
            self._refuse(code, detail)

    def _answering(self) -> bool:
        """Tell whether an answer is being made or sent, for a request that has arrived."""
        cycle = self.cycle
        open_ = cycle is not None and not cycle.response_complete
        return open_ and (cycle.response_started or not cycle.more_body or bool(self.pipeline))

    def _answered(self) -> bool:
        """Tell whether the request whose body is still coming has its answer already."""
        return self._in_body and self.cycle.response_complete

    def _refuse(self, code: str, detail: str) -> None:
        """Answer with a problem, without asking the application, and close the connection.

        Nothing is said where it would be an answer too many, or get mixed up with the one that is due.
        """
        self._refused = True
        if self.transport.is_closing():
            return
        if self._answering():
            self.transport.abort()
            return
        if not self._answered():
            self.transport.write(_written(code, detail))
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # whatever the application still says is too late
            self.cycle.message_event.set()
        self.transport.close()


def _written(code: str, detail: str) -> bytes:
    """Write a problem as a whole answer."""
    problem = Problem(code, detail)
    body = problem.body().to_json()
    head = [
        f"HTTP/1.1 {problem.status} {problem.title}",
        f"content-type: {MEDIA_TYPE}",
        f"content-length: {len(body)}",
        "x-content-type-options: nosniff",
        "connection: close",
        *(["retry-after: 1"] if problem.status == 429 else []),
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
