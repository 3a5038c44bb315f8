"""`jmt corpora fetch`: the files of a known corpus from their public homes, checked before they get their names."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from jmt.data.archives import UNPACKABLE, Limits, copy_bounded, is_whole, opened_inside
from jmt.data.cards import Card, CorpusFile
from jmt.data.download import Progress, download
from jmt.errors import CorpusError
from jmt.files.hashing import sha256_of
from jmt.safety.leftovers import OwnedError, owned_file, owned_while_used

Report = Callable[[str], None]
_UNKNOWN_SIZE = 64 * 2**20
"""Bytes that a file may have of which the card states no size."""
PARTS = ".partial"
"""Sub-folder of a corpus for what is not whole yet; removed once everything is."""


def fetch_corpus(
    card: Card,
    folder: Path,
    *,
    report: Report = lambda message: None,
    progress_for: Callable[[str], Progress | None] = lambda name: None,
    pause: float = 1.0,
) -> list[Path]:
    """Bring every file of the card into `folder`, and return their paths.

    Files that are there with the right hash are left alone.  A file gets its name only when it is whole and its hash
    right; what an interrupted fetch left is gone on with.  Raises CorpusError naming each home and what went wrong
    there; files fetched before that stay.
    """
    if not any(file.homes for file in card.files.values()):
        raise CorpusError(f"the corpus {card.name!r} ships with the package: there is nothing to fetch")
    parts = folder / PARTS
    parts.mkdir(parents=True, exist_ok=True)
    with _only_one(parts):
        paths = []
        for name, file in card.files.items():
            path = folder / name
            if _is_there(path, file):
                report(f"{name}: there already")
            else:
                _fetch_file(card, path, file, parts, report, progress_for, pause)
            paths.append(path)
    shutil.rmtree(parts, ignore_errors=True)
    return paths


def _is_there(path: Path, file: CorpusFile) -> bool:
    expected = file.sha256 or file.fetch_sha256
    return path.is_file() and (expected is None or sha256_of(path) == expected)


def _fetch_file(
    card: Card,
    path: Path,
    file: CorpusFile,
    parts: Path,
    report: Report,
    progress_for: Callable[[str], Progress | None],
    pause: float,
) -> None:
    limits = _limits_of(card, file)
    failures: list[str] = []
    for home in file.homes:
        report(f"{path.name}: {'that failed, now' if failures else 'from'} {home}")
        url, member = urldefrag(home)
        loaded = parts / _part_name(url)
        try:
            if not (member and is_whole(loaded, limits.archive)):
                most = limits.archive if member or loaded.suffix == ".gz" else limits.file
                download(url, loaded, most=most, progress=progress_for(path.name), pause=pause)
            _unpack(loaded, member, path, file, limits, home)
            return
        except CorpusError as error:
            failures.append(str(error))
    raise CorpusError(f"could not be fetched: {'; '.join(failures) or 'no home is known'}", path)


def _part_name(url: str) -> str:
    """Return a name that two homes never share, with the suffix that tells how to unpack it."""
    return f"{hashlib.sha256(url.encode()).hexdigest()[:8]}-{Path(urlsplit(url).path).name}"


def _unpack(loaded: Path, member: str, path: Path, file: CorpusFile, limits: Limits, home: str) -> None:
    """Take the wanted file out of what was loaded, check its hash, and give it its name in one step."""
    with owned_file(loaded.parent, "unpacked") as fresh:
        try:
            with opened_inside(loaded, member, path.name, limits) as source:
                copy_bounded(source, fresh, limits.file)
        except UNPACKABLE as error:
            loaded.unlink(missing_ok=True)
            raise CorpusError(f"what was loaded cannot be unpacked ({error})", home) from error
        expected, found = file.sha256 or file.fetch_sha256, sha256_of(fresh)
        if expected is not None and found != expected:
            loaded.unlink(missing_ok=True)
            raise CorpusError(f"the hash is wrong: sha256 {found}, the card says {expected}; nothing was kept", home)
        fresh.replace(path)
        if not member:
            loaded.unlink()


def _limits_of(card: Card, wanted: CorpusFile) -> Limits:
    """Return how many bytes a file may have, and an archive that holds it among others."""
    everything = sum(file.size or _UNKNOWN_SIZE for file in card.files.values())
    return Limits(wanted.size or _UNKNOWN_SIZE, 4 * everything + 2**24)


@contextmanager
def _only_one(parts: Path) -> Iterator[None]:
    """Keep two fetches of the same corpus apart: they would write into the same partial files."""
    try:
        with owned_while_used(parts):
            yield
    except OwnedError as error:
        raise CorpusError("another fetch of this corpus is running: wait for it to end", parts.parent) from error
