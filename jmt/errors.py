"""The errors a user can cause, each with what was found, where, and what to do.

Everything that a wrong file, a wrong key or a wrong request can bring about is a `JmtError`; the command line
prints its message alone, without a stack trace.  Anything else that is raised is a fault of ours.
"""

from __future__ import annotations

from pathlib import Path

from jmt.safety.printable import on_one_line


class JmtError(Exception):
    """A mistake that the user can mend; the message says how."""

    exit_code = 1


class ConfigError(JmtError):
    """A configuration that cannot mean anything: an unknown key, a task that reads upward, a bad value."""

    exit_code = 2


class CorpusError(JmtError):
    """A corpus or an input file that is missing or malformed, with the place where it was noticed."""

    def __init__(self, message: str, path: str | Path | None = None, line: int | None = None) -> None:
        self.message = message
        self.path = None if path is None else str(path)
        self.line = line
        named = "" if path is None else on_one_line(path)  # a line end in a name must not begin a message of its own
        place = "" if path is None else f"{named}: " if line is None else f"{named}:{line}: "
        super().__init__(f"{place}{message}")


class EmptyFileError(CorpusError):
    """A file of no bytes: no corpus, but as a text to annotate it is one without words."""


class CheckpointError(JmtError):
    """A checkpoint that is missing, truncated, foreign, or that does not fit what is asked of it."""


class InputError(JmtError):
    """Text, tokens or options handed to a command or a function that it cannot take."""


class KeyFormError(InputError):
    """A key that no request can carry."""


class ScoreError(JmtError):
    """A model whose scores are no numbers: damaged weights, or values that overflow."""


class DeviceError(JmtError):
    """A device that computes no more; the process has to be started anew."""


class WorkerError(JmtError):
    """A process that worked for a command and has ended before its time: killed, or out of memory."""


class LibraryError(JmtError):
    """A library of others that failed on this input, in its own words; the cause is `__cause__`."""


class MissingLibraryError(LibraryError, ImportError):
    """A library that is not installed, and that an extra of this package brings; the message names the extra."""


class ServiceError(JmtError):
    """A service that cannot be reached, is too busy, refuses the key, or does not answer as a service of ours.

    `status` is that of the HTTP answer, None where there was none; `code` is the problem's, `request_id` finds the
    request in the service's log.
    """

    def __init__(
        self, message: str, *, status: int | None = None, code: str | None = None, request_id: str | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.request_id = request_id
        super().__init__(message)
