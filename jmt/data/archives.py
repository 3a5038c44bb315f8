"""One file out of an archive from a stranger: bounded before anything is unpacked, and nothing but that file."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

_MOST_MEMBERS = 10_000
"""Of an archive; a corpus comes in some tens of files."""

_BLOCK = 1 << 16
_LINK = 0o120000
"""The kind of a symbolic link in the upper bits of a zip's attributes."""

UNPACKABLE = (
    EOFError,
    KeyError,
    ValueError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
)
"""What is raised for an archive that is none, is damaged, or is not what was expected."""


class Limits(NamedTuple):
    """Most bytes: of the wanted file, and of the archive that it comes in and all that this holds."""

    file: int
    archive: int


@contextmanager
def opened_inside(loaded: Path, member: str, name: str, limits: Limits) -> Iterator[IO[bytes]]:
    """Open one member of an archive, a file called `name` that came zipped alone, or a plain file.

    Raises:
        One of `UNPACKABLE`: it is not there once as a plain file, or larger than allowed by its own statement.
    """
    if member and zipfile.is_zipfile(loaded):
        with zipfile.ZipFile(loaded) as archive, archive.open(_zip_member(archive, member, limits)) as stream:
            yield stream
    elif member:
        with tarfile.open(loaded) as tape:
            found = tape.extractfile(_tar_member(tape, member, limits))
            assert found is not None  # it is a plain file
            with found:
                yield found
    elif loaded.suffix == ".gz" and not name.endswith(".gz"):
        with gzip.open(loaded) as unpacked:
            yield unpacked  # type: ignore[misc]
    else:
        with loaded.open("rb") as plain:
            yield plain


def _zip_member(archive: zipfile.ZipFile, member: str, limits: Limits) -> zipfile.ZipInfo:
    """Find a member of a zip by what its table says; nothing is unpacked."""
    entries = archive.infolist()
    _check_crowd(len(entries))
    _check_size("all its files", sum(entry.file_size for entry in entries), limits.archive)
    found = [entry for entry in entries if entry.filename == member]
    _check_once(member, len(found), plain=not found or (found[0].external_attr >> 16) & 0o170000 != _LINK)
    _check_size(member, found[0].file_size, limits.file)
    return found[0]


def _tar_member(tape: tarfile.TarFile, member: str, limits: Limits) -> tarfile.TarInfo:
    """Find a member of a tar; every size is looked at before what it announces is passed over."""
    found, total = [], 0
    for count, entry in enumerate(tape, start=1):
        _check_crowd(count)
        total += entry.size
        _check_size("all its files", total, limits.archive)
        found += [entry] if entry.name == member else []
    _check_once(member, len(found), plain=not found or found[0].isreg())
    _check_size(member, found[0].size, limits.file)
    return found[0]


def _check_crowd(count: int) -> None:
    """Refuse more members than any corpus has; raises ValueError."""
    if count > _MOST_MEMBERS:
        raise ValueError(f"over {_MOST_MEMBERS:,} files in one archive")


def _check_size(what: str, size: int, most: int) -> None:
    """Refuse what states a size beyond what is allowed; raises ValueError."""
    if size > most:
        raise ValueError(f"{what}: {size:,} bytes unpacked, where the card allows for {most:,}")


def _check_once(member: str, count: int, *, plain: bool) -> None:
    """Refuse a member that is not there, there twice, or no plain file; raises KeyError or ValueError."""
    if not count:
        raise KeyError(f"there is no {member} in it")
    if count > 1:
        raise ValueError(f"{member} is in it {count} times")
    if not plain:
        raise ValueError(f"{member} is a link, not a file")


def copy_bounded(source: IO[bytes], target: Path, most: int) -> None:
    """Write a stream to a file; raises ValueError as soon as it has more bytes than allowed."""
    with target.open("wb") as stream:
        left = most
        while block := source.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise ValueError(f"over {most:,} bytes unpacked, more than the card allows for")
            stream.write(block)


def is_whole(archive: Path, most: int) -> bool:
    """Tell whether an archive is there and whole: another file of the corpus came out of it."""
    if not archive.is_file():
        return False
    if zipfile.is_zipfile(archive):
        return True
    try:
        with tarfile.open(archive) as tape:
            total = 0
            for count, entry in enumerate(tape, start=1):
                _check_crowd(count)
                total += entry.size
                _check_size("all its files", total, most)
            return bool(tape.getmembers())
    except (*UNPACKABLE, OSError):
        return False
