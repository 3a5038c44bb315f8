"""Bytes that are no body: counted wherever they stand, and no header where they come too late; on a socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256

import pytest

from jmt.serve.asking.keys import Keys
from jmt.serve.settings import Settings
from tests.assets.live_service import Live, live
from tests.assets.wire import CHUNK, CHUNKED, GOOD, HEAD, JSON, LIVEZ, exchange, read_answers, rejected, statuses

SETTINGS = Settings(header_seconds=20, body_seconds=20, max_header_bytes=8_192)


@pytest.fixture(scope="module")
def service() -> Iterator[Live]:
    with live(settings=SETTINGS) as started:
        yield started


# --- bytes are counted wherever they stand ----------------------------------------------------------------------------

ENDLESS = {
    "value of a trailer": (CHUNKED + CHUNK + b"0\r\nX-T: ", b"a"),
    "name of a trailer": (CHUNKED + CHUNK + b"0\r\n", b"a"),
    "trailers": (CHUNKED + CHUNK + b"0\r\n", b"X: y\r\n"),
    "extension": (CHUNKED + b"5;", b"a"),
    "extension of the last chunk": (CHUNKED + CHUNK + b"0;", b"a"),
    "quoted extension": (CHUNKED + b'5;a="', b"b"),
    "zeros of a size": (CHUNKED, b"0"),
    "tiny chunks": (CHUNKED, b"1\r\n \r\n"),
    "tiny chunks with extensions": (CHUNKED, b"1;abcdefghijkl\r\n \r\n"),
    "headers of a second request": (LIVEZ, b"GET / HTTP/1.1\r\n" + b"A: " + b"a" * 10_000),
    "empty lines": (b"", b"\r\n"),
    "trailer of an answered request": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-T: ", b"a"),
}


@pytest.mark.parametrize(("first", "more"), ENDLESS.values(), ids=ENDLESS)
def test_what_has_no_end_is_cut_off_at_the_limit_of_headers(service: Live, first: bytes, more: bytes):
    before, sent = rejected(service, "headers_too_large"), 0
    with service.connect() as connection, suppress(ConnectionError):
        connection.sendall(first)
        while rejected(service, "headers_too_large") == before and sent < 400_000:
            connection.sendall(more * (2_000 // len(more) + 1))
            sent += 2_000
            time.sleep(0.002)
        answer = read_answers(connection)
        assert statuses(answer) in ([431], [200, 431], [415], [])  # none: a reset may overtake it
    assert rejected(service, "headers_too_large") == before + 1
    assert sent < 200_000
    assert service.ask()[0] == 200


def test_trailers_within_the_limit_are_counted_and_change_nothing(service: Live):
    trailers = b"X-T: " + b"a" * 7_000 + b"\r\n"
    assert statuses(exchange(service, CHUNKED + CHUNK + b"0\r\n" + trailers + b"\r\n" + LIVEZ, answers=2)) == [200, 200]
    assert statuses(exchange(service, CHUNKED + CHUNK + b"0\r\n" + trailers * 2 + b"\r\n" + LIVEZ)) == [431]


def test_more_trailers_than_headers_are_allowed_are_refused(service: Live):
    assert statuses(exchange(service, CHUNKED + CHUNK + b"0\r\n" + b"A: b\r\n" * 101 + b"\r\n")) == [431]


@pytest.mark.parametrize("size", [20, 100, 16_000])
def test_an_honest_body_in_chunks_of_any_size_is_taken(service: Live, size: int):
    body = GOOD + b" " * 400_000
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    assert statuses(
        exchange(service, CHUNKED + b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks) + b"0\r\n\r\n")
    ) == [200]


def test_a_trailer_in_a_thousand_packets_costs_no_more_time_than_a_header(service: Live):
    """Not even byte by byte: what is joined again and again is bounded."""
    with service.connect() as connection, suppress(ConnectionError):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(CHUNKED + CHUNK + b"0\r\nX-T: ")
        for _ in range(4_000):
            connection.sendall(b"a")
        assert service.ask(timeout=5)[0] == 200


# --- what comes behind the headers is no header -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def locked() -> Iterator[Live]:
    with live(settings=SETTINGS, keys=Keys((("anna", sha256(b"secret").digest()),))) as started:
        yield started


@pytest.mark.parametrize("split", [False, True], ids=["one packet", "several"])
@pytest.mark.parametrize("behind", [b"0\r\n%s\r\n\r\n", CHUNK + b"0\r\nX: y\r\n%s\r\n\r\n"], ids=["no body", "body"])
def test_a_key_in_a_trailer_opens_nothing(locked: Live, split: bool, behind: bytes):
    trailer = behind % b"Authorization: Bearer secret"
    packets = (CHUNKED, trailer) if split else (CHUNKED + trailer,)
    assert statuses(exchange(locked, *packets)) == [401]
    assert statuses(
        exchange(locked, CHUNKED[:-2] + b"Authorization: Bearer secret\r\n\r\n" + CHUNK + b"0\r\n\r\n")
    ) == [200]


@pytest.mark.parametrize("split", [False, True], ids=["one packet", "several"])
def test_a_trailer_never_becomes_a_header(service: Live, split: bool):
    head, rest = HEAD + b"Transfer-Encoding: chunked\r\n\r\n", CHUNK + b"0\r\nContent-Type: application/json\r\n\r\n"
    assert statuses(exchange(service, *((head, rest) if split else (head + rest,)))) == [415]


@pytest.mark.parametrize(
    "trailer", [b"Accept: image/png", b"Content-Encoding: gzip", b"X-Request-ID: mine", b"Host: two"]
)
def test_no_trailer_changes_an_answer(service: Live, trailer: bytes):
    received = exchange(service, CHUNKED + CHUNK + b"0\r\n" + trailer + b"\r\n\r\n")
    assert statuses(received) == [200]
    assert b"mine" not in received


# --- other protocols are not spoken -----------------------------------------------------------------------------------

UPGRADES = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
    "websocket": b"Connection: upgrade\r\nUpgrade: websocket\r\n",
    "several": b"Upgrade: h2c\r\nUpgrade: TLS/1.3, websocket\r\nConnection: keep-alive, Upgrade\r\n",
}


@pytest.mark.parametrize("offer", UPGRADES.values(), ids=UPGRADES)
@pytest.mark.parametrize("form", ["length", "chunks"])
@pytest.mark.parametrize("split", [False, True], ids=["one packet", "several"])
def test_an_offered_protocol_is_ignored_and_the_body_read(service: Live, offer: bytes, form: str, split: bool):
    length = b"Content-Length: %d\r\n\r\n" % len(GOOD)
    head = JSON + offer + (length if form == "length" else b"Transfer-Encoding: chunked\r\n\r\n")
    content = GOOD if form == "length" else CHUNK + b"0\r\n\r\n"
    packets = (head[:60], head[60:], content[:5], content[5:], LIVEZ) if split else (head + content + LIVEZ,)
    received = exchange(service, *packets, answers=2)
    assert statuses(received) == [200, 200]
    assert b"documents" in received


def test_an_upgrade_without_a_body_is_answered_and_so_is_the_next_request(service: Live):
    sent = b"GET /livez HTTP/1.1\r\nHost: here\r\n" + UPGRADES["h2c"] + b"\r\n"
    assert statuses(exchange(service, sent + sent + LIVEZ, answers=3)) == [200, 200, 200]


def test_an_upgrade_that_asks_to_close_is_closed(service: Live):
    sent = b"GET /livez HTTP/1.1\r\nHost: here\r\nUpgrade: h2c\r\nConnection: upgrade, close\r\n\r\n"
    with service.connect() as connection:
        connection.sendall(sent)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert statuses(received) == [200]


def test_the_limits_hold_behind_an_offered_protocol(service: Live):
    head = JSON + UPGRADES["h2c"] + b"Transfer-Encoding: chunked\r\n\r\n"
    assert statuses(exchange(service, head + b"0\r\nA: " + b"a" * 20_000)) == [431]
