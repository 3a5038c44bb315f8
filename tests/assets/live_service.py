"""A service on a real socket, in a thread of the test's process: fast to start, with an annotator of the test's own."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from jmt.serve.app import create_app
from jmt.serve.asking.keys import Keys
from jmt.serve.settings import Settings
from jmt.serve.transport.hosts import ANY_HOST, Hosts
from jmt.serve.transport.server import DrainingServer, bind, build_server
from tests.unit.serve.fake import FakeAnnotator

HEAD = (
    "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
)


@dataclass
class Live:
    """A running service."""

    address: tuple[str, int]
    server: DrainingServer
    annotator: Any
    thread: threading.Thread

    @property
    def service(self) -> Any:
        """What answers behind the socket."""
        return self.server.config.app.service  # type: ignore[union-attr]

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    def connect(self, timeout: float = 20) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(self.address, timeout=timeout)

    def ask(self, path: str = "/livez", body: Any = None, timeout: float = 20) -> tuple[int, bytes]:
        """Send one lawful request on a connection of its own; give status and body."""
        with self.connect(timeout) as connection:
            connection.sendall(request(path, body))
            return read_answer(connection)

    def wait_until(self, condition: Any, seconds: float = 60) -> None:
        """Wait for something to become true."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.005)


def request(path: str, body: Any = None) -> bytes:
    """Write a request: POST where there is a body."""
    content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    head = HEAD.format(method="GET" if body is None else "POST", path=path, length=len(content))
    return head.encode() + content


def read_answer(connection: socket.socket) -> tuple[int, bytes]:
    """Read one answer that has a Content-Length; status 0 where the connection was closed without one."""
    received = b""
    while b"\r\n\r\n" not in received:
        try:
            piece = connection.recv(65_536)
        except ConnectionError:
            piece = b""
        if not piece:
            return 0, received
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
    while len(body) < length:
        piece = connection.recv(65_536)
        if not piece:
            break
        body += piece
    return int(head.split()[1]), body


@contextmanager
def live(
    annotator: Any | None = None,
    settings: Settings | None = None,
    *,
    keys: Keys | None = None,
    hosts: Hosts = ANY_HOST,
    warm: bool = True,
) -> Iterator[Live]:
    """Start a service, wait until it is ready, and end it."""
    chosen = annotator or FakeAnnotator()
    server = build_server(create_app(chosen, settings or Settings(), keys=keys), hosts)
    with bind("127.0.0.1", 0) as listener:
        listener.listen(1024)
        address = listener.getsockname()[:2]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        running = Live(address, server, chosen, thread)
        try:
            running.wait_until(lambda: server.started)
            if warm:  # and the thread is done with the warm-up: no test may take that for a batch of its own
                running.wait_until(lambda: running.service.health.warm and not running.service.batcher.running_seconds)
            yield running
        finally:
            server.should_exit = True
            thread.join(30)


def is_served(service: Live) -> bool:
    """Whether somebody else gets an answer, and nothing is left over."""
    status, answer = service.ask("/v1/annotate", {"texts": ["a b."]})
    tokens = json.loads(answer)["documents"][0]["sentences"][0]["tokens"]
    service.wait_until(lambda: (service.service.under_way, service.service.batcher.waiting_tokens) == (0, 0))
    return (status, [token["text"] for token in tokens]) == (200, ["a", "b", "."])
