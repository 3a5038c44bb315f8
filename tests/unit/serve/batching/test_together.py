"""Texts of small requests are split together, a turn of the event loop at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import pytest

from jmt.document import Document
from jmt.errors import InputError
from jmt.serve.batching import together
from jmt.serve.batching.together import Together


class Splitting:
    """Notes what is split together; `bad` cannot be split."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def segment_each(self, texts: Sequence[str]) -> Iterator[Document]:
        self.calls.append(list(texts))
        for text in texts:
            if text == "bad":
                raise InputError("bad")
            yield Document(text, [])


def split_all(splitting: Splitting, requests: Sequence[Sequence[str]], leaving: Sequence[int] = ()) -> list[list[str]]:
    """What each request gets that arrives at the same time; those `leaving` leave before."""

    async def arrive() -> list[list[str]]:
        splitter = Together(splitting.segment_each)
        tasks = [asyncio.create_task(splitter.split(texts)) for texts in requests]
        await asyncio.sleep(0)
        for place in leaving:
            tasks[place].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        return [[document.text for document in own] for own in found if not isinstance(own, BaseException)]

    return asyncio.run(arrive())


def test_requests_that_arrive_together_are_split_in_one_call_and_each_gets_its_own():
    splitting = Splitting()

    assert split_all(splitting, [["a", "b"], [], ["c"]]) == [["a", "b"], [], ["c"]]
    assert splitting.calls == [["a", "b", "c"]]


def test_no_turn_takes_more_than_its_share_but_for_the_texts_of_one_request(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(together, "_MOST", 4)
    splitting = Splitting()

    assert split_all(splitting, [["aaa"], ["bb"], ["cccccccc"], ["d"]]) == [["aaa"], ["bb"], ["cccccccc"], ["d"]]
    assert splitting.calls == [["aaa", "bb"], ["cccccccc"], ["d"]]


def test_a_text_that_cannot_be_split_fails_in_its_own_request_alone():
    async def arrive() -> None:
        splitter = Together(Splitting().segment_each)
        good, bad = await asyncio.gather(splitter.split(["a", "b"]), splitter.split(["c", "bad"]))
        assert [document.text for document in good] == ["a", "b"]
        assert next(bad).text == "c"
        with pytest.raises(InputError, match="bad"):
            next(bad)

    asyncio.run(arrive())


def test_a_client_that_leaves_before_takes_nothing_from_others():
    assert split_all(Splitting(), [["a"], ["b"], ["c"]], leaving=[1]) == [["a"], ["c"]]
