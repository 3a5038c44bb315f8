"""One shard done: read, annotated, written, and what could not be annotated put aside with its reason.

Nothing of it shows before it is whole: the file of results is renamed into its place when all of it has reached the
disk, then that of errors, then the note that the shard is done.  Done twice, a shard leaves the same bytes.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, fields
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from jmt.annotate.streaming import WINDOW, take
from jmt.bulk.deaths import Trials
from jmt.bulk.parquet_results import ParquetWriter
from jmt.bulk.raw_lines import writable
from jmt.bulk.records import Reading, Record, records_of
from jmt.bulk.results import LineWriter, Result, ResultWriter
from jmt.bulk.shards import Shard
from jmt.document import Document
from jmt.document.conllu import LABEL_COLUMNS
from jmt.errors import DeviceError
from jmt.files.atomic import saying_where, write_whole
from jmt.files.hashing import sha256_of
from jmt.formats.jsonl import write_jsonl_line
from jmt.safety.foreign import reason_of
from jmt.safety.leftovers import owned_file

if TYPE_CHECKING:
    from jmt.annotate.annotator import Annotator
    from jmt.annotate.loading import Origin

_LETTERS = 5
"""Code points that a word has about, its space counted."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with every shard."""

    folder: str
    """Where results go."""
    model: Origin
    """What annotates, and the hash that it has to have."""
    reading: Reading
    writing: str
    """`jsonl`, `conllu` or `parquet`; pairs are no CoNLL-U."""
    confidences: bool

    def place_of(self, shard: Shard) -> Path:
        """Return where the results of a shard stand once it is done."""
        return Path(self.folder) / f"{shard.name}.{self.writing}"

    def errors_of(self, shard: Shard) -> Path:
        """Return where those of its records stand that could not be annotated, if there are any."""
        return Path(self.folder) / "errors" / f"{shard.name}.jsonl"

    def trials_of(self, shard: Shard) -> Path:
        """Return where it is said what a shard is at, while it is not done."""
        return Path(self.folder) / "done" / f"{shard.name}.trying"

    def note_of(self, shard: Shard) -> Path:
        """Return what says that a shard is done."""
        return Path(self.folder) / "done" / f"{shard.name}.json"


@dataclass(slots=True)
class Counts:
    """What became of a shard."""

    records: int = 0
    """Annotated."""
    errors: int = 0
    """Put aside."""
    words: int = 0
    bytes: int = 0
    """Of the results."""
    sha256: str = ""


