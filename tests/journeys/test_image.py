"""`serve/deploy/Dockerfile`, carried out without an engine: what it builds starts, tells its health, and ends."""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import jmt
from jmt.errors import JmtError
from tests.assets.dockerfile import read_dockerfile, sent_to_engine
from tests.assets.image import DOCKERFILE, Image
from tests.repository.source import ROOT

WORDS = "She did not see them .".split()
STAGES = read_dockerfile(DOCKERFILE)
FINAL = STAGES[-1]
REQUIREMENTS = (ROOT / "serve" / "deploy" / "requirements.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return Image(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A file with the hash of a new key, and the key."""
    made = subprocess.run(
        [sys.executable, "-m", "jmt.cli.main", "serve", "--new-key", "tester"], capture_output=True, text=True
    )
    path = tmp_path_factory.mktemp("keys") / "keys"
    path.write_text(made.stdout, encoding="utf-8")
    return path, made.stderr.split()[-1]


class Running:
    """A process of the image."""

    def __init__(self, image: Image, *flags: str, log: Path, keys: Path | None) -> None:
        self.image, self.log = image, log
        variables = {"JMT_API_KEY_FILE": str(keys)} if keys else {}
        self.process = image.start(*flags, log=log, variables=variables)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def port(self) -> int:
        """Wait until it listens, and give its port."""
        deadline = time.monotonic() + 120
        while not (found := re.search(r"at http://[\d.]+:(\d+)", self.said())):
            assert time.monotonic() < deadline, self.said()
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)
        return int(found.group(1))

    def wait_until_healthy(self) -> int:
        """Ask for its health, as an engine does; give the port."""
        port, deadline = self.port(), time.monotonic() + 120
        while not self.image.is_healthy(port):
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)
        return port

    def end(self) -> int:
        """Send SIGTERM, as `docker stop` does; give the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def running(
    image: Image, keys: tuple[Path, str], tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    log = tmp_path_factory.mktemp("image-log") / "log"
    started = Running(image, "--model", str(tiny_checkpoint), "--port", "0", log=log, keys=keys[0])
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.wait(60)


def test_what_is_built_answers_with_nothing_but_what_its_requirements_bring(
    running: Running, keys: tuple[Path, str], tiny_checkpoint: Path
):
    port = running.wait_until_healthy()
    with jmt.Client(f"http://127.0.0.1:{port}", api_key=keys[1]) as client:
        document = client.annotate_tokens([WORDS])
        with pytest.raises(JmtError, match="send `tokens` instead"):
            client("A text.")  # which this model has not learned to split, nor is spaCy here to do it

    assert document == jmt.load(tiny_checkpoint, device="cpu").annotate_tokens([WORDS])
    assert "jmt: warning: raw text is refused" in running.said()
    assert "pip install 'jmt[spacy]'" in running.said()
    assert httpx2.get(f"http://127.0.0.1:{port}/v1/model").status_code == 401
    assert "Traceback" not in running.said()


def test_it_hears_sigterm_as_process_1_would_and_is_unhealthy_afterwards(running: Running):
    port = running.wait_until_healthy()
    words = Path(f"/proc/{running.process.pid}/cmdline").read_bytes().split(b"\0")

    assert any(word.endswith(b"/jmt") for word in words)  # no shell in between
    assert running.end() == 0
    assert running.said().splitlines()[-1] == "jmt: stopped"
    assert not running.image.is_healthy(port)


def test_without_keys_it_refuses_to_let_others_in(image: Image, tiny_checkpoint: Path, tmp_path: Path):
    refused = Running(image, "--model", str(tiny_checkpoint), "--port", "0", log=tmp_path / "log", keys=None)

    assert refused.process.wait(60) == 2
    assert "--api-key-file" in refused.said()
    assert "Traceback" not in refused.said()


def test_a_service_that_is_not_ready_is_unhealthy(image: Image):
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections and says nothing
        assert not image.is_healthy(deaf.getsockname()[1])


@pytest.mark.slow
def test_the_model_that_ships_answers_from_the_image(image: Image, keys: tuple[Path, str], tmp_path: Path):
    started = Running(image, "--port", "0", log=tmp_path / "log", keys=keys[0])
    try:
        port = started.wait_until_healthy()
        with jmt.Client(f"http://127.0.0.1:{port}", api_key=keys[1], timeout=120) as client:
            assert [token.xpos for token in client("She reads a book.").tokens] == ["PRP", "VBZ", "DT", "NN", "."]
            assert client.compare("A cat sat.", "A cat was sitting.").entailment
        assert started.end() == 0
    finally:
        started.process.kill()
        started.process.wait()


def test_every_source_of_a_copy_exists_and_is_sent_to_the_engine():
    sent = sent_to_engine(ROOT, DOCKERFILE.with_name("Dockerfile.dockerignore"))
    copied = [
        source for stage in STAGES for instruction in stage.all("COPY") for source in instruction.rest.split()[:-1]
    ]

    assert copied
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert {source.split("/")[0] for source in copied} == sent


def test_what_is_private_or_large_is_not_sent_to_the_engine():
    assert {".git", ".venv", "runs", "tests"} & sent_to_engine(
        ROOT, DOCKERFILE.with_name("Dockerfile.dockerignore")
    ) == set()


def test_the_image_runs_as_somebody_who_is_not_root():
    user, _, group = FINAL.last("USER").rest.partition(":")

    assert user.isdecimal()  # Kubernetes' runAsNonRoot looks at the number
    assert int(user) > 0
    assert int(group) > 0
    after = FINAL.instructions[FINAL.instructions.index(FINAL.last("USER")) :]
    assert {instruction.name for instruction in after}.isdisjoint({"RUN", "COPY", "ADD"})


def test_bases_are_named_by_a_version_that_the_package_takes():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    for stage in STAGES:
        found = re.fullmatch(r"python:(\d+\.\d+)-slim-\w+", stage.base)
        assert found, stage.base
        assert Requirement(f"python{wanted}").specifier.contains(found.group(1))


def test_the_command_is_in_exec_form_and_its_port_is_the_one_offered_and_checked():
    command, health = FINAL.last("ENTRYPOINT").exec_form, FINAL.last("HEALTHCHECK").exec_form

    assert command is not None
    assert command[:2] == ["jmt", "serve"]
    assert command[command.index("--port") + 1] == FINAL.last("EXPOSE").rest
    assert health is not None
    assert f"'127.0.0.1', {FINAL.last('EXPOSE').rest}," in health[-1]
    ast.parse(health[-1])


def test_the_health_check_gives_up_before_the_engine_does():
    health = FINAL.last("HEALTHCHECK")
    (seconds,) = re.findall(r"timeout=(\d+)", health.rest)

    assert int(seconds) < int(health.flags["timeout"].removesuffix("s"))


def test_the_image_installs_by_the_constraints():
    steps = [step for run in FINAL.all("RUN") for step in run.rest.split("&&") if "pip install" in step]

    assert len(steps) == 2
    assert all("--constraint /install/constraints.txt" in step or "--no-deps /wheel/" in step for step in steps)


def test_the_image_brings_what_the_package_and_its_extra_serve_need_and_nothing_else():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = [*project["dependencies"], *project["optional-dependencies"]["serve"]]
    brought = {canonicalize_name(line) for line in REQUIREMENTS.splitlines() if not line.startswith("#")}

    assert brought == {canonicalize_name(Requirement(line).name) for line in stated}


def test_the_environment_of_the_image_is_not_that_of_this_machine(image: Image):
    words = [str(image.bin / "python"), "-c", "import sys, json; print(json.dumps(sys.path))"]
    done = subprocess.run(words, env=image.environment, cwd="/", capture_output=True, text=True, check=True)
    site_packages = os.path.dirname(os.path.dirname(httpx2.__file__))

    assert site_packages not in json.loads(done.stdout)
    assert str(image.site) in json.loads(done.stdout)
    assert (image.site / "numpy").exists()
    for library in ("torch", "transformers", "datasets", "spacy"):
        assert not (image.site / library).exists()
