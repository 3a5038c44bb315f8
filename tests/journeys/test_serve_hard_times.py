"""A service that is told twice to end, or has no descriptors left: plain answers, plain lines in the log, no traces."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.assets.fake_service import Alone, alone
from tests.assets.live_service import read_answer, request

STAY = {"texts": ["stay here."]}
POST = b"POST /v1/annotate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def wait_for(service: Alone, event: str) -> None:
    deadline = time.monotonic() + 20
    while event not in {entry["event"] for entry in service.events()}:
        assert time.monotonic() < deadline, service.events()
        time.sleep(0.02)


def says_no_or_nothing(connection: socket.socket) -> bool:
    """Whether a client was answered, told that the service ends, or closed: nothing else."""
    received = b""
    with suppress(ConnectionError):
        while piece := connection.recv(1 << 20):
            received += piece
    statuses = re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", received)
    return set(statuses) <= {b"200", b"503"} and received.count(b"urn:jmt:problem:not_ready") == statuses.count(b"503")


def check_log(service: Alone, *known: str) -> None:
    """No fault, no stack trace, and nothing that is no line of JSON."""
    assert {entry["event"] for entry in service.events()} <= {"ready", "draining", *known}


def test_a_second_sigterm_ends_requests_with_503_or_a_plain_close(tmp_path: Path):
    """Whatever they are at: the model, its queue, their headers, their body, a place behind another, their answer."""
    large = json.dumps({"tokens": [["a"] * 128] * 100}).encode()
    requests = [
        *[request("/v1/annotate", STAY)] * 3,
        request("/v1/annotate", STAY) * 2,
        POST + b"Content-Length: 100\r\n\r\n{",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
        POST,
        b"",
        (POST + b"Content-Length: %d\r\n\r\n" % len(large) + large) * 3,
    ]
    with alone(tmp_path / "log") as service, ExitStack() as stack:
        connections = [stack.enter_context(socket.create_connection(service.address, 20)) for _ in requests]
        for connection, content in zip(connections, requests, strict=True):
            connection.sendall(content)
        time.sleep(0.3)
        service.process.send_signal(signal.SIGTERM)
        wait_for(service, "draining")
        service.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert all(says_no_or_nothing(connection) for connection in connections)
        assert service.process.wait(20) == 0
        assert time.monotonic() - began < 15  # 30 is what it would wait for them
        check_log(service)


def test_when_the_time_to_drain_is_over_those_who_still_send_are_told_so_without_a_trace(tmp_path: Path):
    with (
        alone(tmp_path / "log", settings={"drain_seconds": 1}) as service,
        socket.create_connection(service.address, 20) as connection,
    ):
        connection.sendall(POST + b"Content-Length: 100\r\n\r\n{")
        time.sleep(0.2)
        service.process.send_signal(signal.SIGTERM)
        assert says_no_or_nothing(connection)
        assert service.process.wait(20) == 0
        events = service.events()
    assert not [entry for entry in events if "error" in entry or entry["event"].startswith("Exception")]


def test_without_descriptors_a_line_stands_in_the_log_and_the_service_recovers(tmp_path: Path):
    """64 are few: who comes when they are used up is told so, and the log says it once, however many come."""
    with alone(tmp_path / "log", descriptors=64) as service:
        with ExitStack() as stack:
            connections = [stack.enter_context(socket.create_connection(service.address, 20)) for _ in range(150)]
            answers = []
            for connection in connections[100:]:
                with suppress(ConnectionError):
                    answers.append(read_answer(connection)[0])
            assert set(answers) <= {429, 0}
            assert answers.count(429) > 25
            connections[0].sendall(request("/livez"))  # who is in, stays in
            assert read_answer(connections[0])[0] == 200
        deadline = time.monotonic() + 20
        statuses = []
        while statuses[-1:] != [200]:
            assert time.monotonic() < deadline, statuses
            with socket.create_connection(service.address, 20) as connection, suppress(ConnectionError):
                connection.sendall(request("/livez"))
                statuses.append(read_answer(connection)[0])
        events = [entry["event"] for entry in service.events()]
        assert events.count("few descriptors") == events.count("connections refused") == 1
        check_log(service, "few descriptors", "connections refused", "no descriptors left")
