"""A stream of items, cut into requests that are within the limits of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

Item = TypeVar("Item")

MOST_ITEMS = 32
"""Items in a request; more of them wait for each other without being faster."""
MOST_BYTES = 16_384
"""Bytes of JSON of all items in a request: some 3,000 tokens, about a batch of the service."""


@dataclass(frozen=True, slots=True)
class Part(Generic[Item]):
    """What one request carries: items, and the list of them as JSON."""

    first: int
    """Number of the first item in the stream, from 1."""
    items: list[Item]
    encoded: bytes


def parts_of(
    items: Iterable[Item], encode: Callable[[Item, int], bytes], *, most_items: int, most_bytes: int
) -> Iterator[Part[Item]]:
    """Cut a stream into parts; the first hold few items, so that the first results come soon.

    `encode` gives the JSON of an item from it and its number.  An item has no more tokens than its JSON has bytes, so a
    limit of bytes keeps the limit of tokens, too.  An item that is larger than `most_bytes` goes alone: whether it is
    too large is for the service to say.  Where the source or `encode` fails, the items before the fault still come out.
    """
    source = iter(items)
    gathered: list[Item] = []
    pieces: list[bytes] = []
    first, size, room = 1, 0, 1
    fault: Exception | None = None
    for number in count(1):
        try:
            item = next(source)
            piece = encode(item, number)
        except Exception as error:  # raised again below, once what came before it is out
            fault = error
            break
        if gathered and (len(gathered) >= room or size + len(piece) + 1 > most_bytes):
            yield Part(first, gathered, b"[%s]" % b",".join(pieces))
            gathered, pieces = [], []
            first, size, room = number, 0, min(2 * room, most_items)
        gathered.append(item)
        pieces.append(piece)
        size += len(piece) + 1
    if gathered:
        yield Part(first, gathered, b"[%s]" % b",".join(pieces))
    if not isinstance(fault, StopIteration):
        assert fault is not None
        raise fault
