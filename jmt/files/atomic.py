"""Folders and files that are either wholly there or not at all, whatever kills the process.

A new folder is written beside its place, flushed to disk, and renamed into it; the old one is deleted last.  Between
the two renames the place is empty for a moment: whoever reads it then, or after a kill just there, finds the complete
old or new folder beside it by `whole_folder`; whoever goes on writing there begins with `recover_folder`.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jmt.errors import CheckpointError
from jmt.files.hashing import sha256_of
from jmt.files.strict_json import read_object
from jmt.safety.leftovers import owned_file, owned_while_used

OF_DISKS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
"""What goes wrong with a file that is open already, so that the system names no place."""

MANIFEST = "manifest.json"


def replace_folder(target: Path, write: Callable[[Path], None], *, sign: bool = True) -> None:
    """Let `write` fill a new folder, `sign` it by a manifest of its files, and put it in the place of `target`.

    Raises:
        OSError: the disk is full, the place not writable, or another process writes there; what stood at `target` is
            still there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = hidden_beside(target, "new"), hidden_beside(target, "old")
    if fresh.exists():  # of a process that was killed, unless it is alive
        with owned_while_used(fresh):
            shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(exist_ok=True)
    with owned_while_used(fresh), saying_where(target):
        try:
            write(fresh)
            if sign:
                write_manifest(fresh)
            flush(fresh)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
            target.rename(old)
        fresh.rename(target)
        _flush_folder(target.parent)
        shutil.rmtree(old, ignore_errors=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file of text that is wholly there or not at all.

    Raises:
        OSError: the disk is full, the place not writable or a folder, naming the file, never the hidden one that it is
            written to first; what stood there is still there.
    """
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(errno.EISDIR, "a folder stands where this file goes; move the folder away", str(path))
    try:
        with saying_where(path), owned_file(path.parent, path.name) as fresh:
            with fresh.open("w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(path)
    except OSError as error:
        if not Path(str(error.filename)).name.startswith(f".{path.name}."):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def append_line(path: Path, line: str) -> None:
    """Add a line to a file of text.

    Raises:
        OSError: the disk is full or the place not writable, naming the file.
    """
    with saying_where(path), path.open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")


@contextmanager
def saying_where(path: Path) -> Iterator[None]:
    """Name the place in the error of a disk that is full or broken, also in that of safetensors, which is no OSError.

    Raises:
        OSError: with the path, where a system call gave none.
    """
    try:
        yield
    except OSError as error:
        if error.filename is not None or error.errno not in OF_DISKS:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
    except Exception as error:
        code = re.search(r"(?:os error|code:) (\d+)", str(error))
        if type(error).__name__ != "SafetensorError" or code is None:
            raise
        raise OSError(int(code[1]), os.strerror(int(code[1])), str(path)) from error


def recover_folder(target: Path) -> None:
    """Finish what a kill interrupted: put the complete folder in its place and sweep the rest away."""
    survivor = whole_folder(target)
    if survivor is None:
        return
    if survivor != target:
        survivor.rename(target)
    for state in ("new", "old"):
        shutil.rmtree(hidden_beside(target, state), ignore_errors=True)


def whole_folder(target: Path) -> Path | None:
    """Return where a folder stands: in its place or, after a kill, beside it; None where there is none.

    Nothing is moved or swept: a run that is alive may be writing there.
    """
    if target.exists():
        return target
    aside = (hidden_beside(target, state) for state in ("new", "old"))
    return next((folder for folder in aside if folder.exists() and is_complete(folder)), None)


def hidden_beside(target: Path, state: str) -> Path:
    """Return the hidden place beside a folder where its successor is written, or its predecessor awaits deletion."""
    return target.parent / f".{target.name}.{state}"


def write_manifest(folder: Path) -> None:
    """List every file of a folder with its size and SHA-256."""
    files = {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    (folder / MANIFEST).write_text(json.dumps(files, indent=1), encoding="utf-8")


def check_manifest(folder: Path) -> None:
    """Compare every file with the manifest.

    Raises:
        CheckpointError: a file is missing, truncated or altered, or there is no manifest.
    """
    for name, expected in read_manifest(folder).items():
        check_file(folder, name, expected)


def check_file(folder: Path, name: str, expected: Mapping[str, str | int]) -> None:
    """Compare one file with its entry in the manifest.

    Raises:
        CheckpointError: it is missing, truncated or altered.
    """
    path = folder / name
    if not path.is_file():
        raise CheckpointError(f"{folder}: `{name}` is missing: copy the checkpoint again, all files of it")
    if path.stat().st_size != expected["bytes"] or sha256_of(path) != expected["sha256"]:
        raise CheckpointError(
            f"{path}: differs from what was saved ({path.stat().st_size} bytes, {expected['bytes']} expected): "
            "it is truncated or was altered; copy the checkpoint again"
        )


def read_manifest(folder: Path) -> dict[str, dict[str, str | int]]:
    """Return the manifest of a folder, file name to size and hash."""
    try:
        manifest = read_object(folder / MANIFEST)
    except CheckpointError as error:
        reason = str(error).removeprefix(f"{folder / MANIFEST}: ")
        raise CheckpointError(
            f"{folder}: no readable {MANIFEST}: this is not a whole checkpoint of jmt ({reason})"
        ) from error
    for name, entry in manifest.items():
        if not _is_inner(name):
            raise CheckpointError(f"{folder / MANIFEST}: `{name[:200]}` does not name a file in this folder")
        if not (isinstance(entry, dict) and entry.keys() == {"bytes", "sha256"} and type(entry["bytes"]) is int):
            raise CheckpointError(f"{folder / MANIFEST}: `{name[:200]}` needs its bytes and sha256, and nothing else")
    return manifest


def _is_inner(name: str) -> bool:
    """Tell whether a name of the manifest leads to a file in the folder, written in the one plain way."""
    parts = name.split("/")
    return (
        len(name) <= 200
        and all(part.isprintable() and part not in ("", ".", "..") for part in parts)
        and (not set(name) & set("\\:"))
    )


def is_complete(folder: Path) -> bool:
    """Tell whether every file of a folder is as its manifest says."""
    try:
        check_manifest(folder)
    except CheckpointError:
        return False
    return True


def flush(folder: Path) -> None:
    """Have the system write a folder and all its files to the disk, readable as the umask allows."""
    mask = os.umask(0)
    os.umask(mask)
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            _flush_folder(path)
        else:
            path.chmod(0o666 & ~mask)  # safetensors writes files that only their owner may read
            with path.open("rb") as stream:
                os.fsync(stream.fileno())


def _flush_folder(folder: Path) -> None:
    """Have the system write a folder's list of entries to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
