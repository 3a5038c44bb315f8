"""A stream of items cut into requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, islice

import pytest

from jmt.client.parts import Part, parts_of


def encode(item: str, number: int) -> bytes:
    if item == "bad":
        raise ValueError(f"item {number} is bad")
    return json.dumps(item).encode()


def cut(items, *, most_items: int = 8, most_bytes: int = 1000) -> list[Part[str]]:
    return list(parts_of(items, encode, most_items=most_items, most_bytes=most_bytes))


def test_parts_hold_all_items_in_order_and_grow_up_to_the_limit():
    items = [str(number) for number in range(40)]
    parts = cut(items)

    assert [len(part.items) for part in parts] == [1, 2, 4, 8, 8, 8, 8, 1]
    assert [item for part in parts for item in part.items] == items
    assert [part.first for part in parts] == [1, 2, 4, 8, 16, 24, 32, 40]
    assert all(json.loads(part.encoded) == part.items for part in parts)


@pytest.mark.parametrize("most_bytes", [12, 20, 33, 64])
def test_no_part_is_over_the_limit_of_bytes_unless_it_is_one_item_that_is_too_large_itself(most_bytes: int):
    items = ["x" * (number * 7 % 23) for number in range(60)]
    parts = cut(items, most_bytes=most_bytes)

    assert [item for part in parts for item in part.items] == items
    assert all(len(part.encoded) - 1 <= most_bytes or len(part.items) == 1 for part in parts)
    assert any(len(part.items) > 1 for part in parts) or most_bytes < 20


def test_no_items_make_no_part():
    assert cut([]) == []


def test_the_items_before_a_bad_one_come_out_first():
    parts: list[Part[str]] = []
    with pytest.raises(ValueError, match="item 4 is bad"):
        parts.extend(parts_of(["a", "b", "c", "bad", "d"], encode, most_items=8, most_bytes=1000))

    assert [item for part in parts for item in part.items] == ["a", "b", "c"]


def test_an_endless_source_is_read_no_further_than_the_part_at_hand():
    read: list[int] = []

    def endless() -> Iterator[str]:
        for number in count():
            read.append(number)
            yield str(number)

    list(islice(parts_of(endless(), encode, most_items=8, most_bytes=1000), 3))

    assert len(read) == 1 + 2 + 4 + 1
