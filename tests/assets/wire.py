"""Requests as bytes on a socket, packet by packet, and all that comes back."""

from __future__ import annotations

import re
import socket
import time
from contextlib import suppress

from tests.assets.live_service import Live, request

GOOD = b'{"texts": ["a b."]}'
HEAD = b"POST /v1/annotate HTTP/1.1\r\nHost: here\r\n"
JSON = HEAD + b"Content-Type: application/json\r\n"
CHUNKED = JSON + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"%x\r\n%s\r\n" % (len(GOOD), GOOD)
LIVEZ = request("/livez")


def exchange(service: Live, *packets: bytes, answers: int = 1, end: bool = False) -> bytes:
    """Send packets, each by itself; give all that comes back, see `read_answers`."""
    with service.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number, packet in enumerate(packets):
            if number:
                time.sleep(0.02)
            with suppress(ConnectionError):
                connection.sendall(packet)
        if end:
            connection.shutdown(socket.SHUT_WR)
        return read_answers(connection, answers)


def read_answers(connection: socket.socket, answers: int = 1) -> bytes:
    """Read until the service closes, or has sent so many answers and says no more for a little while."""
    received = b""
    while True:
        connection.settimeout(0.1 if len(statuses(received)) >= answers else 20)
        try:
            piece = connection.recv(65_536)
        except (TimeoutError, ConnectionError):
            return received
        if not piece:
            return received
        received += piece


def statuses(received: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", received)]


def rejected(service: Live, reason: str) -> int:
    return int(service.service.metrics.rejected.labels(reason)._value.get())
