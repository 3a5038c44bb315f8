"""A hundred ways to be a bad client, over a real socket: each gets its answer or is cut off, and the next is served."""

from __future__ import annotations

import json
import random
import socket
import struct
import time
from collections.abc import Iterator

import pytest

from jmt.serve.settings import Settings
from tests.assets.live_service import Live, is_served, live, read_answer, request

SETTINGS = Settings(max_body_bytes=20_000, header_seconds=1, body_seconds=1, send_seconds=1, idle_seconds=5)
POST = b"POST /v1/annotate HTTP/1.1\r\nHost: here\r\n"
JSON = POST + b"Content-Type: application/json\r\n"
GOOD = b'{"texts": ["a b."]}'
LENGTH = b"Content-Length: %d\r\n\r\n"
SENT = JSON + LENGTH % len(GOOD) + GOOD
CLOSED = 0


def body(content: bytes | str) -> bytes:
    """A request with this body, its length told truly."""
    raw = content.encode() if isinstance(content, str) else content
    return JSON + LENGTH % len(raw) + raw


def chunked(*pieces: bytes) -> bytes:
    return JSON + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces)


MALFORMED = {
    "empty": b"",
    "spaces": b"  ",
    "truncated": GOOD[:-3],
    "more behind": GOOD + b"x",
    "null": b"nul",
    "single quotes": b"{'texts': ['a']}",
    "trailing comma": b'{"texts": ["a",]}',
    "NaN": b'{"texts": [NaN]}',
    "Infinity": b'{"texts": [-Infinity]}',
    "surrogate": b'{"texts": ["\\ud800"]}',
    "surrogate in a key": b'{"\\udfff": 1}',
    "CESU-8": b'{"texts": ["\xed\xa0\x80\xed\xb0\x80"]}',
    "overlong UTF-8": b'{"texts": ["\xc0\xaf"]}',
    "invalid UTF-8": b'{"texts": ["\xff\xfe"]}',
    "UTF-16": '{"texts": ["a"]}'.encode("utf-16-le"),
    "UTF-32": '{"texts": ["a"]}'.encode("utf-32"),
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "raw NUL": b'{"texts": ["\x00"]}',
    "raw line end": b'{"texts": ["\n"]}',
    "bad escape": b'{"texts": ["\\x41"]}',
    "deep lists": b"[" * 15_000,
    "deep objects": b'{"a":' * 3_000,
    "closed deep lists": b"[" * 9_000 + b"]" * 9_000,
    "form": b"texts=a&texts=b",
    "multipart": b'--x\r\nContent-Disposition: form-data; name="texts"\r\n\r\na\r\n--x--',
    "comment": b'{"texts": ["a"]} // a comment',
    "hex number": b'{"texts": [0x10]}',
    "two values": b"{} {}",
    "5000 digits": b'{"texts": [' + b"9" * 5_000 + b"]}",
}
INVALID = {
    "null": "null",
    "number": "1",
    "list": "[]",
    "text": '"a"',
    "true": "true",
    "no field": "{}",
    "unknown field": '{"texts": ["a"], "colour": 1}',
    "both": '{"texts": ["a"], "tokens": [["a"]]}',
    "nulls": '{"texts": null, "tokens": null}',
    "no texts": '{"texts": []}',
    "a text alone": '{"texts": "a"}',
    "number in texts": '{"texts": [1]}',
    "false": '{"texts": [false]}',
    "object in texts": '{"texts": [{"a": 1}]}',
    "flat tokens": '{"tokens": ["a"]}',
    "empty sentence": '{"tokens": [[]]}',
    "empty word": '{"tokens": [[""]]}',
    "blank word": '{"tokens": [["\\u2003"]]}',
    "no list of tasks": '{"texts": ["a"], "tasks": {}}',
    "unknown task": '{"texts": ["a"], "tasks": ["magic"]}',
    "pair task": '{"texts": ["a"], "tasks": ["relatedness"]}',
    "tasks as text": '{"texts": ["a"], "tasks": "dep"}',
    "prototype": '{"__proto__": {"texts": ["a"]}}',
    "2,049 tokens": json.dumps({"texts": ["a " * 2049]}),
    "2,049 given tokens": json.dumps({"tokens": [["a"] * 2049]}),
}
FINE = {
    "NUL": ["a\x00b"],
    "controls": ["\x01\x02\x1b[31m\x7f\x85 a"],
    "right to left": ["\u202eevil\u202c שלום"],
    "joined emoji": ["👩‍👩‍👧‍👦 family"],
    "combining run": ["e" + "\u0301" * 500],
    "line ends": ["a\r\nb\u2028c\u2029d"],
    "private use": ["\ue000 \U000f0000 \u0378"],
    "markup": ['<script>alert(1)</script> & "quotes" \''],
    "empty": [""],
    "white space": [" \t\n\u3000"],
    "punctuation": ["?!.,;:…"],
    "parentheses": ["(" * 500],
    "dots": ["." * 500],
    "one long word": ["a" * 10_000],
    "no spaces": ["日本語の文には空白がない。"],
    "template": ["{{7*7}} ${7*7} %s %n"],
    "many spaces": [" " * 15_000 + "a"],
}
WIRE = {
    "two lengths": (JSON + b"Content-Length: 19\r\nContent-Length: 5\r\n\r\n" + GOOD, 400),
    "length and chunks": (JSON + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "length is no number": (JSON + b"Content-Length: ten\r\n\r\n" + GOOD, 400),
    "negative length": (JSON + b"Content-Length: -1\r\n\r\n", 400),
    "huge length": (JSON + b"Content-Length: 99999999999999999999999\r\n\r\n", 400),
    "bad chunk": (JSON + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", 400),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 what is this\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /livez\r\n\r\n", 400),
    "HTTP/9.9": (b"GET /livez HTTP/9.9\r\nHost: here\r\n\r\n", 400),
    "unknown method": (b"FOO /livez HTTP/1.1\r\nHost: here\r\n\r\n", 400),
    "method alone": (b"GET\r\n\r\n", 400),
    "NUL in the path": (b"GET /li\x00vez HTTP/1.1\r\nHost: here\r\n\r\n", 400),
    "space in a header name": (b"GET /livez HTTP/1.1\r\nHo st: here\r\n\r\n", 400),
    "NUL in a header": (b"GET /livez HTTP/1.1\r\nHost: a\x00b\r\n\r\n", 400),
    "header without colon": (b"GET /livez HTTP/1.1\r\nHost here\r\n\r\n", 400),
    "large header": (b"GET /livez HTTP/1.1\r\nA: " + b"a" * 100_000 + b"\r\n\r\n", 431),
    "long path": (b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: here\r\n\r\n", 431),
    "10,000 headers": (b"GET /livez HTTP/1.1\r\n" + b"A: b\r\n" * 10_000 + b"\r\n", 431),
    "101 headers": (b"GET /livez HTTP/1.1\r\n" + b"A: b\r\n" * 101 + b"\r\n", 431),
    "tunnel": (b"CONNECT here:80 HTTP/1.1\r\nHost: here\r\n\r\n", 400),
    "asterisk": (b"OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n", 404),
    "websocket": (b"GET /v1/model HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 200),
    "dots in the path": (b"GET /static/../../etc/passwd HTTP/1.1\r\nHost: here\r\n\r\n", 404),
    "coded dots": (b"GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: here\r\n\r\n", 404),
    "no UTF-8 in the path": (b"GET /%ff%fe HTTP/1.1\r\nHost: here\r\n\r\n", 404),
    "gzip": (JSON + b"Content-Encoding: gzip\r\n" + LENGTH % len(GOOD) + GOOD, 415),
    "text": (POST + b"Content-Type: text/plain\r\n" + LENGTH % len(GOOD) + GOOD, 415),
    "no media type": (POST + LENGTH % len(GOOD) + GOOD, 415),
    "unwanted form": (JSON + b"Accept: image/png\r\n" + LENGTH % len(GOOD) + GOOD, 406),
    "too long": (body(GOOD + b" " * 20_000), 413),
    "too long in chunks": (chunked(GOOD, b" " * 20_000, b""), 413),
    "much too long": (JSON + b"Content-Length: 1000000000\r\n\r\n" + b" " * 200_000, 413),
    "much too long, asked first": (JSON + b"Expect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n", 413),
    "length too small": (JSON + LENGTH % 5 + GOOD, CLOSED),
    "129 texts": (body(json.dumps({"texts": ["a"] * 129})), 413),
    "16,385 tokens": (body(json.dumps({"tokens": [["a"] * 128] * 128 + [["a"]]})), 413),
    "wrong method": (b"DELETE /v1/annotate HTTP/1.1\r\nHost: here\r\n\r\n", 405),
}
CASES = [
    *((f"malformed: {name}", body(content), 400) for name, content in MALFORMED.items()),
    *((f"invalid: {name}", body(content), 422) for name, content in INVALID.items()),
    *((f"fine: {name}", body(json.dumps({"texts": texts}, ensure_ascii=False)), 200) for name, texts in FINE.items()),
    *((name, sent, status) for name, (sent, status) in WIRE.items()),
]


@pytest.fixture(scope="module")
def service() -> Iterator[Live]:
    with live(settings=SETTINGS) as started:
        yield started


def test_there_are_a_hundred_cases():
    assert len(CASES) >= 100


@pytest.mark.parametrize(("sent", "status"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_strange_request_gets_its_answer(service: Live, sent: bytes, status: int):
    with service.connect() as connection:
        connection.sendall(sent)
        found, answer = read_answer(connection)

    assert found == status, answer
    if status >= 400:
        assert json.loads(answer)["status"] == status
    elif status == 200 and b"texts" in sent:
        for document in json.loads(answer)["documents"]:
            for token in (token for sentence in document["sentences"] for token in sentence["tokens"]):
                assert document["text"][token["start"] : token["end"]] == token["text"]
    assert is_served(service)


@pytest.mark.parametrize(
    ("sent", "status"),
    [(b"", CLOSED), (b"GET /li", 408), (b"\r\n", 408), (SENT[:60], 408), (JSON + LENGTH % 99, 408), (SENT[:-2], 408)],
    ids=["nothing", "a word", "a line end", "half the headers", "no body", "half the body"],
)
def test_a_client_that_stops_sending_is_let_go_at_the_deadline(service: Live, sent: bytes, status: int):
    with service.connect() as connection:
        connection.sendall(sent)
        assert read_answer(connection)[0] == status
    assert is_served(service)


def test_a_client_that_stops_between_two_requests_is_let_go(service: Live):
    with service.connect() as connection:
        connection.sendall(request("/livez"))
        assert read_answer(connection)[0] == 200
        connection.sendall(b"G")
        assert read_answer(connection)[0] == 408


def test_two_requests_in_one_breath_are_answered_in_their_order(service: Live):
    with service.connect() as connection:
        connection.sendall(SENT + request("/livez"))
        first, second = read_all_answers(connection, 2)
    assert b"documents" in first
    assert b"alive" in second


def test_nonsense_behind_a_request_never_gets_between_its_answer(service: Live):
    service.annotator.may_run.clear()
    with service.connect() as connection:
        connection.sendall(SENT)
        service.wait_until(lambda: service.service.under_way == 1)
        connection.sendall(b"\x00\x01 nonsense\r\n\r\n")
        service.annotator.may_run.set()
        status, _ = read_answer(connection)
    assert status in (CLOSED, 200)
    assert is_served(service)


@pytest.mark.parametrize("sent", [SENT, SENT[:-1], SENT[:40], SENT * 20], ids=["all", "most", "little", "many"])
def test_a_client_that_breaks_off_harms_nobody(service: Live, sent: bytes):
    with service.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no goodbye
        connection.sendall(sent)
    service.wait_until(lambda: service.service.under_way == 0)
    assert is_served(service)


def test_an_idle_connection_is_closed_when_its_time_is_over():
    with live(settings=Settings(idle_seconds=1, header_seconds=30)) as service:
        with service.connect(timeout=8) as connection:
            connection.sendall(request("/livez"))
            assert read_answer(connection)[0] == 200
            began = time.monotonic()
            assert connection.recv(1) == b""
        assert 0.5 < time.monotonic() - began < 7


@pytest.mark.parametrize(("headers", "status"), [(100, 200), (101, 431)])
def test_the_limit_of_headers_is_exact(service: Live, headers: int, status: int):
    with service.connect() as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: here\r\n" + b"A: b\r\n" * (headers - 1) + b"\r\n")
        assert read_answer(connection)[0] == status


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 431)])
def test_the_limit_of_the_bytes_of_headers_is_exact(service: Live, more: int, status: int):
    head = b"GET /livez HTTP/1.1\r\nHost: here\r\nA: "
    with service.connect() as connection:
        connection.sendall(head + b"a" * (32_768 - len(head) + more) + b"\r\n\r\n")
        assert read_answer(connection)[0] == status


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"GET / HTTP/9.9\r\n\r\n", "malformed_http"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 102, "headers_too_large"),
        (JSON + LENGTH % 99, "body_deadline"),
    ],
    ids=["malformed", "headers", "body"],
)
def test_a_refused_connection_is_counted_by_its_reason(service: Live, sent: bytes, reason: str):
    count = service.service.metrics.rejected.labels(reason)._value
    before = count.get()
    with service.connect() as connection:
        connection.sendall(sent)
        assert read_answer(connection)[0] in (400, 408, 431)
    assert count.get() == before + 1


def test_the_headers_may_end_between_two_packets_before_a_large_body(service: Live):
    head = JSON + b"Content-Length: 19000\r\n\r\n"
    content = GOOD + b" " * (19_000 - len(GOOD))
    for cut in range(len(head) - 4, len(head) + 1):
        with service.connect() as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(head[:cut])
            connection.sendall(head[cut:] + content)
            assert read_answer(connection)[0] == 200


def test_random_bytes_never_bring_the_service_down(service: Live):
    dice = random.Random(1)
    for _ in range(100):
        sent = bytearray(SENT)
        for _ in range(dice.randrange(1, 6)):
            sent[dice.randrange(len(sent))] = dice.randrange(256)
        with service.connect(timeout=3) as connection:
            connection.sendall(bytes(sent))
            connection.shutdown(socket.SHUT_WR)
            assert read_answer(connection)[0] < 500
    assert is_served(service)


def read_all_answers(connection: socket.socket, count: int) -> list[bytes]:
    """Read answers that come one after the other on one connection."""
    received = b""
    while received.count(b"HTTP/1.1 ") < count or not received.endswith(b"}"):
        received += connection.recv(65_536)
    return [b"HTTP/1.1 " + answer for answer in received.split(b"HTTP/1.1 ")[1:]]
