"""Run as a script: 16 connections that do their worst until the process is ended: HOST PORT [CORE].

Four of each: trailers without end, extensions of chunks without end, headers that never end, answers that are read at
320 bytes a second.  Who is closed comes back at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from contextlib import suppress

CHUNKED = b"POST /v1/annotate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
LARGE = json.dumps({"tokens": [["a"] * 128] * 60}).encode()
WORK = (
    b"POST /v1/annotate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
)
OF_EACH = 4


async def flood(address: tuple[str, int], first: bytes) -> None:
    """Begin a request and never end it."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(first)
    while not reader.at_eof():
        writer.write(b"a" * 16_384)
        await writer.drain()
    writer.close()


async def half(address: tuple[str, int]) -> None:
    """Send a header by a byte now and then."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ")
    while not reader.at_eof():
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.01)
    writer.close()


async def read_slowly(address: tuple[str, int]) -> None:
    """Ask for megabytes, and take next to nothing of them."""
    with socket.socket() as connection:
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(connection, address)
        for _ in range(4):
            await loop.sock_sendall(connection, WORK % (len(LARGE), LARGE))
        while await loop.sock_recv(connection, 64):
            await asyncio.sleep(0.2)


async def main(address: tuple[str, int]) -> None:
    """Do all of it, again and again."""

    async def again(attack: object, *arguments: object) -> None:
        while True:
            with suppress(OSError):
                await attack(address, *arguments)  # type: ignore[operator]

    attacks = [
        (flood, CHUNKED + b"0\r\nX-T: "),
        (flood, CHUNKED + b"5;"),
        (half,),
        (read_slowly,),
    ]
    await asyncio.gather(*(again(*attack) for attack in attacks for _ in range(OF_EACH)))


if __name__ == "__main__":
    if len(sys.argv) > 3:
        os.sched_setaffinity(0, {int(sys.argv[3])})
    asyncio.run(main((sys.argv[1], int(sys.argv[2]))))
