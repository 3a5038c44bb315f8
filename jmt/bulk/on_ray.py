"""Shards done by Ray Data, on this machine or on a cluster: each worker is an actor that keeps its model.

What Ray moves is where the shards stand and what became of them, never a text.  It starts an actor that was killed
anew, and gives what it had not finished to another one; a shard that is done twice leaves the same bytes.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from jmt.bulk.shard_work import Counts, ShardWorker, Work
from jmt.bulk.shards import Shard
from jmt.errors import InputError, JmtError, WorkerError
from jmt.safety.extras import needed_for
from jmt.safety.foreign import reason_of

_STORE_BYTES = 100 * 2**20
"""Of the memory that Ray's processes share; what passes through it is small, and Ray's least is 75 MB."""
_CLUSTERS = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
"""Whether machines may join; Ray asks this of every system, whatever the name says."""
_SETTINGS = {
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_worker_register_timeout_seconds": "300",  # a minute is too little for what workers import on a busy machine
}
"""Of Ray's: it keeps its log to files, tells nobody that it is used, and is patient."""
_ATTEMPTS = 3
_WAITING = 3
"""Shards that a worker has before it, so that it never waits."""


def done_on_ray(
    work: Work, shards: Sequence[Shard], *, workers: int | None, address: str | None
) -> Iterator[tuple[Shard, Counts]]:
    """Yield every shard with what became of it, in the order in which they are done.

    `address` is that of a cluster; None: Ray is started on this machine, for this call alone, and heard by this machine
    alone.  `workers` is how many processes work at once; None: as many as there are processors.
    Raises WorkerError where Ray gives up, and what a worker says of its model or its disk.
    """
    if address is None:
        os.environ.setdefault(_CLUSTERS, "0")  # read when Ray is imported: all its sockets are on the loopback then
    with needed_for("`jmt bulk` with several workers"):
        import ray
        import ray.data
    with _connected(ray, workers, address):
        count = min(workers or _processors(ray), len(shards))
        by_number = {shard.number: shard for shard in shards}
        ray.data.DataContext.get_current().enable_progress_bars = False
        rows = [{"shard": shard.to_json()} for shard in shards]
        done = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
            _Actor,
            fn_constructor_args=(work,),
            batch_size=1,
            num_cpus=1,
            compute=ray.data.ActorPoolStrategy(size=count, max_tasks_in_flight_per_actor=_WAITING),
        )
        try:
            for row in done.iter_rows():
                if row["error"]:
                    raise WorkerError(row["error"])
                yield by_number[row["number"]], Counts(**json.loads(row["counts"]))
        except ray.exceptions.RayError as error:
            raise WorkerError(f"Ray gave up: {reason_of(error)}; what is done stays: go on with --resume") from error


class _Actor:
    """What Ray keeps one of per worker."""

    def __init__(self, work: Work) -> None:
        self._worker = ShardWorker(work)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        """Do a shard; what is wrong comes back as a value, since Ray would try again and again."""
        shard = Shard.from_json(str(batch["shard"][0]))
        counts, error = Counts(), ""
        try:
            counts = self._worker.do(shard)
        except (JmtError, OSError) as fault:
            error = str(fault)
        return {"number": [shard.number], "counts": [json.dumps(asdict(counts))], "error": [error]}


@contextmanager
def _connected(ray: Any, workers: int | None, address: str | None) -> Iterator[None]:
    """Be connected to a cluster, or to a Ray of our own that nobody else hears."""
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    quiet = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    ends = signal.getsignal(signal.SIGTERM)
    if address is not None:
        try:
            ray.init(address=address, **quiet)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise InputError(f"--address {address}: no Ray to be reached there: {reason_of(error)}") from None
    else:
        _start(ray, workers or usable_processors(), quiet)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, ends)  # Ray puts its own there, which would end us without a word
    try:
        yield
    finally:
        ray.shutdown()


def _start(ray: Any, workers: int, quiet: dict[str, Any]) -> None:
    """Start Ray on this machine; on a busy one it may take longer than the half minute that Ray grants, and once more.

    Raises WorkerError where it does not start.
    """
    for attempt in range(_ATTEMPTS):
        try:
            ray.init(
                address="local",
                # One more than there are workers: with none to spare, what Ray does beside them would wait for ever.
                num_cpus=workers + 1,
                object_store_memory=_STORE_BYTES,
                include_dashboard=False,
                _node_ip_address="127.0.0.1",
                **quiet,
            )
        except Exception as error:  # Ray raises nothing more special
            ray.shutdown()
            if attempt + 1 == _ATTEMPTS:
                raise WorkerError(f"Ray did not start on this machine: {reason_of(error)}") from error
        else:
            return


def _processors(ray: Any) -> int:
    """Return how many processors a cluster has."""
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def usable_processors() -> int:
    """Return how many processors of this machine the process may use."""
    return len(os.sched_getaffinity(0))
