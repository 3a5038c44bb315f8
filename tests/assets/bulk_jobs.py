"""Small jobs of bulk work, done in the process of the test."""

from __future__ import annotations

from pathlib import Path

from jmt.bulk.here import done_here
from jmt.bulk.job import Job, opened_job
from jmt.bulk.shard_work import Work
from jmt.bulk.sources import find_inputs

LINES = [f"Cat{number} saw a mat. Yes, it ran {'and ran ' * (number % 3)}home." for number in range(24)]


def run(source: Path, work: Work, *, resume: bool = False, at_most: int = 1000) -> Job:
    """Do a job, or so many of its shards."""
    with opened_job(
        find_inputs([str(source)], None), work, resume=resume, on_read=lambda count: None, shard_bytes=300
    ) as job:
        done = done_here(work, job.shards)
        for _, (shard, counts) in zip(range(at_most), done, strict=False):
            job.take(shard, counts)
    return job


def outputs(folder: str) -> dict[str, bytes]:
    """What a job leaves, but for the notes of what is done."""
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir()) if path.is_file()}
