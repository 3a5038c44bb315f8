"""A `Client` in forked children, in copies and in pickles."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import jmt
from tests.assets.forks import in_a_fork
from tests.unit.client.fake_service import MODEL, FakeService, document


class Answers(BaseHTTPRequestHandler):
    """Answers as the service does, on a connection that stays open, and notes who asked from which port."""

    protocol_version = "HTTP/1.1"
    ports: list[int] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.answer(MODEL)

    def do_POST(self) -> None:
        self.ports.append(self.client_address[1])
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        model = {"name": "fake", "revision": "sha256:0"}
        self.answer({"model": model, "documents": [document(text) for text in body["texts"]]})

    def answer(self, content: object) -> None:
        written = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_forked_child_never_asks_on_a_connection_of_its_parent(url: str):
    with jmt.Client(url) as client:
        Answers.ports.clear()
        expected = client("A cat.")
        assert in_a_fork(lambda: client("A cat.") == expected) == "True"
        assert client("A cat.") == expected

    first, childs, second = Answers.ports
    assert first == second
    assert childs != first


def test_a_stream_that_the_parent_began_is_an_error_in_the_child_and_goes_on_in_the_parent(url: str):
    texts = [f"Cat {number}" for number in range(40)]
    with jmt.Client(url) as client:
        stream = client.pipe(texts)
        next(stream)
        said = in_a_fork(lambda: len(list(stream)))

        assert said == "InputError: this stream was begun before the process was forked; begin it anew in the child"
        assert len(list(stream)) == 39


def test_an_http_client_of_the_callers_is_not_used_in_a_forked_child():
    client = FakeService().client()
    client("A cat")

    assert in_a_fork(lambda: client("A cat")).startswith("InputError: the HTTP client that Client(url, http=...) was")


def test_a_closed_client_stays_closed_in_a_forked_child(url: str):
    client = jmt.Client(url)
    client.close()

    assert in_a_fork(lambda: client("A cat")) == "InputError: this client was closed; make another one"


def test_a_copy_of_a_client_is_the_client():
    client = FakeService().client()

    assert copy.deepcopy([client])[0] is client
    assert copy.copy(client) is client
