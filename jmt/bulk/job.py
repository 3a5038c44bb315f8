"""A job: a folder of results, and what it is made from; a stopped one goes on where it was.

DIR/manifest.json           the inputs, the model and the options, each by its content; where the inputs stood
DIR/part-000000.jsonl       results, a file per shard, in the order of the inputs
DIR/errors/part-000000.jsonl  records that could not be annotated, each with its place and the reason
DIR/done/part-000000.json   what became of a shard, and of what it was made: written last, so that what has none is
                            done again
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jmt.bulk.raw_lines import writable
from jmt.bulk.shard_work import Counts, Work, counts_of
from jmt.bulk.shards import Plan, Shard, plan_shards, shard_bytes_of
from jmt.bulk.sources import DONE, MANIFEST, InputFile
from jmt.errors import CheckpointError, InputError
from jmt.files.atomic import write_whole
from jmt.files.strict_json import Bounds, read_object
from jmt.safety.leftovers import owned_while_used

_BOUNDS = Bounds(2**28, 2**24, 2**23)
"""Of a manifest, which names every input: some millions of them."""
_OURS = (MANIFEST, "errors", DONE)


@dataclass(slots=True)
class Job:
    """What is to be done, what is done, and what has become of it so far."""

    work: Work
    shards: list[Shard]
    """Those that are still to be done."""
    size: int
    """Bytes of all inputs, by which progress is measured."""
    done: Counts = field(default_factory=Counts)
    """What became of all that is done."""
    done_size: int = 0
    done_before: int = 0
    """Shards that an earlier call had done."""

    def take(self, shard: Shard, counts: Counts) -> None:
        """Take note that a shard is done."""
        self.done.records += counts.records
        self.done.errors += counts.errors
        self.done.words += counts.words
        self.done.bytes += counts.bytes
        self.done_size += shard.size


@contextmanager
def opened_job(
    files: Sequence[InputFile],
    work: Work,
    *,
    resume: bool,
    on_read: Callable[[int], object],
    shard_bytes: int | None = None,
) -> Iterator[Job]:
    """Begin a job in its folder, or go on with the one that is there, which has shards of its own size.

    `shard_bytes` is how many bytes of input make up a shard; None: it follows from the size of the inputs.

    Raises:
        InputError: the folder holds something else, a job that was made from something else, or one that is there
            though none was to be gone on with; or there is nothing to annotate.
        OwnedError: another process works on it.
    """
    folder = Path(work.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--output {folder}: cannot be written: {error.strerror}") from None
    with owned_while_used(folder):
        before = _manifest_of(folder, resume=resume)
        shard_bytes = before["shard_bytes"] if before else shard_bytes or shard_bytes_of(files)
        plan = plan_shards(files, shard_bytes, on_read)
        if not plan.shards:
            raise InputError("there is nothing to annotate: all files are empty")
        manifest = _manifest(plan, work, shard_bytes)
        if before:
            _check_same(before, manifest, folder)
        for name in ("errors", DONE):
            (folder / name).mkdir(exist_ok=True)
        if not before:
            write_whole(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")
        yield _job(plan, work)


def _job(plan: Plan, work: Work) -> Job:
    job = Job(work, [], sum(shard.size for shard in plan.shards))
    for shard in plan.shards:
        if (counts := counts_of(work, shard)) is None:
            job.shards.append(shard)
        else:
            job.take(shard, counts)
            job.done_before += 1
    return job


def _manifest(plan: Plan, work: Work, shard_bytes: int) -> dict[str, Any]:
    from jmt import __version__

    model = work.model
    return {
        "jmt": __version__,
        "inputs": [{"bytes": size, "sha256": digest} for size, digest in plan.contents],
        "places": [writable(place) for place in plan.places],
        "shard_bytes": shard_bytes,
        "shards": len(plan.shards),
        "model": model.revision,
        "tasks": list(model.tasks) if model.tasks is not None else None,
        "segmenter": model.segmenter,
        "corpus": model.corpus,
        "engine": model.engine,
        "device": model.device,
        "threads": model.threads,
        "forms": list(dict.fromkeys(piece.form for shard in plan.shards for piece in shard.pieces)),
        "pairs": work.reading.pairs,
        "column": work.reading.column,
        "to": work.writing,
        "confidences": work.confidences,
    }


def _manifest_of(folder: Path, *, resume: bool) -> dict[str, Any] | None:
    """Return the manifest of the job that is in a folder, None where the folder is empty."""
    if (folder / MANIFEST).exists():
        if not resume:
            raise InputError(f"{folder}: holds a job already: --resume goes on with it, or name another folder")
        try:
            manifest = read_object(folder / MANIFEST, _BOUNDS)
        except CheckpointError as error:
            raise InputError(str(error)) from None
        if not isinstance(manifest.get("shard_bytes"), int) or manifest["shard_bytes"] < 1:
            raise InputError(f"{folder / MANIFEST}: does not say what a job is made from; name another folder")
        return manifest
    if others := [path.name for path in folder.iterdir() if path.name[0] != "." and path.name not in _OURS]:
        raise InputError(f"{folder}: holds `{sorted(others)[0]}`, which is not ours; name an empty folder or a new one")
    return None


def _check_same(before: Mapping[str, Any], manifest: Mapping[str, Any], folder: Path) -> None:
    if other := [key for key in manifest if key != "places" and before.get(key) != manifest[key]]:
        raise InputError(
            f"--resume: {folder} was made from something else: changed since are {', '.join(other)}; give what it was "
            "made from, or name another folder"
        )
