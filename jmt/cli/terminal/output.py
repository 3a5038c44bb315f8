"""Where a command's data goes: standard output, or a file that appears only when it is whole.

Data is for programs: it is written as it is.  Where standard output is a terminal it is made printable, as everything
that a terminal shows (`jmt.cli.terminal.console`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from jmt.errors import InputError
from jmt.files.atomic import saying_where
from jmt.safety.leftovers import owned_file


def write_data(text: str) -> None:
    """Write data to standard output."""
    sys.stdout.write(text)


def write_json(content: Any, stream: Any = None) -> None:
    """Write a value as indented JSON: to a stream that `open_output` gave, else to standard output.

    Signs are plain, or all escaped where one of them is no valid Unicode.
    """
    import json

    written = json.dumps(content, indent=2, ensure_ascii=False)
    try:
        written.encode("utf-8")
    except UnicodeEncodeError:
        written = json.dumps(content, indent=2)
    (stream or sys.stdout).write(written + "\n")


@contextmanager
def open_output(name: str, *, binary: bool = False) -> Iterator[Any]:
    """Open `name` for writing, UTF-8 text or bytes; `-` is standard output.

    A file is written beside its place and renamed into it at the end, so that nothing half-written is ever seen under
    its name, and what stood there stays where the command fails.  A device or a named pipe is written to directly.
    Raises InputError for a folder, a place that cannot be written to, and bytes for a terminal.
    """
    if name == "-":
        if binary and sys.stdout.isatty():
            raise InputError("this format is binary, not for a terminal: name a file with --output FILE")
        yield sys.stdout.buffer if binary else sys.stdout
        return
    target = Path(name).resolve()
    if target.is_dir():
        raise InputError(f"--output {name}: this is a folder; name a file in it")
    if target.exists() and not target.is_file():
        with _open(target, name, binary) as stream:
            yield stream
        return
    with ExitStack() as stack:
        try:
            fresh = stack.enter_context(owned_file(target.parent, target.name))
        except OSError as error:
            raise unwritable(name, error) from None
        with saying_where(target), _open(fresh, name, binary) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            fresh.chmod(target.stat().st_mode)
        fresh.replace(target)


def unwritable(name: str, error: OSError) -> InputError:
    """Return what is said of an output that cannot be written."""
    return InputError(f"--output {name}: cannot be written: {error.strerror}")


def _open(path: Path, name: str, binary: bool) -> Any:
    try:
        return path.open("wb") if binary else path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise unwritable(name, error) from None
