"""What is wrong with a body that is no strict JSON in UTF-8: the place, and which encoding or half character it is.

Nothing of the body is repeated but the value of one byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from jmt.serve.answering.problems import Fault, Problem
from jmt.serve.contract.requests import AnnotateRequest, CompareRequest, Pair

_OUR_NAMES = frozenset(name for model in (AnnotateRequest, CompareRequest, Pair) for name in model.model_fields)
_HALF = re.compile(r"[\ud800-\udfff]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_WIDE = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
"""Byte order marks, the longer ones first."""


def problem_of(content: bytes, error: orjson.JSONDecodeError) -> Problem:
    """Say why a body was refused; `error` is what orjson says, which knows neither encodings nor paths."""
    wide = _wide_encoding(content)
    if wide is not None:
        at = 0 if content[0] > 0x7F else content.index(0)
        return _refusal(f"{_byte(content, at)}: the body seems to be {wide}; send it in UTF-8")
    if content.startswith(b"\xef\xbb\xbf"):
        return _refusal("the body begins with a byte order mark (line 1, column 1); leave it out")
    try:
        text = content.decode()
    except UnicodeDecodeError as fault:
        return _refusal(f"{_byte(content, fault.start)}{_what_else(content, fault.start)}")
    if "surrogate" in error.msg:
        return _half_a_pair(text)
    # The message of orjson names line and column and what it expected, never what stands there.
    return _refusal(f"the body is not strict JSON in UTF-8 (line {error.lineno}, column {error.colno})")


def _refusal(detail: str, pointer: str | None = None) -> Problem:
    return Problem("malformed_json", detail, [] if pointer is None else [Fault(pointer, "malformed_json", detail)])


def _wide_encoding(content: bytes) -> str | None:
    """Name an encoding of two or four bytes a character: by its mark, or by the zeros around the first sign of JSON."""
    for mark, name in _WIDE.items():
        if content.startswith(mark):
            return name
    zeros = [place for place, byte in enumerate(content[:4]) if byte == 0]
    if len(zeros) == 3:
        return "UTF-32"
    return "UTF-16" if zeros in ([1, 3], [0, 2], [0], [1]) else None


def _byte(content: bytes, at: int) -> str:
    return (
        f"byte {at} of the body, 0x{content[at]:02X} ({_place(content[:at].decode('utf-8', 'replace'))}), is not UTF-8"
    )


def _place(before: str) -> str:
    """Name the line and the column, in characters and from 1, of what follows some text."""
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def _what_else(content: bytes, at: int) -> str:
    """Guess what was meant by a byte that is not UTF-8."""
    if content[at] == 0xED and content[at + 1 : at + 2] >= b"\xa0":
        return ": half of a surrogate pair was written as if it were a character (CESU-8); encode the whole character"
    if 0xC2 <= content[at] <= 0xF4 and len(content) - at < 4:
        return "; it begins a character whose other bytes are missing"
    return ": the body seems to be in Latin-1 or another encoding of one byte a character; send it in UTF-8"


def _half_a_pair(text: str) -> Problem:
    place = _place(text[: _first_half(text)])
    detail = f"half of a surrogate pair is escaped at {place}, which is no character: write both halves, or replace it"
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):  # something else is wrong behind it
        return _refusal(detail)
    return _refusal(detail, next(_halves(parsed), None))


def _first_half(text: str) -> int:
    """Find the first escape of a half whose other half does not follow."""
    high: re.Match[str] | None = None
    for escape in _ESCAPE.finditer(text):
        code = int(escape[1] or "0", 16)
        if high is not None and not (0xDC00 <= code < 0xE000 and escape.start() == high.end()):
            return high.start()
        if high is None and 0xDC00 <= code < 0xE000:
            return escape.start()
        high = escape if 0xD800 <= code < 0xDC00 else None
    return 0 if high is None else high.start()


def _halves(parsed: Any) -> Iterator[str]:
    """Yield a JSON pointer to every string with half a pair, or to the object whose key has one; no stack is used up.

    Only names of our own fields stand in it: it ends where a name of the client's would follow.
    """
    waiting: list[tuple[str, Any]] = [("", parsed)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, str) and _HALF.search(value):
            yield pointer
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{place}", inner) for place, inner in enumerate(value)][::-1]
        elif isinstance(value, dict):
            if any(map(_HALF.search, value)):
                yield pointer
            waiting += [
                (f"{pointer}/{name}" if name in _OUR_NAMES else pointer, inner) for name, inner in value.items()
            ][::-1]
