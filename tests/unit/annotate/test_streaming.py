"""Windows over streams: order, laziness, bounded size."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jmt.annotate import streaming
from jmt.annotate.streaming import in_windows, window_slices


def test_items_come_out_in_order_after_their_window_was_run():
    seen: list[int] = []
    windows: list[int] = []

    def run(window):
        seen.extend(window)
        windows.append(len(window))

    for item in in_windows(range(10_000), lambda _: 10, run):
        assert item in seen[-windows[-1] :]
    assert seen == list(range(10_000))
    assert windows[0] * 10 <= streaming.FIRST_WINDOW + 10
    assert max(windows) * 10 <= streaming.WINDOW + 10


def test_no_more_is_read_than_a_window_needs():
    read: list[int] = []

    def source() -> Iterator[int]:
        for number in range(10**9):
            read.append(number)
            yield number

    stream = in_windows(source(), lambda _: 0, lambda window: None)
    next(stream)

    assert len(read) == streaming.FIRST_WINDOW


def test_what_came_before_a_fault_of_the_source_comes_out_first():
    def source() -> Iterator[int]:
        yield from range(3)
        raise ValueError("broken here")

    stream = in_windows(source(), lambda _: 1, lambda window: None)

    assert [next(stream) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="broken here"):
        next(stream)


def test_a_fault_of_the_work_is_not_taken_for_one_of_the_source():
    def run(window: object) -> None:
        raise KeyError("the model")

    with pytest.raises(KeyError):
        list(in_windows([1], lambda _: 1, run))


@given(st.lists(st.integers(0, 40_000), max_size=50))
def test_slices_cover_everything_once_and_end_when_full(lengths: list[int]):
    cut = list(window_slices(lengths))

    assert [length for place in cut for length in lengths[place]] == lengths
    for place in cut:
        part = lengths[place]
        assert part
        assert sum(part[:-1]) < streaming.WINDOW


class Item:
    """Something that can be watched."""


def test_what_a_window_held_is_gone_as_soon_as_nobody_holds_it():
    watched: list[weakref.ref[Item]] = []

    def items() -> Iterator[Item]:
        for _ in range(3):
            item = Item()
            watched.append(weakref.ref(item))
            yield item
            del item

    gc.disable()  # it would hide what holds itself
    try:
        for _ in in_windows(items(), lambda _: 1, lambda _: None):
            pass
        del _
        assert [item() for item in watched] == [None, None, None]
    finally:
        gc.enable()
