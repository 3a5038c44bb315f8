"""Vectors with a name each, and the folder that `jmt vectors` writes them to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jmt.errors import InputError
from jmt.files.atomic import saying_where, write_whole
from jmt.safety.foreign import foreign_code
from jmt.safety.leftovers import owned_file

_FORMAT = 1
_SETTINGS = "vectors.json"


@dataclass(frozen=True, slots=True)
class NamedVectors:
    """Symbols, the most frequent first, and a vector of each."""

    symbols: list[str]
    vectors: np.ndarray
    """(symbols, D) float32."""


def write_vectors(folder: Path, tables: dict[str, NamedVectors], about: dict[str, Any]) -> None:
    """Write a folder of `words` and `ngrams` tables: `NAME.safetensors`, `NAME.json` (symbols) and `vectors.json`.

    Raises:
        OSError: the disk is full; the table that stood there is still there.
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        place = folder / f"{name}.safetensors"
        with saying_where(place), owned_file(folder, place.name) as fresh:
            save_file({"vectors": np.ascontiguousarray(table.vectors, dtype=np.float32)}, fresh)
            write_whole(folder / f"{name}.json", json.dumps(table.symbols, ensure_ascii=False))
            fresh.replace(place)
    content = {"format": _FORMAT, "tables": sorted(tables), **about}
    write_whole(folder / _SETTINGS, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def read_table(folder: Path, name: str) -> NamedVectors:
    """Read one table of a folder.

    Raises:
        InputError: no such table, or files that do not fit together.
    """
    from safetensors.numpy import load_file

    place = folder / f"{name}.safetensors"
    if not place.is_file():
        there = ", ".join(sorted(path.stem for path in folder.glob("*.safetensors"))) or "none"
        raise InputError(f"{folder}: no table `{name}` in this folder (there: {there}); `jmt vectors train` makes one")
    with foreign_code(f"{place}: not readable as vectors", InputError):
        vectors = load_file(place)["vectors"]
        symbols = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    named = isinstance(symbols, list) and all(isinstance(symbol, str) for symbol in symbols)
    if not named or vectors.ndim != 2 or len(symbols) != len(vectors):
        raise InputError(
            f"{place}: {vectors.shape} vectors do not fit the symbols of {name}.json; make the folder anew"
        )
    return NamedVectors(symbols, vectors.astype(np.float32, copy=False))
