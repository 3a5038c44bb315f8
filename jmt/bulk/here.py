"""Shards done one after the other by this process: what one worker on one machine needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jmt.bulk.shard_work import Counts, ShardWorker, Work
from jmt.bulk.shards import Shard


def done_here(work: Work, shards: Sequence[Shard]) -> Iterator[tuple[Shard, Counts]]:
    """Yield every shard with what became of it."""
    worker = ShardWorker(work)
    for shard in shards:
        yield shard, worker.do(shard)
