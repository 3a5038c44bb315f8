"""`jmt bulk` by Ray: killed workers, drivers and machines, and still every line exactly once, with the same bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from jmt.cli.main import main
from tests.assets.bulk_runs import MODEL, Processes, distinct_lines, done_shards, processes, results

pytest.importorskip("ray")

WORKER = "ray::MapWorker"
"""What Ray calls an actor that does shards."""


class Bulk:
    """One job, and what it has to leave."""

    def __init__(self, folder: Path, lines: int) -> None:
        self.out = folder / "out"
        (folder / "in.txt").write_text("".join(f"{line}\n" for line in distinct_lines(lines)))
        self.words = [str(folder / "in.txt"), *MODEL, "--shard-bytes", "8000"]
        whole = folder / "whole"
        assert main(["bulk", *self.words, "--workers", "1", "--output", str(whole)]) == 0
        self.expected = results(whole)

    def on_ray(self, *more: str) -> list[str]:
        return [*self.words, "--output", str(self.out), "--resume", *more]


def wait_for_work(process: subprocess.Popen[str], out: Path, count: int) -> None:
    """Wait until so many shards are done, or the command has ended."""
    while process.poll() is None and done_shards(out) < count:
        time.sleep(0.02)


def kill_one(started: Processes, title: str, draw: random.Random) -> None:
    if found := started.alive(title):
        with suppress(OSError):
            os.kill(draw.choice(found), signal.SIGKILL)


def test_two_workers_of_which_one_is_killed_leave_the_bytes_of_one_process_and_nothing_running(tmp_path: Path):
    bulk = Bulk(tmp_path, 1500)
    with processes() as started:
        with started.start(*bulk.on_ray("--workers", "2")) as process:
            wait_for_work(process, bulk.out, 2)
            assert listening_beyond_loopback(started) == set()
            kill_one(started, WORKER, random.Random(1))
            _, err = process.communicate(timeout=240)

        assert process.returncode == 0, err
        assert "Traceback" not in err
        assert results(bulk.out) == bulk.expected
        assert started.wait_until_gone(30)


def listening_beyond_loopback(started: Processes) -> set[str]:
    """Addresses of a test's sockets that other machines could reach."""
    inodes = set()
    for process in started.alive():
        with suppress(OSError):
            for link in Path(f"/proc/{process}/fd").iterdir():
                with suppress(OSError):
                    inodes.add(os.readlink(link).removeprefix("socket:[").removesuffix("]"))
    found = set()
    for table, loopback in (("tcp", ("0100007F",)), ("tcp6", ("0" * 24 + "01000000", "0" * 16 + "FFFF00000100007F"))):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            cells = line.split()
            if cells[3] == "0A" and cells[9] in inodes and cells[1].split(":")[0] not in loopback:
                found.add(cells[1])
    return found


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_ten_kills_of_drivers_and_workers_at_random_moments_lose_and_double_nothing(tmp_path: Path):
    bulk, draw = Bulk(tmp_path, 12_000), random.Random(7)
    with processes() as started:
        for kill in range(10):
            with started.start(*bulk.on_ray("--workers", "2")) as process:
                wait_for_work(process, bulk.out, done_shards(bulk.out) + draw.randrange(1, 6))
                time.sleep(draw.random())
                if kill % 2:
                    kill_one(started, WORKER, draw)
                    wait_for_work(process, bulk.out, done_shards(bulk.out) + 2)
                process.kill()
                process.communicate(timeout=60)
            assert started.wait_until_gone(60, WORKER), "a driver that is killed leaves no worker behind"
        code, err = started.run(*bulk.on_ray("--workers", "2"))

        assert code == 0, err
        assert results(bulk.out) == bulk.expected
        assert started.wait_until_gone(120), "Ray's own helpers look once a minute whether their driver is there"


CLUSTER = """
import sys
from ray.cluster_utils import Cluster
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
nodes = [cluster.add_node(num_cpus=2) for _ in range(2)]
print(cluster.address, flush=True)
sys.stdin.readline()
cluster.remove_node(nodes[0], allow_graceful=False)
print("removed", flush=True)
sys.stdin.readline()
"""


@contextmanager
def cluster(started: Processes) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Three nodes on this machine; a line to the process ends one of them."""
    command = [sys.executable, "-c", CLUSTER]
    with subprocess.Popen(
        command, env=started.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
        process.kill()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_cluster_of_three_nodes_of_which_one_is_killed_does_the_same(tmp_path: Path):
    bulk = Bulk(tmp_path, 6_000)
    with processes() as started, cluster(started) as (address, nodes):
        with started.start(*bulk.on_ray("--workers", "3", "--address", address)) as process:
            wait_for_work(process, bulk.out, 4)
            assert nodes.stdin is not None
            nodes.stdin.write("\n")
            nodes.stdin.flush()
            _, err = process.communicate(timeout=400)

        assert process.returncode == 0, err
        assert results(bulk.out) == bulk.expected


def test_a_cluster_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "in.txt").write_text("A cat sat.\n")
    words = [str(tmp_path / "in.txt"), *MODEL, "--address", "nonsense", "--output", str(tmp_path / "out")]

    assert main(["bulk", *words]) == 1
    assert "--address nonsense: no Ray to be reached there" in capsys.readouterr().err
