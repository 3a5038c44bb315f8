"""`jmt serve` as a user runs it: a process of its own, a real socket, a real model, and signals."""

from __future__ import annotations

import json
import os
import random
import re
import select
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

import jmt
from jmt.serve.asking.keys import make_key

VOCABULARY = """the a dog cat small barked ran that she did not see them on mat home unheard 3.5 don't — 😀 !"""
WORDS = VOCABULARY.split()


class Server:
    """A running `jmt serve` on a free port of this machine."""

    def __init__(self, model: Path, *flags: str, log: Path) -> None:
        self.log = log
        command = [sys.executable, "-m", "jmt.cli.main", "serve", "--model", str(model), "--port", "0", *flags]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "JMT_MAX_TEXTS": "64"}
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, env=environment)
        self.url = self._wait_for(r"at (http://\S+)")
        self.address = ("127.0.0.1", int(self.url.rpartition(":")[2]))

    def _wait_for(self, pattern: str) -> str:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            if found := re.search(pattern, self.said()):
                return found.group(1)
            time.sleep(0.02)
        raise AssertionError(self.said())

    def said(self) -> str:
        """Everything on stderr so far."""
        return self.log.read_text(encoding="utf-8")

    def wait_until_ready(self) -> None:
        """Ask until the model is warm."""
        deadline = time.monotonic() + 60
        while httpx.get(f"{self.url}/readyz").status_code != 200:
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.02)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; give the exit code and what was written to stdout."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, out.decode()


@pytest.fixture(scope="module")
def server(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tiny_checkpoint, log=tmp_path_factory.mktemp("serve") / "log")
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.end()


@pytest.fixture(scope="module")
def annotator(tiny_checkpoint: Path) -> jmt.Annotator:
    return jmt.load(tiny_checkpoint, device="cpu")


def some_text(dice: random.Random) -> str:
    sentences = [" ".join(dice.choices(WORDS, k=dice.randrange(1, 30))) + "." for _ in range(dice.randrange(1, 5))]
    return " ".join(sentences)


