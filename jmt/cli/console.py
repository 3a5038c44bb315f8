"""What every command shares at the terminal: exit codes, messages, tables and progress bars.

Data goes to stdout; everything here but `format_table`, which only makes text, writes to stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from jmt.errors import JmtError

INTERRUPTED = 130  # 128 + SIGINT, what shells report for Ctrl-C
PIPE_CLOSED = 141  # 128 + SIGPIPE, what `cat` gives when `head` has read enough

Item = TypeVar("Item")


def guard(command: Callable[[], int]) -> int:
    """Run a command and turn what a user, a terminal or a disk can cause into a message and an exit code.

    Any other exception is a fault of ours and keeps its stack trace.
    """
    use_utf8()
    try:
        code = command()
        sys.stdout.flush()
    except JmtError as error:
        say(f"jmt: error: {error}")
        return error.exit_code
    except BrokenPipeError:
        discard_stdout()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        say("jmt: interrupted")
        return INTERRUPTED
    except OSError as error:  # a full disk, a folder one may not write to, a port in use
        say(f"jmt: error: {f'{error.filename}: {error.strerror}' if error.filename else error}")
        return 1
    return code


def use_utf8() -> None:
    """Write UTF-8 with bare newlines, whatever the locale says."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")


def discard_stdout() -> None:
    """Point stdout nowhere, so that the interpreter's own flush at exit cannot fail once more."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # a stdout without a descriptor, as under a test runner, has nothing to flush
        return


def say(message: str) -> None:
    """Print one message to stderr; a stderr that is gone is nobody's problem."""
    try:
        print(message, file=sys.stderr, flush=True)
    except OSError:
        return


def format_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lay out rows under a header in aligned columns: numbers to the right, floats with 4 decimals."""
    columns = [
        align(
            [title, *(f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in cells)],
            right=are_numbers(cells),
        )
        for title, *cells in zip(header, *rows, strict=True)
    ]
    return "\n".join("  ".join(line).rstrip() for line in zip(*columns, strict=True))


def are_numbers(cells: Sequence[object]) -> bool:
    """Whether a column holds numbers only."""
    return bool(cells) and all(isinstance(cell, int | float) for cell in cells)


def align(cells: Sequence[str], *, right: bool) -> list[str]:
    """Pad the cells of one column to the same width."""
    width = max(map(len, cells))
    return [cell.rjust(width) if right else cell.ljust(width) for cell in cells]


def progress(items: Iterable[Item], *, total: int | None = None, unit: str, about: str) -> Iterator[Item]:
    """Yield the items and, on a terminal only, draw a bar on stderr with their rate and the time left."""
    if not sys.stderr.isatty():
        yield from items
        return
    from tqdm import tqdm

    yield from tqdm(items, total=total, unit=unit, desc=about, file=sys.stderr, dynamic_ncols=True)


def count_progress(items: Iterable[Item], size: Callable[[Item], int], *, unit: str) -> Iterator[Item]:
    """Yield the items and, on a terminal only, show on stderr how many units they hold, and the rate."""
    if not sys.stderr.isatty():
        yield from items
        return
    from tqdm import tqdm

    with tqdm(unit=f" {unit}", unit_scale=True, file=sys.stderr, dynamic_ncols=True) as bar:
        for item in items:
            yield item
            bar.update(size(item))


def positive(text: str) -> int:
    """Read an option that is a whole number from 1 upwards; the message of a usage error names what was found."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 upwards is needed, not {text!r}")
    return number
