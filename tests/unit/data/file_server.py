"""A small HTTP server for the tests of fetching: it can break off, forget about ranges, and change a file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """What the server offers and what was asked of it."""

    files: dict[str, bytes]
    ranges: bool = True
    validator: str | None = '"v1"'
    break_after: list[int] = field(default_factory=list)
    """How many bytes each of the next answers sends before the connection drops."""
    status: list[int] = field(default_factory=list)
    """Errors to answer with first."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """(path, Range header) of every request."""
    url: str = ""


@contextmanager
def serving(server: FileServer) -> Iterator[FileServer]:
    """Serve until the block ends, at `server.url`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(server, self)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def answer(server: FileServer, handler: BaseHTTPRequestHandler) -> None:
    wanted = handler.headers.get("Range")
    server.asked.append((handler.path, wanted))
    if server.status:
        handler.send_error(server.status.pop(0))
        return
    if handler.path not in server.files:
        handler.send_error(404)
        return
    body = server.files[handler.path]
    start = 0
    if wanted and server.ranges and handler.headers.get("If-Range") == server.validator:
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start >= len(body):
            handler.send_error(416)
            return
        handler.send_response(206)
        handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
    else:
        handler.send_response(200)
    if server.validator:
        handler.send_header("ETag", server.validator)
    handler.send_header("Content-Length", str(len(body) - start))
    handler.end_headers()
    stop = start + server.break_after.pop(0) if server.break_after else len(body)
    handler.wfile.write(body[start:stop])
