"""JSON from a place that is not trusted: bounded in size, count and depth, valid UTF-8, each key once, no NaN.

The standard parser takes all of these; what it makes of them depends on luck, memory and the depth of the stack.  A
byte of JSON can become a hundred bytes of objects, so that what is to be built is counted before it is.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jmt.errors import CheckpointError, InputError
from jmt.files.whole_file import read_whole


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much JSON is read of one file."""

    size: int = 2**20
    """Bytes."""
    elements: int = 50_000
    """Brackets and commas, which count values from above: those in texts count, too."""
    keys: int = 20_000
    """Colons, which count keys from above: what has a key costs most."""


SMALL = Bounds()
"""Of a file whose reader does not ask for more."""

DEEPEST = 32
"""Levels of brackets; what we write has seven, a tokenizer twelve."""


def read_object(path: Path, bounds: Bounds = SMALL) -> dict[str, Any]:
    """Read a JSON object from a file.

    Raises:
        CheckpointError: naming the file, where it is missing, too large, or not one plain JSON object.
    """
    content = read_bytes(path, bounds.size)
    try:
        return parse_object(content, bounds)
    except ValueError as error:
        raise CheckpointError(f"{path}: not readable as JSON: {error}") from error


def read_bytes(path: Path, most: int) -> bytes:
    """Read a plain file of at most so many bytes.

    Raises:
        CheckpointError: naming the file, where it is missing, no plain file, or larger.
    """
    try:
        return read_whole(path, most)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: not readable: {error.strerror}") from error
    except InputError as error:
        raise CheckpointError(str(error)) from error


def check_count(content: bytes, bounds: Bounds) -> None:
    """Refuse JSON of too many values before any is built; raises ValueError."""
    elements = content.count(b"{") + content.count(b"[") + content.count(b",")
    for found, most, what in ((elements, bounds.elements, "values"), (content.count(b":"), bounds.keys, "keys")):
        if found > most:
            raise ValueError(f"{found:,} {what}; at most {most:,} are read from this file")


def parse_object(content: bytes, bounds: Bounds = SMALL) -> dict[str, Any]:
    """Return the JSON object in some bytes; raises ValueError for anything else."""
    check_count(content, bounds)
    try:
        parsed = json.loads(
            content.decode("utf-8"), object_pairs_hook=_each_key_once, parse_constant=_refuse, parse_float=_finite
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(parsed, dict):
        raise ValueError("a JSON object was expected")
    _check_depth(parsed)
    return parsed


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        double = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {double[:100]!r} stands there twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number[:50]} is beyond every number")
    return value


def _check_depth(parsed: Any) -> None:
    """Go down level by level, so that depth costs no stack."""
    level = [parsed]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise ValueError(f"nested more than {DEEPEST} levels deep")
