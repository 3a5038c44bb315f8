"""Measure what HTTP costs: sentences per second through `jmt serve` against the same model called in process.

    python benchmarks/serve_throughput.py --model en_jmt_sm --corpora DIR

The server and the in-process annotator run in turn on one core (`--server-cores`; two, as `2,3`, let the service read
and write beside its one inference thread), the clients on another (`--client-core`), with one torch thread.  Every
round measures, in this order: `Annotator.pipe` over all texts (the best that can be had in process), requests of 8
sentences, requests of 1 sentence from 32 clients, and one client alone; the rounds are interleaved, and medians are
printed.  Beside the wall clock stands the processor time of the server: on a busy machine the steadier figure.  Every
answer is compared with what the annotator gives in process.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

HEAD = "POST /v1/annotate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
PATIENT = ["--queue-seconds", "600", "--request-seconds", "600"]  # the measure is speed, however slow the machine is
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """One pass over all texts."""

    sentences: int
    seconds: float
    cpu_seconds: float
    """Of the process that annotates."""
    times: tuple[float, ...] = ()
    """Of the single requests."""


def main() -> int:
    """Measure, print, and fail where a ratio is below what was asked."""
    arguments = parse()
    texts = list(read_texts(arguments))[: arguments.texts]
    os.sched_setaffinity(0, {arguments.client_core})
    rows: dict[str, list[Measured]] = {}
    batch, single = [], []
    with in_process(arguments) as local, served(arguments) as (process, address):
        expected = local_call(local, ("labels", texts))
        bodies = {size: list(written(texts, size, chosen(arguments))) for size in (1, 8)}
        asyncio.run(ask_all(address, bodies[8], 8))  # what is looked up for the first time is looked up now
        for _ in range(arguments.rounds):
            rows.setdefault("in process", []).append(Measured(*local_call(local, ("pipe", texts))))
            for name, size, clients in (("8 sentences", 8, arguments.clients), ("1 sentence", 1, 32), ("alone", 1, 1)):
                work = bodies[size] if clients > 1 else bodies[size][:200]
                rows.setdefault(name, []).append(http_pass(process, address, work, clients, expected))
            single += local_call(local, ("single", texts[:200]))
            batch += local_call(local, ("batch", texts[:32]))
    return report(arguments, rows, statistics.median(batch), statistics.median(single))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--tasks", help="comma-separated; left out: all tasks about single sentences")
    parser.add_argument("--corpora", default=os.environ.get("JMT_CORPORA"), help="left out: the embedded corpus")
    parser.add_argument("--texts", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=32, help="of the requests of 8 sentences")
    parser.add_argument("--server-cores", type=cores, default={0}, metavar="N[,N]")
    parser.add_argument("--client-core", type=int, default=1)
    parser.add_argument("--least-8", type=float, default=0.82)
    parser.add_argument("--least-1", type=float, default=0.67)
    return parser.parse_args()


def cores(given: str) -> set[int]:
    """Read a list of cores."""
    return {int(core) for core in given.split(",")}


def read_texts(arguments: argparse.Namespace) -> Iterator[str]:
    """Yield the sentences of EWT's development part, or of the embedded corpus."""
    if arguments.corpora:
        file = Path(arguments.corpora) / "ewt" / "en_ewt-ud-dev.conllu"
    else:
        import jmt.corpora

        file = Path(next(iter(jmt.corpora.__path__))) / "miniature" / "dev.conllu"
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("# text = "):
            yield line.removeprefix("# text = ")


