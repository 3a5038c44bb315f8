"""What INPUT names: files, folders, patterns, and addresses that Arrow reads; each file with its format."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from glob import glob
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from jmt.errors import InputError
from jmt.files.whole_file import check_plain
from jmt.safety.extras import needed_for
from jmt.safety.foreign import reason_of

_ENDINGS = {
    ".txt": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".conllu": "conllu",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".tsv": "table",
    ".csv": "table",
}
FORMS = ("text", "paragraphs", "tokens", "conllu", "jsonl", "parquet", "arrow", "table")
"""Every format that bulk work reads."""
MANIFEST, DONE = "manifest.json", "done"
"""A folder with both holds a job, which is no input."""
COLUMNAR = ("parquet", "arrow")
"""Those that are read by Arrow, and are never packed by gzip."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read."""

    place: str
    """Its whole path, or its address."""
    form: str
    size: int
    """Bytes, packed as they may be."""

    @property
    def packed(self) -> bool:
        """Whether it is packed by gzip."""
        return self.place.lower().endswith(".gz") and self.form not in COLUMNAR


def find_inputs(names: list[str], form: str | None) -> list[InputFile]:
    """Return the files that names mean, each once, in the order of the names; those of a folder or glob by their paths.

    `form` is the format of all of them; None: each by its ending, and what has another ending is no input of a folder.
    Raises InputError where a name means nothing, or a file whose format its ending does not tell.
    """
    found: dict[str, InputFile] = {}
    for name in names:
        files = list(_remote(name, form) if "://" in name else _local(name, form))
        if not files:
            endings = ", ".join(_ENDINGS)
            raise InputError(
                f"{name}: no file here to annotate; known are {endings}, and these with .gz, or say --from"
            )
        found |= {file.place: file for file in files if file.place not in found}
    return list(found.values())


def _form_of(place: str) -> str | None:
    """Return the format that a file's ending says, None where it says none."""
    name = PurePosixPath(place.lower())
    return _ENDINGS.get(name.with_suffix("").suffix if name.suffix == ".gz" else name.suffix)


def _local(name: str, form: str | None) -> Iterator[InputFile]:
    path = Path(name)
    if path.is_dir():
        yield from _each([str(inner) for inner in _inside(path)], form)
    elif path.exists():
        try:
            check_plain(path)
        except FileNotFoundError:
            raise InputError(f"{name}: no such file; check the path") from None
        yield _file(str(path.resolve()), form or _form_of(name), path.stat().st_size)
    elif any(sign in name for sign in "*?["):
        yield from _each(sorted(glob(name, recursive=True)), form)
    else:
        raise InputError(f"{name}: no such file or folder; check the path")


def _inside(folder: Path) -> list[Path]:
    """Return the files in a folder, but for hidden ones and what a job of ours has written there."""
    inner = [path for path in folder.rglob("*") if not any(part[0] == "." for part in path.relative_to(folder).parts)]
    jobs = {path.parent for path in inner if path.name == MANIFEST and (path.parent / DONE).is_dir()}
    return sorted(path for path in inner if path.is_file() and not jobs & set(path.parents))


def passed_over(names: list[str], form: str | None) -> list[str]:
    """Return the files in folders that are no input, since their endings tell no format."""
    if form is not None:
        return []
    folders = [Path(name) for name in names if "://" not in name and Path(name).is_dir()]
    return [str(path) for folder in folders for path in _inside(folder) if _form_of(str(path)) is None]


def _each(paths: list[str], form: str | None) -> Iterator[InputFile]:
    for path in paths:
        if Path(path).is_file() and (form or _form_of(path)):
            yield _file(str(Path(path).resolve()), form or _form_of(path), Path(path).stat().st_size)


def _file(place: str, form: str | None, size: int) -> InputFile:
    if form is None:
        raise InputError(f"{place}: its ending does not tell its format; say it, as in --from text")
    return InputFile(place, form, size)


def _remote(address: str, form: str | None) -> Iterator[InputFile]:
    """Yield the files that an address means; its last parts may be a pattern."""
    plain, question, options = address.partition("?") if "://" in address and "=" in address else (address, "", "")
    parts = plain.split("/")
    fixed = next((at for at, part in enumerate(parts) if any(sign in part for sign in "*?[")), len(parts))
    base = "/".join(parts[:fixed])
    system, path = _file_system(base + question + options)
    prefix = base.removesuffix(path)
    with needed_for(f"{address}: a remote file"):
        from pyarrow import fs
    try:
        info = system.get_file_info(path)
        inner = [info] if info.type == fs.FileType.File else system.get_file_info(fs.FileSelector(path, recursive=True))
    except OSError as error:
        raise InputError(f"{address}: {reason_of(error)}") from None
    for entry in sorted(inner, key=lambda entry: entry.path):
        known = form or _form_of(entry.path)
        matches = fixed == len(parts) or fnmatch(prefix + entry.path, plain)
        if entry.type == fs.FileType.File and matches and (known or info is entry):
            yield _file(prefix + entry.path + question + options, known, entry.size or 0)


def _file_system(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path on it."""
    with needed_for(f"{address}: a remote file"):
        import pyarrow as pa
        from pyarrow import fs
    try:
        return cast(tuple[Any, str], fs.FileSystem.from_uri(address))
    except (pa.ArrowException, OSError, ValueError, ImportError) as error:
        raise InputError(f"{address}: not an address that Arrow reads: {reason_of(error)}") from None


@contextmanager
def opened_input(place: str, *, packed: bool = False) -> Iterator[BinaryIO]:
    """Open a file, wherever it is, for reading from any place in it; unpacked where it is packed.

    Raises InputError where it cannot be opened.
    """
    try:
        stream = _opened(place)
    except OSError as error:
        raise InputError(f"{place}: cannot be read: {reason_of(error)}") from None
    with stream:
        yield cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if packed else stream


def _opened(place: str) -> BinaryIO:
    if "://" not in place:
        return open(place, "rb")
    system, path = _file_system(place)
    return io.BufferedReader(system.open_input_file(path), 2**20)
