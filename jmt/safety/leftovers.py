"""Temporary files and folders with an owner: nobody takes them from one that is alive, and the dead leave nothing.

Each has a name of `.NAME.<8 hex digits>.jmt` and is locked by its owner.  The system lets go of a lock when a process
ends, however that comes about, so that a number of a process that was given anew, or is another one in another
container, cannot mislead.  Whoever needs such a place next removes what is there under the same name without an owner.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_ENDING = re.compile(r"[0-9a-f]{8}\.jmt")


class OwnedError(OSError):
    """A place that a process which is alive works in."""


@contextmanager
def owned_file(folder: Path, name: str) -> Iterator[Path]:
    """Give the path of an empty file of our own in a folder; what then still stands there is removed at the end.

    First sweeps what dead owners left under this name.
    """
    with _owned(folder, name, lambda path: path.touch(exist_ok=False)) as path:
        yield path


@contextmanager
def owned_folder(folder: Path, name: str, *, mode: int = 0o700) -> Iterator[Path]:
    """Give the path of an empty folder of our own in a folder; otherwise as `owned_file`."""
    with _owned(folder, name, lambda path: os.mkdir(path, mode)) as path:
        yield path


@contextmanager
def owned_while_used(path: Path) -> Iterator[None]:
    """Own a file or folder for a while, so that no other process of ours does.

    Raises:
        OwnedError: another one owns it.
    """
    descriptor = _opened(path)
    try:
        if not _locked(descriptor):
            reason = "another process is writing here: wait for it to end, or choose another place"
            raise OwnedError(errno.EBUSY, reason, str(path))
        yield
    finally:
        os.close(descriptor)


def sweep_leftovers(folder: Path, name: str) -> None:
    """Remove the files and folders under a name whose owners are dead: those of this user, and no links."""
    with suppress(OSError):  # a folder that may not be listed holds nothing of ours
        for path in folder.iterdir():
            if path.name.startswith(f".{name}.") and _ENDING.fullmatch(path.name.removeprefix(f".{name}.")):
                with suppress(OSError):
                    _sweep_one(path)


def remove(path: Path) -> None:
    """Remove a file or a whole folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sweep_one(path: Path) -> None:
    descriptor = _opened(path)
    try:
        if os.fstat(descriptor).st_uid == os.geteuid() and _locked(descriptor, without_locks=False):
            remove(path)
    finally:
        os.close(descriptor)


@contextmanager
def _owned(folder: Path, name: str, make: Callable[[Path], None]) -> Iterator[Path]:
    sweep_leftovers(folder, name)
    path, descriptor = _made(folder, name, make)
    try:
        yield path
    finally:
        remove(path)
        os.close(descriptor)


def _made(folder: Path, name: str, make: Callable[[Path], None]) -> tuple[Path, int]:
    while True:
        path = folder / f".{name}.{secrets.token_hex(4)}.jmt"
        make(path)
        try:
            descriptor = _opened(path)
        except FileNotFoundError:  # a sweep came in between, and found it without an owner
            continue
        if _locked(descriptor) and path.exists():
            return path, descriptor
        os.close(descriptor)


def _opened(path: Path) -> int:
    if stat.S_IFMT(path.lstat().st_mode) not in (stat.S_IFREG, stat.S_IFDIR):
        raise OSError(errno.EINVAL, "neither a file nor a folder", str(path))
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)


def _locked(descriptor: int, *, without_locks: bool = True) -> bool:
    """Lock what is open, and tell whether that worked; `without_locks` is the answer of a disk that has none.

    On such a disk nobody can tell who is alive, so that nothing is swept.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return without_locks
    return True