class ShardWorker:
    """Does one shard after the other, with the model loaded once; what a process, or a machine, has one of."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._annotator: Annotator | None = None

    def do(self, shard: Shard) -> Counts:
        """Do a shard, unless it is done already.

        Raises CheckpointError where the model is another one here, OSError where the disk is full.
        """
        if (counts := counts_of(self.work, shard)) is not None:
            return counts
        if self._annotator is None:
            self._annotator = _loaded(self.work)
        return annotate_shard(self._annotator, shard, self.work)


def _loaded(work: Work) -> Annotator:
    from jmt.annotate.loading import load_again

    annotator = load_again(work.model)
    gc.set_threshold(100_000, 10, 10)  # what is made of a text has no cycles: the collector need not look often
    return annotator


def counts_of(work: Work, shard: Shard) -> Counts | None:
    """Return what became of a shard that is done, None where it is not, or where its results are no longer whole."""
    try:
        note = json.loads(work.note_of(shard).read_text(encoding="utf-8"))
        counts = Counts(**{field.name: note[field.name] for field in fields(Counts)})
        if not all(type(value) is int and value >= 0 for key, value in asdict(counts).items() if key != "sha256"):
            return None
        whole = work.place_of(shard).stat().st_size == counts.bytes
        return counts if whole and work.errors_of(shard).exists() == bool(counts.errors) else None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def annotate_shard(annotator: Annotator, shard: Shard, work: Work) -> Counts:
    """Read, annotate and write a shard, and note that it is done."""
    trials = Trials(work.trials_of(shard))
    try:
        counts = _written(annotator, shard, work, trials)
    except Exception:  # this process lives, so that no record has ended it
        trials.end()
        raise
    made_of = [{"input": writable(piece.place), "line": piece.line} for piece in shard.pieces]
    write_whole(work.note_of(shard), json.dumps({**asdict(counts), "from": made_of}) + "\n")
    trials.end()
    return counts


def _written(annotator: Annotator, shard: Shard, work: Work, trials: Trials) -> Counts:
    """Put what comes of a shard in its places, whole."""
    counts, target, errors = Counts(), work.place_of(shard), work.errors_of(shard)
    labels = list(dict.fromkeys([*LABEL_COLUMNS, *annotator.token_tasks]))
    with (
        saying_where(target),
        owned_file(target.parent, target.name) as fresh,
        owned_file(errors.parent, errors.name) as bad,
    ):
        writer: ResultWriter
        if work.writing == "parquet":
            writer = ParquetWriter(fresh, shard, labels, pairs=work.reading.pairs)
        else:
            writer = LineWriter(fresh, work.writing)
        try:
            with bad.open("w", encoding="utf-8", newline="\n") as aside:
                for window in _annotated(annotator, shard, work, trials):
                    _write(window, writer, aside, counts)
        finally:
            writer.close()
        _flush(bad)
        _flush(fresh)
        counts.bytes, counts.sha256 = fresh.stat().st_size, sha256_of(fresh)
        fresh.replace(target)
        if counts.errors:
            bad.replace(errors)
        else:
            errors.unlink(missing_ok=True)
    return counts


def _flush(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _as_error(record: Record, fault: str) -> str:
    said = {"input": record.place, "line": record.line, "reason": fault, "record": record.shown}
    return write_jsonl_line({key: writable(value) if isinstance(value, str) else value for key, value in said.items()})


Annotated = list[tuple[Record, Result | str]]
"""Records, each with what became of it, or why nothing did."""


def _annotated(annotator: Annotator, shard: Shard, work: Work, trials: Trials) -> Iterator[Annotated]:
    """Yield the records of a shard, annotated a window at a time."""
    records = chain.from_iterable(records_of(piece, work.reading) for piece in shard.pieces)
    annotate = _pairs(annotator) if work.reading.pairs else _documents(annotator, confidences=work.confidences)
    named = 0
    for number, window in enumerate(_windows(records)):
        for record in window:
            if record.document is not None:
                named += 1
                record.document.name = f"{shard.name}-{named}"
        deadly = trials.begin(number, window, lambda record: annotate([deepcopy(record)]))
        for record, ends_processes in zip(window, deadly, strict=True):
            if ends_processes:
                record.fault = "the process that annotated it ended: it crashed, or there was too little memory"
        results = iter(_together_or_apart(annotate, [record for record in window if record.fault is None]))
        yield [(record, next(results) if record.fault is None else record.fault) for record in window]


def _windows(records: Iterator[Record]) -> Iterator[list[Record]]:
    end: Exception | None = None
    while end is None:
        window, end = take(records, lambda record: record.size // _LETTERS, WINDOW)
        if window:
            yield window
    if not isinstance(end, StopIteration):
        raise end


def _write(window: Annotated, writer: ResultWriter, aside: TextIO, counts: Counts) -> None:
    """Write what became of records, and put those aside of which nothing did."""
    prepared: list[Any] = []
    for record, result in window:
        fault = result if isinstance(result, str) else None
        if not isinstance(result, str):
            try:
                prepared.append(writer.prepare(result, record.others))
            except Exception as error:  # what came with it has no place in this format
                fault = reason_of(error)
            else:
                counts.words += _words(result)
        if fault is not None:
            counts.errors += 1
            aside.write(_as_error(record, fault))
    writer.write(prepared)
    counts.records += len(prepared)


def _words(result: Result) -> int:
    """Return how many words were annotated; of pairs, those between blanks."""
    if isinstance(result, Document):
        return sum(len(sentence.tokens) for sentence in result.sentences)
    return len(result.first.split()) + len(result.second.split())


Annotate = Callable[[Sequence[Record]], list[Result]]


def _documents(annotator: Annotator, *, confidences: bool) -> Annotate:
    from jmt.annotate.annotator import annotate_window

    def annotate(records: Sequence[Record]) -> list[Result]:
        window = [(record.document, None) for record in records if record.document is not None]
        return [document for document, _ in annotate_window(annotator, window, confidences=confidences)]

    return annotate


def _pairs(annotator: Annotator) -> Annotate:
    def annotate(records: Sequence[Record]) -> list[Result]:
        return list(annotator.compare_many([record.pair for record in records if record.pair is not None]))

    return annotate


def _together_or_apart(annotate: Annotate, records: Sequence[Record]) -> list[Result | str]:
    """Annotate records together, and where that fails in halves, until the one is found that it fails for.

    Gives what becomes of every record, or why nothing does.
    """
    if not records:
        return []
    try:
        return list(annotate(records))
    except DeviceError:
        raise
    except Exception as error:  # of whatever kind: a fault of ours in one record must not stop a million
        if len(records) == 1:
            return [reason_of(error)]
    middle = len(records) // 2
    return _together_or_apart(annotate, records[:middle]) + _together_or_apart(annotate, records[middle:])
