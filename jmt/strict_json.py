"""JSON from a place that is not trusted: bounded in size, count and depth, valid UTF-8, each key once, no NaN.

The standard parser takes all of these; what it makes of them depends on luck, memory and the depth of the stack.  A
byte of JSON can become a hundred bytes of objects, so that what is to be built is counted before it is.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from jmt.errors import CheckpointError, InputError
from jmt.whole_file import read_whole

MOST_BYTES = 2**20
"""Of a file whose reader does not ask for more."""

MOST_ELEMENTS = 50_000
"""Of a file whose reader does not ask for more: brackets and commas, which count values from above."""

MOST_OBJECTS = 100_000
"""Braces in any file: objects are what costs most."""

DEEPEST = 32
"""Levels of brackets; what we write has seven, a tokenizer twelve."""


def read_object(path: Path, *, most_bytes: int = MOST_BYTES, most_elements: int = MOST_ELEMENTS) -> dict[str, Any]:
    """Read a JSON object from a file.

    Raises:
        CheckpointError: naming the file, where it is missing, too large, or not one plain JSON object.
    """
    content = read_bytes(path, most_bytes)
    try:
        check_count(content, most_elements)
        return parse_object(content)
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


def check_count(content: bytes, most: int) -> None:
    """Refuse JSON of too many values before any is built; signs inside texts count, too.  Raises ValueError."""
    objects = content.count(b"{")
    if objects > MOST_OBJECTS:
        raise ValueError(f"{objects:,} objects; at most {MOST_OBJECTS:,} are read")
    elements = objects + content.count(b"[") + content.count(b",")
    if elements > most:
        raise ValueError(f"{elements:,} values; at most {most:,} are read from this file")


def parse_object(content: bytes) -> dict[str, Any]:
    """Return the JSON object in some bytes; raises ValueError for anything else."""
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
