"""Addresses: what can be bound, what only this machine reaches, how it is written."""

from __future__ import annotations

import socket

import pytest

from jmt.errors import InputError
from jmt.serve.server import bind, is_loopback, url_of


def test_port_0_takes_a_free_port_and_the_url_names_it():
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert port > 0
        assert url_of(listener) == f"http://127.0.0.1:{port}"
        assert is_loopback(listener)


def test_an_ipv6_address_stands_in_brackets():
    try:
        listener = bind("::1", 0)
    except InputError:
        pytest.skip("this machine has no IPv6")
    with listener:
        assert url_of(listener).startswith("http://[::1]:")
        assert is_loopback(listener)


def test_an_address_for_everybody_is_no_loopback():
    with bind("0.0.0.0", 0) as listener:
        assert not is_loopback(listener)


def test_a_taken_port_is_refused_with_the_address():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(InputError, match=r"127\.0\.0\.1 port \d+: Address already in use"),
    ):
        bind("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
def test_an_address_of_somebody_else_is_refused(host: str):
    with pytest.raises(InputError, match="cannot listen on"):
        bind(host, 0)
