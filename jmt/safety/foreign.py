"""The seam to libraries of others: whatever their native code throws becomes one of our own errors.

Code of other languages does not keep to `Exception`: a panic of Rust (tokenizers, safetensors) is a `BaseException`
that would end a thread, a service, a program.  Every call that hands foreign bytes or words to such code stands inside
`foreign_code`, so that what is above it meets our errors alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jmt.errors import JmtError, LibraryError

LONGEST_REASON = 300
"""Characters of a library's own words that a message repeats."""


@contextmanager
def foreign_code(doing: str, error: type[JmtError] = LibraryError) -> Iterator[None]:
    """Call a library inside; what it throws is raised as `error`, whose message is `doing` and the library's reason.

    Our own errors pass as they are, and so does what is no fault: an interrupt, an exit, a generator that is closed.
    """
    try:
        yield
    except JmtError:
        raise
    except Exception as fault:
        raise error(f"{doing}: {reason_of(fault)}") from fault
    except BaseException as fault:
        if not _is_panic(fault):
            raise
        raise error(f"{doing}: {reason_of(fault)}") from fault


def _is_panic(fault: BaseException) -> bool:
    """Tell whether this is a panic of Rust, whose class cannot be imported: each library has one of its own."""
    return type(fault).__name__ == "PanicException" and type(fault).__module__ == "pyo3_runtime"


def reason_of(fault: BaseException) -> str:
    """Return the first line of what a library says, cut; the name of the error where it is mute."""
    if isinstance(fault, MemoryError):
        return "too little memory"
    lines = str(fault).strip().splitlines()
    return lines[0][:LONGEST_REASON] if lines else type(fault).__name__
