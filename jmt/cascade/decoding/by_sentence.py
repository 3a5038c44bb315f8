"""What stands word after word, cut into sentences."""

from __future__ import annotations

from typing import TypeVar

from jmt.cascade.decoding.sequences import Ints

V = TypeVar("V")


def by_sentence(values: list[V], lengths: Ints) -> list[list[V]]:
    """Cut a list of the N words' values into B lists, of `lengths` (B,)."""
    ends = lengths.cumsum().tolist()
    return [values[start:end] for start, end in zip([0, *ends], ends, strict=False)]
