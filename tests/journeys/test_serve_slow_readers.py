"""Clients that do not take their answers, over a real socket: they are cut off, and who reads in time is not."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jmt.serve.settings import Settings
from tests.assets.live_service import Live, is_served, live, read_answer, request


def test_a_client_that_never_reads_is_cut_off():
    settings = Settings(send_seconds=1)
    large = request("/v1/annotate", {"tokens": [["a"] * 128] * 100})
    with live(settings=settings) as service:
        with service.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            for _ in range(8):  # about a megabyte each: more than all buffers between us
                connection.sendall(large)
            service.wait_until(lambda: service.server.server_state.connections, 5)
            service.wait_until(lambda: not service.server.server_state.connections, 20)
        assert service.service.metrics.rejected.labels("send_deadline")._value.get() == 1
        assert is_served(service)


@contextmanager
def narrow_connection(service: Live) -> Iterator[tuple[socket.socket, Any]]:
    """A connection that holds next to nothing on its way, and the service's side of it."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(20)
        connection.connect(service.address)
        service.wait_until(lambda: service.server.server_state.connections)
        (other,) = service.server.server_state.connections
        other.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)  # type: ignore[union-attr]
        yield connection, other


def test_a_client_that_reads_most_of_its_answer_and_then_stops_is_cut_off():
    """Event loops may say "write on" while some is left: that of the standard library does, uvloop waits longer."""
    large = request("/v1/annotate", {"tokens": [["a"] * 128] * 24})
    with live(settings=Settings(send_seconds=1, idle_seconds=1)) as service:
        with narrow_connection(service) as (connection, protocol):
            connection.sendall(large)
            service.wait_until(lambda: protocol.transport.get_write_buffer_size() > 100_000)
            protocol.loop.call_soon_threadsafe(protocol.resume_writing)
            service.wait_until(lambda: not service.server.server_state.connections, 6)
        assert is_served(service)


def test_every_answer_has_a_time_of_its_own_in_which_to_be_taken():
    sent = request("/v1/annotate", {"tokens": [["a"] * 500]})
    with live(settings=Settings(send_seconds=2)) as service, narrow_connection(service) as (connection, protocol):
        for pause in (1.4, 1.2):  # neither is longer than 2 seconds, both together are
            connection.sendall(sent)
            service.wait_until(lambda: protocol.transport.get_write_buffer_size() > 10_000)
            time.sleep(pause)
            status, answer = read_answer(connection)
            assert (status, answer[-2:]) == (200, b"}}")
