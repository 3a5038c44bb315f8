"""Where a folder is to be written, looked at before any work: it is free, or holds what may go, and can be written."""

from __future__ import annotations

import os
from pathlib import Path

from jmt.errors import CheckpointError, InputError
from jmt.files.atomic import MANIFEST, read_manifest


def check_new(target: Path) -> None:
    """Refuse a place where something stands already, or where nothing can be written.

    Raises:
        InputError: naming the place, and what to do.
    """
    if target.exists() or target.is_symlink():
        raise InputError(f"{target}: exists already; choose another --output")
    _check_writable(target)


def check_replaceable(target: Path, *, kind: str, part: str) -> None:
    """Refuse a place with anything in it but an earlier `kind` of folder, which holds a file `part`: all would go.

    Raises:
        InputError: naming the place, what is in it, and what to do.
    """
    if target.exists() and target.samefile("."):
        raise InputError(f"{target} is the current folder, which a new one would replace: choose another --output")
    if target.exists() or target.is_symlink():
        if not ((target / MANIFEST).is_file() and (target / part).is_file()):
            raise InputError(f"{target} is there already and is no {kind}: choose another --output")
        if foreign := _foreign_files(target):
            raise InputError(
                f"{target} holds what is no part of this {kind}, {foreign[0]!r}: move it away, or choose another "
                "--output"
            )
    _check_writable(target)


def file_above(target: Path) -> Path | None:
    """Return the file that stands where a folder above a place has to be, None where there is none."""
    above = next(place for place in (*target.parents, Path()) if place.exists())
    return None if above.is_dir() else above


def _foreign_files(folder: Path) -> list[str]:
    """Return the files, and the links to folders, that the folder's manifest does not list."""
    try:
        own = {MANIFEST, *read_manifest(folder)}
    except CheckpointError as error:
        raise InputError(f"{folder} is not a folder that jmt wrote ({error}): choose another --output") from None
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return sorted(name for name in names if name not in own)


def _check_writable(target: Path) -> None:
    """Refuse a place in a folder that cannot be written, or that cannot be made."""
    if blocking := file_above(target):
        raise InputError(f"{target} cannot be written: {blocking} is a file; choose another --output")
    above = next(place for place in target.absolute().parents if place.exists())
    if not os.access(above, os.W_OK | os.X_OK):
        raise InputError(f"{target} cannot be written: {above} is not yours to write to; choose another --output")
