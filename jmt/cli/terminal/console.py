"""What every command shares at the terminal: exit codes, messages, tables and progress bars.

Data goes to stdout, and so do reports; all else goes to stderr.  This is the door to the terminal: whatever leaves by
it is made printable.  Data alone is written as it is where stdout is a file or a pipe (`jmt.cli.terminal.output`).
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, TypeVar, cast

from jmt.errors import JmtError
from jmt.files.atomic import OF_DISKS
from jmt.safety.foreign import reason_of
from jmt.safety.printable import PrintableStream, on_one_line, printable

_INTERRUPTED = 130  # 128 + SIGINT, what shells report for Ctrl-C
_PIPE_CLOSED = 141  # 128 + SIGPIPE, what `cat` gives when `head` has read enough

Item = TypeVar("Item")


def guard(command: Callable[[], int]) -> int:
    """Run a command and turn what a user, a terminal or a disk can cause into a message and an exit code.

    Any other exception is a fault of ours and keeps its stack trace.
    """
    _use_utf8()
    with _printable_streams():
        return _guarded(command)


def _guarded(command: Callable[[], int]) -> int:
    """Run a command as `guard` says, with the streams as they are."""
    try:
        code = command()
        sys.stdout.flush()
    except JmtError as error:
        say(f"jmt: error: {error}")
        return error.exit_code
    except BrokenPipeError:
        _discard_stdout()
        return _PIPE_CLOSED
    except Terminated as end:
        say(f"jmt: ended by {end.signal.name}")
        return 128 + end.signal
    except KeyboardInterrupt:
        say("jmt: interrupted")
        return _INTERRUPTED
    except MemoryError as error:
        say(f"jmt: error: {reason_of(error)}")
        return 1
    except OSError as error:  # a full disk, a folder one may not write to, a port in use
        place = error.filename or ("standard output" if error.errno in OF_DISKS else None)
        say(f"jmt: error: {f'{place}: {error.strerror}' if place else error}")
        return 1
    return code


class Terminated(KeyboardInterrupt):
    """A signal that asks a process to end, raised as Ctrl-C is."""

    def __init__(self, number: signal.Signals) -> None:
        self.signal = number
        super().__init__()


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let SIGTERM, and the end of the terminal, end a command as Ctrl-C does: with its work kept or cleared away."""

    def end(number: int, frame: FrameType | None) -> None:
        raise Terminated(signal.Signals(number))

    numbers = (signal.SIGTERM, signal.SIGHUP) if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, end) for number in numbers if signal.getsignal(number) == signal.SIG_DFL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _printable_streams() -> Iterator[None]:
    """Make printable all that is written to stderr, by whomever, and to stdout where that is a terminal.

    So do argparse, warnings, logs and progress bars leave by the door; a stack trace, which Python prints when all is
    over, has a hook of its own.
    """
    out, err = sys.stdout, sys.stderr
    sys.excepthook = show_fault
    if not isinstance(err, PrintableStream):
        sys.stderr = cast(Any, PrintableStream(err))
    if out.isatty() and not isinstance(out, PrintableStream):
        sys.stdout = cast(Any, PrintableStream(out))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


def show_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print a stack trace, whose last line may repeat what a stranger wrote."""
    import traceback

    say("".join(traceback.format_exception(kind, error, trace)).rstrip("\n"))


def _use_utf8() -> None:
    """Write UTF-8 with bare newlines, whatever the locale says; a name of a file in other bytes comes out in those."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def _discard_stdout() -> None:
    """Point stdout nowhere, so that the interpreter's own flush at exit cannot fail once more."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # a stdout without a descriptor, as under a test runner, has nothing to flush
        return


def say(message: str) -> None:
    """Print one message to stderr; a stderr that is gone is nobody's problem."""
    try:
        print(printable(message), file=sys.stderr, flush=True)
    except OSError:
        return


def redraw(line: str) -> None:
    """Put a line in the place of the last one that was drawn so, on a terminal."""
    try:
        print("\r" + printable(line), end="  ", file=sys.stderr, flush=True)
    except OSError:
        return


def show(report: str = "") -> None:
    """Print a report, or a part of one, for people: to stdout, made printable wherever that leads."""
    print(printable(report))


def show_written(path: Path) -> None:
    """Print the path of a file or folder that was written, and how large it is."""
    files = [path] if path.is_file() else [inner for inner in path.rglob("*") if inner.is_file()]
    show(f"{path}  {sum(inner.stat().st_size for inner in files) / 1e6:.1f} MB")


def on_terminal() -> bool:
    """Tell whether somebody watches stderr: bars are drawn then only."""
    return sys.stderr.isatty()


def format_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lay out rows under a header in aligned columns: numbers to the right, floats with 4 decimals."""
    columns = [
        align(
            [title, *(f"{cell:.4f}" if isinstance(cell, float) else on_one_line(cell) for cell in cells)],
            right=_are_numbers(cells),
        )
        for title, *cells in zip(header, *rows, strict=True)
    ]
    return "\n".join("  ".join(line).rstrip() for line in zip(*columns, strict=True))


def _are_numbers(cells: Sequence[object]) -> bool:
    """Whether a column holds numbers only."""
    return bool(cells) and all(isinstance(cell, int | float) for cell in cells)


def align(cells: Sequence[str], *, right: bool) -> list[str]:
    """Pad the cells of one column to the same width."""
    width = max(map(len, cells))
    return [cell.rjust(width) if right else cell.ljust(width) for cell in cells]


def progress(items: Iterable[Item], *, total: int | None = None, unit: str, about: str) -> Iterator[Item]:
    """Yield the items and, on a terminal only, draw a bar on stderr with their rate and the time left."""
    return weighed_progress(items, lambda _: 1, total=total, unit=unit, about=about)


def weighed_progress(
    items: Iterable[Item], size: Callable[[Item], int], *, total: int | None = None, unit: str, about: str | None = None
) -> Iterator[Item]:
    """Yield the items and, on a terminal only, draw a bar on stderr of the units that they hold, with their rate.

    With `total`, how many there will be in all, the time left is shown as well.
    """
    if not on_terminal():
        yield from items
        return
    with draw_bar(about=about, unit=unit, total=total) as bar:
        for item in items:
            yield item
            bar.update(size(item))


def draw_bar(*, about: str | None, unit: str, total: int | None = None, divisor: int = 1000, leave: bool = True) -> Any:
    """Draw a bar, to be moved by its `update` and ended by its `close`, which may `leave` it there.

    For where there is a terminal.
    """
    from tqdm import tqdm

    return tqdm(
        desc=about and on_one_line(about),
        total=total,
        unit=f" {unit}",
        unit_scale=True,
        unit_divisor=divisor,
        leave=leave,
        file=sys.stderr,
        dynamic_ncols=True,
    )


def positive(text: str) -> int:
    """Read an option that is a whole number from 1 upwards; the message of a usage error names what was found."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 upwards is needed, not {text!r}")
    return number
