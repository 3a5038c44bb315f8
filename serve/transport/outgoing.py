"""What goes out on one connection, and how much of it the client has taken: what the system still holds is not taken.

An event loop calls all written that it gave to the system, which keeps megabytes for a client that hardly reads.
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import sys
import termios
from contextlib import suppress
from typing import Any

_LOOK = 0.01  # seconds until a connection that ends is looked at again; then twice as many, up to half a second


class Outgoing(asyncio.Transport):
    """A transport that counts what is written to it, and closes when that was taken; all else is done behind it."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport, self._loop = transport, loop
        self._ending = False
        self.written = 0
        """Bytes since the connection was made."""

    @property
    def taken(self) -> int:
        """Bytes that the client's side has acknowledged; where the system does not tell, those given to the system."""
        return self.written - self._transport.get_write_buffer_size() - self._held_by_system()

    def _held_by_system(self) -> int:
        descriptor = self._socket().fileno()
        if descriptor < 0 or not sys.platform.startswith("linux"):
            return 0
        return int(struct.unpack("i", fcntl.ioctl(descriptor, termios.TIOCOUTQ, b"\0\0\0\0"))[0])

    def is_broken(self) -> bool:
        """Tell whether the other side has answered what was sent with a reset: it is gone."""
        held = self._socket()
        return bool(held.fileno() < 0 or held.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

    def _socket(self) -> Any:
        return self._transport.get_extra_info("socket")

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes, as soon as the client takes them."""
        if not self._ending:
            self.written += len(data)
            self._transport.write(data)

    def get_write_buffer_size(self) -> int:
        """Give the bytes that were not even given to the system."""
        return self._transport.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Tell about the connection."""
        return self._transport.get_extra_info(name, default)

    def is_closing(self) -> bool:
        """Tell whether the connection is closed, or will be."""
        return self._ending or self._transport.is_closing()

    def close(self) -> None:
        """Close once all is taken; the client hears at once that no more will come, and is not listened to any more."""
        if self.is_closing():
            return
        self._ending = True
        if self.taken < self.written:
            with suppress(RuntimeError):  # nothing is read already
                self._transport.pause_reading()
            self._transport.write_eof()
        self._close_when_taken(_LOOK)

    def _close_when_taken(self, seconds: float) -> None:
        if self._transport.is_closing():
            return
        if self.taken >= self.written or self.is_broken():
            self._transport.close()
        else:
            self._loop.call_later(seconds, self._close_when_taken, min(2 * seconds, 0.5))

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def pause_reading(self) -> None:
        """Let the client wait with what it sends."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        self._transport.resume_reading()
