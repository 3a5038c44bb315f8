"""What is wrong with the head of a request, asked of it alone: the parser in front may refuse some of it already."""

from __future__ import annotations

import pytest

from jmt.serve.transport.hosts import ANY_HOST, Hosts
from jmt.serve.transport.request_head import Head, fault_of

HOST = (b"host", b"localhost")


def fault(*headers: tuple[bytes, bytes], version: str = "1.1", target: bytes = b"/", method: bytes = b"GET") -> str:
    """Return the code of what is wrong, or nothing."""
    found = fault_of(Head(version, method, target, [HOST, *headers]), ANY_HOST)
    return "" if found is None else found[0]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([b"chunked"], ""),
        ([b" Chunked ,"], ""),
        ([b"gzip, chunked"], "unknown_coding"),
        ([b"gzip", b"chunked"], "unknown_coding"),
        ([b"chunked, chunked"], "malformed_http"),
        ([b"chunked", b"chunked"], "malformed_http"),
        ([b"chunked, gzip"], "malformed_http"),
        ([b""], "malformed_http"),
        ([b"chunked;q=1"], "malformed_http"),
    ],
)
def test_one_chunked_at_the_end_is_all_that_is_taken(values: list[bytes], code: str):
    assert fault(*((b"transfer-encoding", value) for value in values)) == code


def test_a_body_has_one_end():
    coding, length = (b"transfer-encoding", b"chunked"), (b"content-length", b"5")
    assert fault(coding, length) == fault(length, coding) == "malformed_http"
    assert fault(coding, version="1.0") == "malformed_http"
    assert fault(length, version="1.0") == fault(length) == ""


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (b"/livez", ""),
        (b"*", ""),
        (b"http://localhost/livez", ""),
        (b"HTTP://localhost?a", ""),
        (b"http://elsewhere/livez", "misdirected"),
        (b"http://u@localhost/", "malformed_http"),
        (b"http:///livez", "malformed_http"),
        (b"ftp://localhost/", "malformed_http"),
        (b"localhost:80", "malformed_http"),
    ],
)
def test_an_absolute_target_names_us_too(target: bytes, code: str):
    found = fault_of(Head("1.1", b"GET", target, [HOST]), Hosts(frozenset({"localhost"})))
    assert ("" if found is None else found[0]) == code


def test_other_versions_and_proxies_are_none():
    assert fault(version="0.9") == fault(version="2.0") == fault(method=b"CONNECT") == "malformed_http"
    assert fault(HOST) == "malformed_http"
