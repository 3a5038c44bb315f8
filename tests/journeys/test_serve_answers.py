"""Each request has one answer, which its client takes in time: unfinished ones, halves, slow readers; on a socket."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from jmt.serve.settings import Settings
from tests.assets.live_service import Live, live, read_answer, request
from tests.assets.wire import CHUNK, CHUNKED, GOOD, HEAD, JSON, LIVEZ, exchange, rejected, statuses
from tests.unit.serve.fake import FakeAnnotator

SETTINGS = Settings(header_seconds=20, body_seconds=20, max_header_bytes=8_192)


@pytest.fixture(scope="module")
def service() -> Iterator[Live]:
    with live(settings=SETTINGS) as started:
        yield started


# --- one answer for each request --------------------------------------------------------------------------------------

UNFINISHED = {
    "wrong method": b"POST /livez HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n",
    "chunks": b"POST /livez HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "no such path": b"POST /none HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nabc",
    "media type": HEAD + b"Content-Length: 10\r\n\r\n",
    "too large": JSON + b"Content-Length: 100000000\r\n\r\n{",
    "good": b"GET /livez HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n",
}


def test_who_never_sends_the_body_gets_one_answer():
    with live(settings=Settings(body_seconds=1, idle_seconds=20)) as service:
        connections = {name: service.connect() for name in UNFINISHED}
        for name, connection in connections.items():
            connection.sendall(UNFINISHED[name])
        received = {name: b"".join(iter(lambda c=c: c.recv(65_536), b"")) for name, c in connections.items()}
        for connection in connections.values():
            connection.close()
        assert rejected(service, "body_deadline") == len(UNFINISHED)
    found = {name: statuses(answer) for name, answer in received.items()}
    expected = {"wrong method": [405], "chunks": [405], "no such path": [404], "media type": [415], "too large": [408]}
    assert found == {**expected, "good": [200]}


def test_nonsense_in_the_body_of_an_answered_request_gets_no_second_answer(service: Live):
    sent = b"POST /livez HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert statuses(exchange(service, sent, b"zz\r\n", answers=2)) == [405]


@pytest.mark.parametrize(
    "path", ["/", "/livez", "/readyz", "/metrics", "/v1/model", "/openapi.json", "/static/page.js"]
)
def test_head_is_answered_wherever_get_is(service: Live, path: str):
    answers = {}
    for method in (b"GET", b"HEAD"):
        sent = b"%s %s HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n" % (method, path.encode())
        answers[method] = exchange(service, sent).partition(b"\r\n\r\n")
    assert statuses(answers[b"HEAD"][0]) == statuses(answers[b"GET"][0]) == [200]
    assert answers[b"HEAD"][2] == b""
    assert b"content-length:" in answers[b"HEAD"][0]


def test_the_allow_header_names_head(service: Live):
    assert b"allow: GET, HEAD\r\n" in exchange(service, b"DELETE /livez HTTP/1.1\r\nHost: here\r\n\r\n")


# --- halves -----------------------------------------------------------------------------------------------------------


def test_who_ends_its_side_after_a_whole_request_gets_the_answer():
    annotator = FakeAnnotator()
    with live(annotator) as service:
        assert statuses(exchange(service, LIVEZ, end=True)) == [200]
        assert statuses(exchange(service, LIVEZ + LIVEZ, answers=2, end=True)) == [200, 200]
        annotator.may_run.clear()
        with service.connect() as connection:
            connection.sendall(request("/v1/annotate", json.loads(GOOD)) + LIVEZ)
            connection.shutdown(socket.SHUT_WR)
            service.wait_until(lambda: service.service.under_way == 1)
            time.sleep(0.3)  # the service asks more than once whether anybody is there
            annotator.may_run.set()
            received = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert [status for status in statuses(received) if status >= 200] == [200, 200]


def test_who_ends_its_side_within_a_request_is_closed(service: Live):
    for sent in (b"", b"GET /li", JSON, CHUNKED + CHUNK):
        assert exchange(service, sent, end=True) == b""


def test_who_leaves_politely_is_noticed_although_it_could_still_be_reading():
    annotator = FakeAnnotator()
    with live(annotator) as service:
        annotator.may_run.clear()
        with service.connect() as connection:
            connection.sendall(request("/v1/annotate", json.loads(GOOD)))
            service.wait_until(lambda: service.service.under_way == 1)
        service.wait_until(lambda: service.service.under_way == 0, 10)
        annotator.may_run.set()


# --- readers ----------------------------------------------------------------------------------------------------------


def slow_reader(service: Live, sent: bytes, buffer: int) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.settimeout(20)
    connection.connect(service.address)
    connection.sendall(sent)
    return connection


def test_a_slow_reader_is_cut_off_and_counted_wherever_the_answer_waits():
    """In the event loop's memory, in the system's, or partly read: who reads a little now and then is no better."""
    bodies = [json.dumps({"tokens": [["a"] * 128] * count}).encode() for count in (2, 8, 100)]
    sent = [JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body for body in bodies]
    with live(settings=Settings(send_seconds=1, idle_seconds=1)) as service:
        sent += [message.replace(b"Host: here", b"Host: here\r\nConnection: close") for message in sent[1:]]
        readers = [slow_reader(service, message, 4_096) for message in sent]
        state = service.server.server_state
        service.wait_until(lambda: service.service.under_way == 0 and state.total_requests == len(sent))
        deadline = time.monotonic() + 15
        while service.server.server_state.connections and time.monotonic() < deadline:
            for reader in readers:
                with suppress(ConnectionError):
                    reader.recv(64)
            time.sleep(0.05)
        assert not service.server.server_state.connections
        assert rejected(service, "send_deadline") == len(sent)
        for reader in readers:
            reader.close()


def test_a_reader_that_is_done_in_time_is_an_idle_client_like_any_other():
    body = json.dumps({"tokens": [["a"] * 128] * 40}).encode()
    with live(settings=Settings(send_seconds=20, idle_seconds=1)) as service:
        connection = slow_reader(service, JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body, 4_096)
        service.wait_until(lambda: service.server.server_state.total_requests == 1)
        time.sleep(1.3)  # its idle time is over while it still reads
        status, answer = read_answer(connection)
        assert (status, answer[-2:]) == (200, b"}}")
        assert connection.recv(1) == b""  # closed, some idle time later
        connection.close()
        assert rejected(service, "send_deadline") == 0