def same_judgement(got: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Labels identical, scores within 1e-5."""
    labels = ("first", "second", "entailment")
    return (
        [got[key] for key in labels] == [expected[key] for key in labels]
        and got["relatedness"] == pytest.approx(expected["relatedness"], abs=1e-5)
        and got["relatedness_distribution"] == pytest.approx(expected["relatedness_distribution"], abs=1e-5)
        and got["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-5)
    )


def test_texts_get_the_labels_that_python_gives(server: Server, annotator: jmt.Annotator):
    dice = random.Random(1)
    texts = ["", " \n ", *(some_text(dice) for _ in range(30))]

    answer = httpx.post(f"{server.url}/v1/annotate", json={"texts": texts}, timeout=60).json()

    assert answer["documents"] == [annotator(text).to_dict() for text in texts]
    assert answer["model"] == {key: annotator.describe()[key] for key in ("name", "revision")}


def test_tokens_get_the_labels_that_python_gives(server: Server, annotator: jmt.Annotator):
    dice = random.Random(2)
    sentences = [dice.choices(WORDS, k=dice.randrange(1, 40)) for _ in range(30)]

    answer = httpx.post(f"{server.url}/v1/annotate", json={"tokens": sentences}, timeout=60).json()

    assert answer["documents"] == [annotator.annotate_tokens([words]).to_dict() for words in sentences]


def test_a_subset_of_tasks_gets_the_same_labels(server: Server, annotator: jmt.Annotator):
    text = some_text(random.Random(3))

    answer = httpx.post(f"{server.url}/v1/annotate", json={"texts": [text], "tasks": ["chunk"]}, timeout=60).json()

    assert answer["documents"] == [annotator(text, tasks=["chunk"]).to_dict()]
    assert answer["ran"] == ["xpos", "chunk"]


def test_pairs_get_the_judgements_that_python_gives(server: Server, annotator: jmt.Annotator):
    dice = random.Random(4)
    pairs = [(some_text(dice), some_text(dice)) for _ in range(30)]
    body = {"pairs": [{"first": first, "second": second} for first, second in pairs]}

    answer = httpx.post(f"{server.url}/v1/compare", json=body, timeout=60).json()

    for got, expected in zip(answer["judgements"], annotator.compare_many(pairs), strict=True):
        assert same_judgement(got, expected.to_dict())


def test_mixed_requests_at_once_get_their_own_answers(server: Server, annotator: jmt.Annotator):
    def ask(seed: int) -> str | None:
        dice = random.Random(seed)
        with httpx.Client(base_url=server.url, timeout=60) as client:
            for _ in range(8):
                kind = dice.choice(["texts", "pairs", "tokens", "wrong"])
                if kind == "texts":
                    texts, task = [some_text(dice) for _ in range(dice.randrange(1, 6))], dice.choice(["xpos", "dep"])
                    got = client.post("/v1/annotate", json={"texts": texts, "tasks": [task]}).json()["documents"]
                    right = got == [annotator(text, tasks=[task]).to_dict() for text in texts]
                elif kind == "tokens":
                    words = dice.choices(WORDS, k=dice.randrange(1, 30))
                    got = client.post("/v1/annotate", json={"tokens": [words]}).json()["documents"]
                    right = got == [annotator.annotate_tokens([words]).to_dict()]
                elif kind == "pairs":
                    first, second = some_text(dice), some_text(dice)
                    body = {"pairs": [{"first": first, "second": second}]}
                    (judgement,) = client.post("/v1/compare", json=body).json()["judgements"]
                    right = same_judgement(judgement, annotator.compare(first, second).to_dict())
                else:
                    right = client.post("/v1/annotate", json={"texts": ["a " * 2100]}).status_code == 422
                if not right:
                    return f"seed {seed}, {kind}"
        return None

    with ThreadPoolExecutor(12) as pool:
        assert [wrong for wrong in pool.map(ask, range(24)) if wrong] == []


def test_a_body_over_the_limit_gets_its_answer_and_the_service_lives_on(server: Server):
    body = b'{"texts": ["' + b"a " * 1_100_000 + b'"]}'
    with httpx.Client(base_url=server.url, headers={"Content-Type": "application/json"}, timeout=60) as client:
        assert client.post("/v1/annotate", content=body).status_code == 413
        assert client.post("/v1/annotate", content=iter([body[:70_000], body[70_000:]])).status_code == 413
        assert client.get("/livez").status_code == 200


def test_a_huge_body_is_cut_off(server: Server):
    sent = 0
    with socket.create_connection(server.address, timeout=30) as connection, suppress(ConnectionError):
        connection.sendall(
            b"POST /v1/annotate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000000000000\r\n\r\n"
        )
        while sent < 100_000_000:
            sent += connection.send(b" " * 65_536)
    assert sent < 64_000_000
    assert httpx.get(f"{server.url}/livez").status_code == 200


def test_environment_variables_and_flags_set_limits(server: Server):
    assert httpx.get(f"{server.url}/v1/model").json()["limits"]["max_texts"] == 64


def test_the_address_and_a_line_to_try_go_to_stderr(server: Server):
    said = server.said()

    assert server.url.startswith("http://127.0.0.1:")
    assert f"curl {server.url}/v1/annotate" in said
    assert "warning" not in said


def test_sigterm_finishes_what_is_under_way_and_ends_with_0(tiny_checkpoint: Path, tmp_path: Path):
    patient = ["--queue-seconds", "300", "--request-seconds", "300", "--drain-seconds", "300"]
    server = Server(tiny_checkpoint, *patient, log=tmp_path / "log")
    server.wait_until_ready()
    body = json.dumps({"texts": ["the dog ran home . " * 60] * 50}).encode()  # 15,000 tokens, four times
    head = "POST /v1/annotate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}"
    waiting = [socket.create_connection(server.address, timeout=60) for _ in range(4)]
    for connection in waiting:
        connection.sendall(head.encode() + b"\r\n\r\n" + body)
    for _ in range(3):  # whoever comes later is answered later: the four are accepted and read by now
        httpx.get(f"{server.url}/livez")
    answered = select.select(waiting, [], [], 0)[0]
    code, out = server.end(signal.SIGTERM)
    answers = [read_all(connection) for connection in waiting]

    assert len(answered) < 4
    assert [answer.split(b"\r\n")[0] for answer in answers] == [b"HTTP/1.1 200 OK"] * 4
    assert all(answer.endswith(b"}") for answer in answers)
    assert (code, out) == (0, "")
    assert "Traceback" not in server.said()
    assert server.said().splitlines()[-1] == "jmt: stopped"


def read_all(connection: socket.socket) -> bytes:
    """Read until the other side closes."""
    pieces = []
    with connection:
        while piece := connection.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.parametrize("when", ["loading", "serving"])
def test_ctrl_c_leaves_no_stack_trace(tiny_checkpoint: Path, tmp_path: Path, when: str):
    if when == "serving":
        server = Server(tiny_checkpoint, log=tmp_path / "log")
        server.wait_until_ready()
        code, out = server.end(signal.SIGINT)
        said = server.said()
    else:
        command = [sys.executable, "-m", "jmt.cli.main", "serve", "--model", str(tiny_checkpoint), "--port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        maps, deadline = Path(f"/proc/{process.pid}/maps"), time.monotonic() + 60
        while maps.exists() and "libtorch" not in maps.read_text() and time.monotonic() < deadline:
            time.sleep(0.02)  # the command runs once it has begun to import torch
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)
        code = process.returncode

    assert out == ""
    assert "Traceback" not in said
    assert code == 0 or (when, code) == ("loading", 130)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_model_is_warmed_up_ends_the_service_cleanly(tmp_path: Path, number: int):
    server = Server(Path("en_jmt_sm"), "--max-batch-tokens", "32768", log=tmp_path / "log")  # a warm-up of seconds
    readiness = httpx.get(f"{server.url}/readyz", timeout=60).status_code  # answered: signals are listened for
    code, out = server.end(number)

    assert readiness == 503
    assert (code, out) == (0, "")
    assert server.said().splitlines()[-1] == "jmt: stopped"
    assert "try:" not in server.said()


def test_the_line_to_try_has_a_key_where_keys_are_asked_for(tiny_checkpoint: Path, tmp_path: Path):
    key, line = make_key("anna")
    (tmp_path / "keys").write_text(line, encoding="utf-8")
    server = Server(tiny_checkpoint, "--api-key-file", str(tmp_path / "keys"), log=tmp_path / "log")
    try:
        server.wait_until_ready()
        command = next(text for text in server.said().splitlines() if text.startswith("  curl "))
        _, url, *options = shlex.split(command.replace("KEY", key))
        headers = dict(
            value.split(": ") for flag, value in zip(options[::2], options[1::2], strict=True) if flag == "-H"
        )
        answer = httpx.post(url, headers=headers, content=options[options.index("-d") + 1].encode(), timeout=60)
    finally:
        server.end()

    assert answer.json()["documents"][0]["text"] == "She reads a book."


def test_a_port_that_is_taken_is_refused_with_a_message(tiny_checkpoint: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "jmt.cli.main", "serve", "--model", str(tiny_checkpoint), "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"jmt: error: cannot listen on 127.0.0.1 port {port}: Address already in use")
    assert "Traceback" not in ended.stderr
