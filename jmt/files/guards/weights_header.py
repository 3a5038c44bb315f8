"""The header of a safetensors file, read and checked before a byte of the weights is: names, types, shapes, places."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jmt.errors import CheckpointError
from jmt.files.strict_json import Bounds, parse_object

_WIDTHS = {"F32": 4, "F16": 2, "I8": 1, "I64": 8, "BOOL": 1, "U8": 1}
"""Types of number that we write, and the bytes of one."""

_HEADER = Bounds(4 * 2**20, 400_000, 160_000)
"""A thousand tensors take a thirtieth of that."""

_FOREIGN = {b"\x80": "a pickle", b"PK": "a zip archive, as torch writes pickles", b"\x1f\x8b": "a gzip file"}
"""First bytes of what is not safetensors but may be called so."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One tensor as the header describes it."""

    dtype: str
    shape: tuple[int, ...]


def read_header(path: Path) -> dict[str, Entry]:
    """Return the tensors that a safetensors file holds, by name.

    Raises:
        CheckpointError: no safetensors, a header that is too large or lies about the file, types that we do not write.
    """
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            start = stream.read(8)
            length = int.from_bytes(start, "little")
            foreign = next((what for mark, what in _FOREIGN.items() if start.startswith(mark)), None)
            if len(start) < 8 or not 2 <= length <= size - 8 or length > _HEADER.size:
                what = f"{foreign}, which jmt never reads" if foreign else "its header is longer than it may be"
                raise ValueError(what if len(start) == 8 else "shorter than any header")
            header = parse_object(stream.read(length), _HEADER)
        metadata = header.pop("__metadata__", {})
        if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
            raise ValueError("its metadata are not text")
        return _check_entries(header, size - 8 - length)
    except OSError as error:
        raise CheckpointError(f"{path}: not readable: {error.strerror}") from error
    except ValueError as error:
        raise CheckpointError(f"{path}: not a safetensors file of jmt: {error}") from error


def _check_entries(header: dict[str, Any], room: int) -> dict[str, Entry]:
    """Check that the tensors fill the `room` bytes after the header, one after the other; raises ValueError."""
    entries: dict[str, Entry] = {}
    places: list[tuple[int, int, str]] = []
    for name, value in header.items():
        entry, begin, end = _read_entry(name, value)
        entries[name] = entry
        places.append((begin, end, name))
    reached = 0
    for begin, end, name in sorted(places):
        if begin != reached:
            raise ValueError(f"the tensor {name!r} begins at byte {begin}, the one before it ends at {reached}")
        reached = end
    if reached != room:
        raise ValueError(f"its tensors take {reached} bytes, the file has {room} for them")
    return entries


def _read_entry(name: str, value: Any) -> tuple[Entry, int, int]:
    """Return one tensor's type and shape, where it begins, and where it ends; raises ValueError."""
    if len(name) > 500 or not isinstance(value, dict) or value.keys() != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"the tensor {name[:100]!r} has not just dtype, shape and data_offsets")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _WIDTHS:
        raise ValueError(f"the tensor {name!r} is of type {str(dtype)[:20]!r}; we write {', '.join(_WIDTHS)}")
    if not (_are_sizes(shape) and len(shape) <= 4 and _are_sizes(offsets) and len(offsets) == 2):
        raise ValueError(f"the tensor {name!r} has a shape or a place that is none")
    begin, end = offsets
    if end - begin != math.prod(shape) * _WIDTHS[dtype]:
        raise ValueError(f"the tensor {name!r} of shape {shape} has {end - begin} bytes")
    return Entry(dtype, tuple(shape)), begin, end


def _are_sizes(values: Any) -> bool:
    """Tell whether this is a list of whole numbers that count something."""
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 2**48 for value in values)