@contextmanager
def in_process(arguments: argparse.Namespace) -> Iterator[Connection]:
    """Run the annotator in a process of its own, on the server's core."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    worker = context.Process(target=annotate_on_request, args=(theirs, arguments), daemon=True)
    worker.start()
    try:
        yield ours
    finally:
        worker.terminate()
        worker.join()


def annotate_on_request(connection: Connection, arguments: argparse.Namespace) -> None:
    """Do what is asked for over the connection, until it ends."""
    os.sched_setaffinity(0, arguments.server_cores)
    import torch

    import jmt

    torch.set_num_threads(1)
    annotator = jmt.load(arguments.model, device="cpu")
    tasks = chosen(arguments)
    list(annotator.pipe(["Warm up."] * 8, tasks=tasks))
    while True:
        what, texts = connection.recv()
        if what == "labels":
            connection.send([annotator(text, tasks=tasks).to_dict() for text in texts])
        elif what == "pipe":
            began, cpu = time.perf_counter(), time.process_time()
            documents = list(annotator.pipe(texts, tasks=tasks))
            spent = time.perf_counter() - began, time.process_time() - cpu
            connection.send((sum(len(document.sentences) for document in documents), *spent))
        else:
            sentences = [annotator.segment(text).sentences for text in texts]
            groups = [[s for own in sentences for s in own]] * 5 if what == "batch" else sentences
            connection.send([timed(annotator, group, tasks) for group in groups])


def timed(annotator: Any, sentences: Sequence[Any], tasks: Sequence[str] | None) -> float:
    began = time.perf_counter()
    annotator.annotate_sentences(sentences, tasks)
    return time.perf_counter() - began


def local_call(connection: Connection, call: tuple[str, Sequence[str]]) -> Any:
    connection.send(call)
    return connection.recv()


def chosen(arguments: argparse.Namespace) -> list[str] | None:
    return arguments.tasks.split(",") if arguments.tasks else None


@contextmanager
def served(arguments: argparse.Namespace) -> Iterator[tuple[subprocess.Popen[str], tuple[str, int]]]:
    """Run `jmt serve` on its core, and wait until it is ready."""
    command = [sys.executable, "-m", "jmt.cli.main", "serve", "--model", arguments.model, "--port", "0"]
    process = subprocess.Popen([*command, "--log-format", "text", *PATIENT], stderr=subprocess.PIPE, text=True)
    os.sched_setaffinity(process.pid, arguments.server_cores)
    assert process.stderr is not None
    port = 0
    for line in process.stderr:
        port = int(found.group(1)) if (found := re.search(r"http://[\d.]+:(\d+) ", line)) else port
        if " ready " in line:
            break
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), arguments.server_cores)
    try:
        yield process, ("127.0.0.1", port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def written(texts: Sequence[str], size: int, tasks: Sequence[str] | None) -> Iterator[tuple[bytes, int]]:
    """Write the requests that hold all texts, `size` in each; yields the bytes, and where the first text stands."""
    for first in range(0, len(texts), size):
        asked: dict[str, Any] = {"texts": texts[first : first + size]}
        yield json.dumps(asked | ({"tasks": tasks} if tasks else {})).encode(), first


def http_pass(
    process: subprocess.Popen[str],
    address: tuple[str, int],
    work: Sequence[tuple[bytes, int]],
    clients: int,
    expected: Sequence[Any],
) -> Measured:
    """Send all requests from so many clients at once; then check every answer."""
    cpu, began = cpu_of(process.pid), time.perf_counter()
    answers, times = asyncio.run(ask_all(address, work, clients))
    seconds, cpu_seconds = time.perf_counter() - began, cpu_of(process.pid) - cpu
    sentences = 0
    for first, raw in answers:
        documents = json.loads(raw)["documents"]
        sentences += sum(len(document["sentences"]) for document in documents)
        if documents != expected[first : first + len(documents)]:
            raise SystemExit("an answer differs from what the annotator gives in process")
    return Measured(sentences, seconds, cpu_seconds, tuple(times))


def cpu_of(pid: int) -> float:
    """Return the processor seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


async def ask_all(
    address: tuple[str, int], work: Sequence[tuple[bytes, int]], clients: int
) -> tuple[list[tuple[int, bytes]], list[float]]:
    """Send requests; returns what came back, with the number of its first text, and the seconds of each request."""
    left = iter(work)
    times: list[float] = []
    answers: list[tuple[int, bytes]] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection(*address)
        for body, first in left:
            began = time.perf_counter()
            writer.write(HEAD.format(len(body)).encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            answers.append((first, await reader.readexactly(length)))
            times.append(time.perf_counter() - began)
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"the service refused: {answers[-1][1].decode()}")
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return answers, times


def report(arguments: argparse.Namespace, rows: dict[str, list[Measured]], batch: float, single: float) -> int:
    """Print medians and ratios; gives the exit code."""
    rate = {name: statistics.median(m.sentences / m.seconds for m in passes) for name, passes in rows.items()}
    per_cpu = {name: statistics.median(m.sentences / m.cpu_seconds for m in passes) for name, passes in rows.items()}
    print(f"load of the machine: {os.getloadavg()[0]:.1f}; {arguments.rounds} interleaved rounds, medians")
    print(f"{'':12} sentences/s   ratio   per CPU second   ratio      p50 ms   p99 ms")
    for name, passes in rows.items():
        times = sorted(second for measured in passes for second in measured.times)
        shown = f"{1000 * statistics.median(times):8.1f} {1000 * times[int(0.99 * len(times))]:8.1f}" if times else ""
        ratios = rate[name] / rate["in process"], per_cpu[name] / per_cpu["in process"]
        print(f"{name:12} {rate[name]:11,.0f} {ratios[0]:7.2f} {per_cpu[name]:16,.0f} {ratios[1]:7.2f}    {shown}")
    alone = statistics.median(second for measured in rows["alone"] for second in measured.times)
    crowd = sorted(second for measured in rows["1 sentence"] for second in measured.times)
    print(f"one client: {1000 * (alone - single):+.1f} ms over {1000 * single:.1f} ms in process (median)")
    tail = crowd[int(0.99 * len(crowd))] / batch
    print(f"32 clients: p99 is {tail:.1f} times the {1000 * batch:.0f} ms of a batch of the first 32 sentences")
    enough = [rate[name] / rate["in process"] for name in ("8 sentences", "1 sentence")]
    return 0 if enough[0] >= arguments.least_8 and enough[1] >= arguments.least_1 else 1


if __name__ == "__main__":
    sys.exit(main())
