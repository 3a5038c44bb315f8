"""Texts of requests that arrive together are split together: many short ones cost less so than one by one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from jmt.document import Document

_MOST = 8_192
"""Code points that are split in one turn of the event loop, but for the texts of one request: others wait for it."""

SegmentEach = Callable[[Sequence[str]], Iterator[Document]]


class Together:
    """Splits the texts of small requests on the event loop, a turn of which takes all that came in the one before."""

    def __init__(self, segment_each: SegmentEach) -> None:
        self._segment_each = segment_each
        self._waiting: deque[tuple[Sequence[str], asyncio.Future[Iterator[Document]]]] = deque()

    async def split(self, texts: Sequence[str]) -> Iterator[Document]:
        """Return the documents of one request's texts; a text that cannot be split raises when its turn comes."""
        loop = asyncio.get_running_loop()
        documents: asyncio.Future[Iterator[Document]] = loop.create_future()
        self._waiting.append((texts, documents))
        if len(self._waiting) == 1:
            loop.call_soon(self._split_some, loop)
        return await documents

    def _split_some(self, loop: asyncio.AbstractEventLoop) -> None:
        """Split the texts of the first requests that wait."""
        some, size = [], 0
        while self._waiting and size < _MOST:
            some.append(self._waiting.popleft())
            size += sum(map(len, some[-1][0]))
        if self._waiting:
            loop.call_soon(self._split_some, loop)
        try:
            found = iter(list(self._segment_each([text for texts, _ in some for text in texts])))
        except Exception:  # whose fault it is shows when each is split by itself
            given = [self._segment_each(texts) for texts, _ in some]
        else:
            given = [iter(list(islice(found, len(texts)))) for texts, _ in some]
        for (_, documents), own in zip(some, given, strict=True):
            if not documents.done():
                documents.set_result(own)
