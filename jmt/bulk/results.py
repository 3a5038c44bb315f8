"""What comes out of a shard: JSON lines, CoNLL-U or Parquet, written as it comes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from jmt.document import Document, Judgement
from jmt.errors import InputError
from jmt.formats.jsonl import keys_beside, write_jsonl_line

Result = Document | Judgement


class ResultWriter(Protocol):
    """Writes what becomes of records, in order."""

    def prepare(self, result: Result, others: Mapping[str, Any]) -> Any:
        """Return a result as it is to be written; raises for what came with it and has no place in this format."""

    def write(self, prepared: Sequence[Any]) -> None:
        """Write what `prepare` returned."""

    def close(self) -> None:
        """Write what is still held, and close the file."""


class LineWriter:
    """Text, one result after the other: `jsonl` or `conllu`."""

    def __init__(self, path: Path, form: str) -> None:
        self._stream = path.open("w", encoding="utf-8", newline="\n")
        self._write = _as_conllu if form == "conllu" else _as_json_line

    def prepare(self, result: Result, others: Mapping[str, Any]) -> str:
        """Return a result as text."""
        text = self._write(result, others)
        text.encode("utf-8")
        return text

    def write(self, prepared: Sequence[str]) -> None:
        """Write it."""
        self._stream.writelines(prepared)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def _as_conllu(result: Result, others: Mapping[str, Any]) -> str:
    assert isinstance(result, Document)  # the command refuses pairs as CoNLL-U
    return result.to_conllu()


def _as_json_line(result: Result, others: Mapping[str, Any]) -> str:
    return write_jsonl_line(keys_beside({key: plain(value) for key, value in others.items()}, result.to_dict()))


def plain(value: Any) -> Any:
    """Return a value of a table as JSON has it: dates as text, numbers that are none as null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if value is None or isinstance(value, str | int | bool):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise InputError(f"what came with it has no place in JSON lines: {type(value).__name__}; take --to parquet")
