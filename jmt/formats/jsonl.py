"""JSON lines: one object per line, in and out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from jmt.errors import CorpusError
from jmt.formats.text import path_in_messages, read_lines

_EXAMPLE = '{"text": "..."}'


def read_jsonl(path: str | Path) -> Iterator[dict[str, Any]]:
    """Yield the object of every line, with the number of its line under `line`; otherwise as `read_objects`."""
    for number, row in read_objects(path):
        row["line"] = number
        yield row


def read_objects(path: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of every line and its object; `-` is standard input.

    Empty lines are passed over; of a key given twice the last value counts.
    Raises CorpusError for a line that is not a JSON object, for what Python's reader takes beyond JSON (`NaN`,
    unpaired surrogates), and for a file without any object.
    """
    found, place = False, path_in_messages(path)
    for number, text in enumerate(read_lines(path), start=1):
        if text.strip():
            found = True
            yield number, object_of_line(text, place, number)
    if not found:
        raise CorpusError(f"no object in this file; each line has one, such as {_EXAMPLE}", place)


def object_of_line(text: str, place: str, number: int) -> dict[str, Any]:
    """Return the object that a line holds; raises CorpusError as `read_objects` does."""
    try:
        row = json.loads(text, parse_constant=_refuse_constant)
        if "\\u" in text:
            json.dumps(row, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise CorpusError("an unpaired surrogate (`\\ud800` to `\\udfff`) is no character", place, number) from None
    except json.JSONDecodeError as error:
        raise CorpusError(f"not JSON: {error.msg} at character {error.colno}", place, number) from None
    except RecursionError:
        raise CorpusError("not read: JSON nested too deeply", place, number) from None
    except ValueError as error:
        raise CorpusError(f"not JSON: {error}", place, number) from None
    if not isinstance(row, dict):
        raise CorpusError(f"a JSON {_kind(row)} where each line has an object such as {_EXAMPLE}", place, number)
    return row


def write_jsonl_line(row: Mapping[str, Any]) -> str:
    """Return an object as one line of JSON, its end included."""
    return _ENCODER.encode(row) + "\n"


def keys_beside(others: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """Return our keys behind those that came with the input; one that would hide ours is called `input_KEY`."""
    kept = {}
    for key, value in others.items():
        name = key
        while name in ours or (name != key and name in others):
            name = f"input_{name}"
        kept[name] = value
    return {**kept, **ours}


_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"`{name}` is no number of JSON")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return {str: "string", list: "array", bool: "boolean"}.get(type(value), "number")
