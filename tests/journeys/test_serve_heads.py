"""What the head of a request says: its host, and how its body is sent; on a socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jmt.serve.settings import Settings
from jmt.serve.transport.hosts import hosts_of
from tests.assets.live_service import Live, live
from tests.assets.wire import CHUNK, CHUNKED, JSON, exchange, statuses

SETTINGS = Settings(header_seconds=20, body_seconds=20, max_header_bytes=8_192)


@pytest.fixture(scope="module")
def service() -> Iterator[Live]:
    with live(settings=SETTINGS) as started:
        yield started


# --- hosts ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def here() -> Iterator[Live]:
    hosts = hosts_of("127.0.0.1", ["jmt.example.org"], only_here=True)
    with live(settings=SETTINGS, hosts=hosts) as started:
        yield started


def ask_as(service: Live, *hosts: bytes, target: bytes = b"/livez", version: bytes = b"1.1") -> Any:
    lines = b"".join(b"Host: %s\r\n" % host for host in hosts)
    (status,) = statuses(exchange(service, b"GET %s HTTP/%s\r\n%sConnection: close\r\n\r\n" % (target, version, lines)))
    return status


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        (b"",),
        (b"a", b"a"),
        (b"a", b"b"),
        (b"a b",),
        (b"a/b",),
        (b"user@localhost",),
        (b"localhost:x",),
        (b"a:70000",),
        (b"[::1",),
        (b"::1",),
        (b"[localhost]",),
        (b"a..b",),
        (b"\xe9",),
        (b"a,b",),
        (b"http://a",),
        (b"localhost:1:2",),
    ],
    ids=repr,
)
def test_a_request_without_one_good_host_is_refused_everywhere(service: Live, here: Live, hosts: tuple[bytes, ...]):
    assert ask_as(service, *hosts) == ask_as(here, *hosts) == 400


@pytest.mark.parametrize(
    "host",
    [
        b"localhost",
        b"LOCALHOST:8000",
        b"localhost.",
        b"localhost:",
        b"127.0.0.1",
        b"127.1.2.3:9",
        b"[::1]",
        b"[0:0::1]:80",
        b"jmt.example.org",
        b"JMT.Example.Org.:443",
    ],
)
def test_a_service_of_this_machine_answers_to_its_own_names(here: Live, host: bytes):
    assert ask_as(here, host) == 200
    if not host.endswith(b":"):
        assert ask_as(here, b"localhost", target=b"http://" + host + b"/livez") == 200


@pytest.mark.parametrize(
    "host",
    [
        b"evil.example",
        b"localhost.evil.example",
        b"127.0.0.1.evil.example",
        b"jmt.example.org.evil.example",
        b"xlocalhost",
        b"192.168.0.1",
        b"[::2]",
        b"0.0.0.0",
        b"2130706433",
        b"127.1",
    ],
)
def test_a_service_of_this_machine_does_not_answer_to_a_foreign_name(here: Live, service: Live, host: bytes):
    assert ask_as(here, host) == 421
    assert ask_as(here, host, version=b"1.0") == 421
    assert ask_as(here, b"localhost", target=b"http://" + host + b"/livez") == 421
    assert ask_as(here, host, target=b"http://localhost/livez") == 421
    assert ask_as(service, host) == 200  # where others are let in, any name will do


@pytest.mark.parametrize("target", [b"http://user@localhost/livez", b"ftp://localhost/livez", b"http:///livez"])
def test_a_target_that_is_no_plain_address_of_ours_is_refused(here: Live, target: bytes):
    assert ask_as(here, b"localhost", target=target) == 400


def test_http_1_0_needs_no_host(here: Live):
    assert ask_as(here, version=b"1.0") == 200


# --- codings ----------------------------------------------------------------------------------------------------------

CODINGS = {
    "gzip below": (b"Transfer-Encoding: gzip, chunked\r\n", 501),
    "in two lines": (b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", 501),
    "identity below": (b"Transfer-Encoding: identity, chunked\r\n", 501),
    "identity": (b"Transfer-Encoding: identity\r\n", 400),
    "gzip alone": (b"Transfer-Encoding: gzip\r\n", 400),
    "chunked not last": (b"Transfer-Encoding: chunked, gzip\r\n", 400),
    "chunked twice": (b"Transfer-Encoding: chunked, chunked\r\n", 400),
    "chunked in two lines": (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
    "a length, too": (b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400),
    "a length before": (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
    "nothing": (b"Transfer-Encoding: \r\n", 400),
    "parameters": (b"Transfer-Encoding: chunked;q=1\r\n", 400),
    "upper case": (b"Transfer-Encoding: , CHUNKED\r\n", 200),
}


@pytest.mark.parametrize(("coding", "status"), CODINGS.values(), ids=CODINGS)
def test_only_chunked_is_a_transfer_coding(service: Live, coding: bytes, status: int):
    received = exchange(service, JSON + coding + b"\r\n" + CHUNK + b"0\r\n\r\n")
    assert statuses(received) == [status]
    if status >= 400:
        problem = json.loads(received.partition(b"\r\n\r\n")[2])
        assert problem["type"] == f"urn:jmt:problem:{'unknown_coding' if status == 501 else 'malformed_http'}"


def test_chunks_are_unknown_to_http_1_0(service: Live):
    sent = (CHUNKED + CHUNK + b"0\r\n\r\n").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert statuses(exchange(service, sent)) == [400]


def test_headers_are_counted_for_each_request_anew(service: Live):
    one = b"GET /livez HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20
    few = SETTINGS.max_headers // 20 + 1
    sent = (one + b"\r\n") * few + one + b"Connection: close\r\n\r\n"

    assert statuses(exchange(service, sent)) == [200] * (few + 1)
