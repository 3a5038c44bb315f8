"""`jmt serve --workers`, keys and a stuck model, as processes: one dies and is replaced, all end together."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest

from jmt.cli.main import main
from tests.assets.live_service import read_answer, request
from tests.journeys.test_serve import Server


def children_of(pid: int) -> list[int]:
    """The worker processes; multiprocessing's own helper is none."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == pid and b"spawn_main" in command:
                found.append(int(folder.name))
    return sorted(found)


def wait_for(condition: object, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.1)


SLOW_BODY = b'{"texts": ["The dog ran."]}'


def begin_slowly(address: tuple[str, int]) -> socket.socket:
    """Send all of a request but the end of its body."""
    connection = socket.create_connection(address, timeout=30)
    connection.sendall(request("/v1/annotate", SLOW_BODY)[: 1 - len(SLOW_BODY)])
    time.sleep(0.5)  # until a worker has taken it
    return connection


def is_refused(address: tuple[str, int]) -> bool:
    """Tell whether a new client is turned away at once."""
    try:
        socket.create_connection(address, timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def test_workers_share_a_socket_a_dead_one_is_replaced_and_all_end_together(tiny_checkpoint: Path, tmp_path: Path):
    server = Server(
        tiny_checkpoint, "--workers", "2", "--log-format", "json", "--max-sentence-tokens", "64", log=tmp_path / "log"
    )

    def is_served() -> bool:
        answer = httpx.post(f"{server.url}/v1/annotate", json={"texts": ["The dog ran."]}, timeout=120)
        return answer.status_code == 200

    assert is_served()  # waits in the queue of the socket until the first worker is warm
    wait_for(lambda: server.said().count('"event":"ready"') == 2)
    first, second = children_of(server.process.pid)
    assert all(is_served() for _ in range(20))
    numbers = httpx.get(f"{server.url}/metrics", timeout=30).text
    assert 'jmt_http_requests_total{method="POST",route="/v1/annotate",status="200"} 21.0' in numbers  # of both
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: len(children_of(server.process.pid)) == 2 and first not in children_of(server.process.pid))
    assert all(is_served() for _ in range(20))
    wait_for(lambda: server.said().count('"event":"ready"') == 3)
    late = begin_slowly(server.address)
    server.process.send_signal(signal.SIGTERM)
    wait_for(lambda: is_refused(server.address), 10)  # by the workers, which drain, and by their parent
    late.sendall(SLOW_BODY[1:])
    assert read_answer(late)[0] == 200
    late.close()
    out, _ = server.process.communicate(timeout=60)

    assert (server.process.returncode, out) == (0, b"")
    assert '"event":"worker died"' in server.said()
    assert "Traceback" not in server.said()
    assert not Path(f"/proc/{second}").exists()


def test_a_model_that_cannot_be_served_is_said_once_and_ends_all_workers(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    command = ["serve", "--model", str(tmp_path / "none"), "--port", "0", "--workers", "3", "--log-format", "json"]

    assert main(command) == 1
    assert capfd.readouterr().err.count("jmt: error: ") == 1


def test_with_keys_the_service_is_closed_to_others(tiny_checkpoint: Path, tmp_path: Path, capsys):
    assert main(["serve", "--new-key", "reader"]) == 0
    made = capsys.readouterr()
    key = made.err.split()[-1]
    (tmp_path / "keys").write_text(made.out, encoding="utf-8")
    assert key not in made.out

    server = Server(
        tiny_checkpoint, "--api-key-file", str(tmp_path / "keys"), "--host", "0.0.0.0", log=tmp_path / "log"
    )
    try:
        local = server.url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{local}/v1/model", timeout=60).status_code == 401
        assert httpx.get(f"{local}/v1/model", headers={"Authorization": f"Bearer {key}"}, timeout=60).status_code == 200
    finally:
        server.end()
    assert key not in server.said()
