"""Inputs cut into shards, the unit of bulk work: the same inputs give the same shards, whoever works on them.

A shard is read by whoever does it: it says where its records stand and holds none of them.  Files of lines are cut
where a record begins, Parquet at its row groups, Arrow at its batches; what is packed by gzip stays whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import BinaryIO

from jmt.bulk.arrow_files import rows_of_parts
from jmt.bulk.sources import COLUMNAR, InputFile, opened_input
from jmt.errors import JmtError
from jmt.safety.foreign import reason_of

_SMALLEST, _LARGEST, _USUAL_COUNT = 2**18, 2**26, 1000
_BLOCK = 2**20
_UNPACKED = 4
"""Times that text grows when it is unpacked, about."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive records of one file."""

    place: str
    form: str
    packed: bool
    start: int
    """First byte, of lines; first row group or batch, of tables."""
    stop: int | None
    """The one after the last; None: up to the end."""
    line: int
    """Number of the first line or row, from 1."""
    fault: str | None = None
    """Why nothing of the file can be read."""


@dataclass(frozen=True, slots=True)
class Shard:
    """What one worker does at a time, and what comes out as one file."""

    number: int
    pieces: tuple[Piece, ...]
    size: int
    """Bytes to read, by which progress is measured."""

    @property
    def name(self) -> str:
        """What its files are called, but for their ending."""
        return f"part-{self.number:06}"

    def to_json(self) -> str:
        """Return it as a line of JSON, in which it travels."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Shard:
        """Read what `to_json` wrote."""
        entry = json.loads(text)
        return cls(entry["number"], tuple(Piece(**piece) for piece in entry["pieces"]), entry["size"])


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is to be done, and what it is made from."""

    contents: list[tuple[int, str]]
    """Bytes and SHA-256 of every input, in order."""
    places: list[str]
    """Where they stand."""
    shards: list[Shard]


def shard_bytes_of(files: Sequence[InputFile]) -> int:
    """Return how large shards of these inputs are best: about a thousand of them, none too small nor too large."""
    return min(_LARGEST, max(_SMALLEST, sum(file.size for file in files) // _USUAL_COUNT))


def plan_shards(files: Sequence[InputFile], shard_bytes: int, on_read: Callable[[int], object]) -> Plan:
    """Read every input once, to know it by its content and to cut it; `on_read` is told of bytes that were read.

    A file that cannot be read is a piece with its fault.
    """
    contents: list[tuple[int, str]] = []
    pieces: list[tuple[Piece, int]] = []
    for file in files:
        digest = hashlib.sha256()
        try:
            with opened_input(file.place) as stream:
                cuts = _cut(file, _read(stream, digest.update, on_read), shard_bytes)
        except (JmtError, OSError) as error:
            cuts = [Cut(0, 0, 1, 0, reason_of(error))]
        for cut in cuts:
            piece = Piece(file.place, file.form, file.packed, cut.start, cut.stop, cut.line, cut.fault)
            pieces.append((piece, cut.size))
        contents.append((file.size, digest.hexdigest()))
    return Plan(contents, [file.place for file in files], list(_together(pieces, shard_bytes)))


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a piece of a file begins and ends, as `Piece` says, and how many bytes it has."""

    start: int
    stop: int | None
    line: int
    size: int
    fault: str | None = None


def _read(stream: BinaryIO, hash_more: Callable[[bytes], object], on_read: Callable[[int], object]) -> Iterator[bytes]:
    """Yield the lines of a file, long ones in parts, and take note of them."""
    while part := stream.readline(_BLOCK):
        hash_more(part)
        on_read(len(part))
        yield part


def _cut(file: InputFile, parts: Iterator[bytes], shard_bytes: int) -> list[Cut]:
    """Return the pieces of a file, whose parts are all read."""
    if file.form in COLUMNAR or file.form == "table" or file.packed:
        size = sum(map(len, parts))
        if file.form in COLUMNAR:
            return _cut_columnar(file, size, shard_bytes)
        return [Cut(0, None, 1, size * (_UNPACKED if file.packed else 1))] if size else []
    return list(_cut_lines(parts, shard_bytes, after_blank=file.form in ("conllu", "paragraphs")))


def _cut_lines(parts: Iterator[bytes], shard_bytes: int, *, after_blank: bool) -> Iterator[Cut]:
    """Yield pieces that begin where a record does: at a line, or at one after a blank line."""
    start = position = 0
    first = line = 1
    may_end = False
    begins = True  # whether this part is the beginning of a line
    for part in parts:
        if may_end and begins and position - start >= shard_bytes:
            yield Cut(start, position, first, position - start)
            start, first = position, line
        ends = part.endswith(b"\n")
        may_end = ends and (not after_blank or (begins and not part.strip()))
        begins = ends
        position += len(part)
        line += ends
    if position > start:
        yield Cut(start, position, first, position - start)


def _cut_columnar(file: InputFile, size: int, shard_bytes: int) -> list[Cut]:
    """Return pieces of as many row groups or batches as make up a shard."""
    rows = rows_of_parts(file.place, file.form)
    share = size / max(1, sum(rows))
    cuts: list[Cut] = []
    start, begun = 0, 0
    for stop in range(1, len(rows) + 1):
        if sum(rows[start:stop]) * share >= shard_bytes or stop == len(rows):
            count = sum(rows[start:stop])
            if count:  # rows may take next to no bytes, and are rows all the same
                cuts.append(Cut(start, stop, 1 + begun, round(count * share)))
            start, begun = stop, begun + count
    return cuts


def _together(pieces: list[tuple[Piece, int]], shard_bytes: int) -> Iterator[Shard]:
    """Yield shards of as many pieces as make one up: small files of one format, or pieces of one table."""
    held: list[Piece] = []
    size = number = 0
    for piece, weight in pieces:
        if held and (size >= shard_bytes or not _go_together(held[-1], piece)):
            yield Shard(number, tuple(held), size)
            held, size, number = [], 0, number + 1
        held.append(piece)
        size += weight
    if held:
        yield Shard(number, tuple(held), size)


def _go_together(piece: Piece, other: Piece) -> bool:
    """Whether two pieces may be in one shard: rows of tables keep their columns, which differ between files."""
    columnar = piece.form in COLUMNAR
    return (
        piece.form == other.form
        and (not columnar or piece.place == other.place)
        and not piece.fault
        and not other.fault
    )
