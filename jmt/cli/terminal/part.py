"""A long output kept as a part: FILE.part grows beside FILE and takes its place at the end; `--resume` goes on with it.

FILE.part.json says what the part was made from and how much of it is whole: it is written anew every few seconds, each
time after the part itself has reached the disk, so that a kill at any moment leaves a part to go on with.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from jmt.cli.terminal.output import unwritable
from jmt.errors import CheckpointError, DeviceError, InputError, JmtError, ServiceError, WorkerError
from jmt.files.atomic import saying_where, write_whole
from jmt.files.strict_json import read_object
from jmt.safety.leftovers import OwnedError, owned_while_used

SAVE_SECONDS = 2.0
_PASSING = (ServiceError, DeviceError, WorkerError)
"""Errors of ours after which going on makes sense; after others the input or the options have to change."""


@dataclass(slots=True)
class Written:
    """How much of a part is whole."""

    documents: int = 0
    bytes: int = 0
    size: int = 0
    """Of the documents, in whatever the caller measures progress by."""


class Part:
    """The part while it is written."""

    def __init__(self, target: Path, made_from: Mapping[str, Any]) -> None:
        self.target, self.made_from = target, dict(made_from)
        self.path = target.with_name(f"{target.name}.part")
        self.state = target.with_name(f"{target.name}.part.json")
        self.written = Written()
        self.discarded = 0
        """Documents that an earlier call had kept here, and that are written anew."""
        self._saved = time.monotonic()
        self._stream: BinaryIO

    def check_place(self) -> None:
        """Refuse to write over what is no part of ours.

        Raises:
            InputError: naming the file.
        """
        if self.state.exists():
            self._read_state()
        elif self.path.exists() and self.path.stat().st_size:
            raise InputError(f"{self.path}: the part would be written here, but this file is not ours: move it away")

    def begin(self, *, resume: bool) -> None:
        """Open the part, at its end where there is one to go on with, else anew.

        Raises:
            InputError: it was made from something else.
        """
        if self.state.exists():
            made_from, kept = self._read_state()
            if resume:
                self.written = self._checked(made_from, kept)
            else:
                self.discarded = kept.documents
        self._stream = self.path.open("r+b")
        self._stream.truncate(self.written.bytes)
        self._stream.seek(self.written.bytes)
        self.save()

    def write(self, text: str, size: int) -> None:
        """Add a document."""
        content = text.encode("utf-8")
        with saying_where(self.path):
            self._stream.write(content)
        self.written.documents += 1
        self.written.bytes += len(content)
        self.written.size += size
        if time.monotonic() - self._saved >= SAVE_SECONDS:
            self.save()

    def save(self) -> None:
        """Have the system write the part to the disk, and then say that it is there."""
        with saying_where(self.path):
            self._stream.flush()
            os.fsync(self._stream.fileno())
        written = {name: getattr(self.written, name) for name in Written.__slots__}
        write_whole(self.state, json.dumps({"made_from": self.made_from, "written": written}, indent=1) + "\n")
        self._saved = time.monotonic()

    def finish(self) -> None:
        """Put the part in the place of its target."""
        with saying_where(self.path):
            self._stream.flush()
            os.fsync(self._stream.fileno())
        self._stream.close()
        if self.target.exists():
            self.path.chmod(self.target.stat().st_mode)
        self.path.replace(self.target)
        self.state.unlink(missing_ok=True)

    def keep(self) -> bool:
        """Save what is whole and tell whether there is anything; a part of nothing is removed."""
        with suppress(OSError):  # a full disk: what was saved before stays valid
            self.save()
        with suppress(OSError):
            self._stream.close()
        if self.written.documents and self.state.exists():
            return True
        self.drop()
        return False

    def drop(self) -> None:
        """Remove the part."""
        with suppress(OSError):
            self._stream.close()
        self.state.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def _read_state(self) -> tuple[dict[str, Any], Written]:
        try:
            state = read_object(self.state)
            written = Written(**{name: int(state["written"][name]) for name in Written.__slots__})
            return dict(state["made_from"]), written
        except (CheckpointError, KeyError, TypeError, ValueError):
            raise InputError(f"{self.state}: does not say what a part was made from; move it away") from None

    def _checked(self, made_from: Mapping[str, Any], written: Written) -> Written:
        other = [key for key in self.made_from if made_from.get(key) != self.made_from[key]]
        if other:
            raise InputError(
                f"--resume: {self.path} was made from something else: changed since are {', '.join(other)}; give what "
                "it was made from, or leave out --resume to begin anew"
            )
        if self.path.stat().st_size < written.bytes:
            raise InputError(f"--resume: {self.path} is shorter than it was: leave out --resume to begin anew")
        return written


@contextmanager
def open_part(
    target: Path, made_from: Mapping[str, Any], *, resume: bool, on_kept: Callable[[Part], None]
) -> Iterator[Part]:
    """Write a part of `target`, and put it there when all is done.

    What stops it leaves the part, unless nothing was written or going on is useless; `on_kept` can say how to go on.

    Raises:
        InputError: it cannot be written, or gone on with.
        OwnedError: another process writes it.
    """
    part = Part(target, made_from)
    part.check_place()
    with ExitStack() as stack:
        try:
            part.path.touch()
            stack.enter_context(owned_while_used(part.path))
            part.begin(resume=resume)
        except OwnedError:
            raise
        except OSError as error:
            raise unwritable(str(target), error) from None
        try:
            yield part
            part.finish()
        except BaseException as error:
            if isinstance(error, JmtError) and not isinstance(error, _PASSING):
                part.drop()
            elif part.keep():
                on_kept(part)
            raise
