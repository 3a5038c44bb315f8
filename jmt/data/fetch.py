"""`jmt corpora fetch`: the files of a known corpus from their public homes, checked before they get their names."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urldefrag, urlsplit

from jmt.data.cards import Card, CorpusFile
from jmt.data.download import Progress, download
from jmt.data.places import sha256_of
from jmt.errors import CorpusError

Report = Callable[[str], None]
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
                _fetch_file(path, file, parts, report, progress_for, pause)
            paths.append(path)
    shutil.rmtree(parts, ignore_errors=True)
    return paths


def _is_there(path: Path, file: CorpusFile) -> bool:
    expected = file.sha256 or file.fetch_sha256
    return path.is_file() and (expected is None or sha256_of(path) == expected)


def _fetch_file(
    path: Path,
    file: CorpusFile,
    parts: Path,
    report: Report,
    progress_for: Callable[[str], Progress | None],
    pause: float,
) -> None:
    failures: list[str] = []
    for home in file.homes:
        report(f"{path.name}: {'that failed, now' if failures else 'from'} {home}")
        url, member = urldefrag(home)
        loaded = parts / _part_name(url)
        try:
            if not (member and _opens(loaded)):
                download(url, loaded, progress=progress_for(path.name), pause=pause)
            _unpack(loaded, member, path, file, home)
            return
        except CorpusError as error:
            failures.append(str(error))
    raise CorpusError(f"could not be fetched: {'; '.join(failures) or 'no home is known'}", path)


def _part_name(url: str) -> str:
    """Return a name that two homes never share, with the suffix that tells how to unpack it."""
    return f"{hashlib.sha256(url.encode()).hexdigest()[:8]}-{Path(urlsplit(url).path).name}"


def _unpack(loaded: Path, member: str, path: Path, file: CorpusFile, home: str) -> None:
    """Take the wanted file out of what was loaded, check its hash, and give it its name in one step."""
    handle, name = tempfile.mkstemp(dir=loaded.parent, suffix=".unpacked")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            try:
                with _wanted(loaded, member, path.name) as source:
                    shutil.copyfileobj(source, stream)
            except (OSError, EOFError, KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
                loaded.unlink(missing_ok=True)
                raise CorpusError(f"what was loaded cannot be unpacked ({error})", home) from error
        expected, found = file.sha256 or file.fetch_sha256, sha256_of(fresh)
        if expected is not None and found != expected:
            loaded.unlink(missing_ok=True)
            raise CorpusError(f"the hash is wrong: sha256 {found}, the card says {expected}; nothing was kept", home)
        fresh.chmod(0o644)
        os.replace(fresh, path)
        if not member:
            loaded.unlink()
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def _wanted(loaded: Path, member: str, name: str) -> Iterator[IO[bytes]]:
    if member and zipfile.is_zipfile(loaded):
        with zipfile.ZipFile(loaded) as archive, archive.open(member) as stream:
            yield stream
    elif member:
        with tarfile.open(loaded) as tape:
            found = tape.extractfile(member)
            if found is None:
                raise KeyError(f"{member} is not a file")
            with found:
                yield found
    elif loaded.suffix == ".gz" and not name.endswith(".gz"):
        with gzip.open(loaded) as unpacked:
            yield unpacked  # type: ignore[misc]
    else:
        with loaded.open("rb") as plain:
            yield plain


def _opens(archive: Path) -> bool:
    """Whether an archive is there and whole (another file of the corpus came out of it)."""
    return archive.is_file() and (zipfile.is_zipfile(archive) or _is_whole_tar(archive))


def _is_whole_tar(path: Path) -> bool:
    try:
        with tarfile.open(path) as archive:
            return archive.next() is not None and archive.getmembers() is not None
    except (tarfile.TarError, OSError, EOFError):
        return False


@contextmanager
def _only_one(parts: Path) -> Iterator[None]:
    """Keep two fetches of the same corpus apart: they would write into the same partial files."""
    import fcntl

    with (parts / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CorpusError("another fetch of this corpus is running: wait for it to end", parts.parent) from error
        yield
