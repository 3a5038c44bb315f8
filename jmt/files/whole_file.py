"""Files that are read as a whole: plain ones of a bounded size, so that no device and no pipe hangs us."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from jmt.errors import InputError

KINDS = {
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a pipe",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}


def read_whole(path: str | Path, most_bytes: int, *, pipes: bool = False) -> bytes:
    """Return the content of a plain file; `pipes` allows what a shell's `<(command)` gives, too.

    Raises:
        FileNotFoundError: it is not there.
        InputError: it is no plain file, has more bytes, or may not be read; naming it.
    """
    check_plain(path, pipes=pipes)
    try:
        with Path(path).open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            content = stream.read(most_bytes + 1) if size <= most_bytes else b""
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if size > most_bytes or len(content) > most_bytes:
        raise InputError(f"{path}: over {most_bytes:,} bytes, more than such a file may have; is it the right one?")
    return content


def check_plain(path: str | Path, *, pipes: bool = False) -> None:
    """Refuse what is no plain file, without opening it: a pipe would wait for ever, a device never end.

    Raises:
        FileNotFoundError: it is not there.
        InputError: naming it, and what it is.
    """
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISREG(mode) or (pipes and stat.S_ISFIFO(mode)):
        return
    kind = next((name for test, name in KINDS.items() if test(mode)), "no plain file")
    raise InputError(f"{path}: this is {kind}, where a file is read; name a plain file")
