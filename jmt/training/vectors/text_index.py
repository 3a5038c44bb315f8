"""A text as numbers on disk: read once, tokenised once, counted, and then streamed as often as training asks."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import numpy as np

from jmt.safety.leftovers import owned_folder

END = 0
"""Stands for the end of a sentence in the stream of form indices."""

_MOST_FORMS = 2_000_000
"""Distinct forms held while reading (about 300 MB); then the rarest are let go, as word2vec does."""


class TextIndex:
    """The forms of a text with their counts, and the text itself as their indices in a temporary file.

    `forms[i]` has index i + 1 in the stream; a form that was let go has index -1.
    """

    def __init__(
        self, sentences: Iterable[Sequence[str]], *, folder: Path | None = None, most: int = _MOST_FORMS
    ) -> None:
        # A name is needed, since numpy maps files by name; the context manager removes it.
        self._folder = ExitStack()
        place = self._folder.enter_context(owned_folder(folder or Path(tempfile.gettempdir()), "jmt-vectors"))
        self.path = place / "text.int32"
        self.words = 0
        try:
            self._read(sentences, most)
        except BaseException:  # what a broken file or Ctrl-C leaves behind; it goes on
            self._folder.close()
            raise

    def __enter__(self) -> TextIndex:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.close()

    def _read(self, sentences: Iterable[Sequence[str]], most: int) -> None:
        index: dict[str, int] = {}
        counts = array("q", [0])  # by index, 0 being the end of sentences
        lowest = 1
        with self.path.open("wb") as stream:
            for sentence in sentences:
                row = array("i")
                for form in sentence:
                    number = index.get(form)
                    if number is None:
                        number = index[form] = len(counts)
                        counts.append(0)
                    counts[number] += 1
                    row.append(number)
                self.words += len(row)
                row.append(END)
                row.tofile(stream)
                if len(index) > most:
                    index = {form: number for form, number in index.items() if counts[number] > lowest}
                    lowest += 1
        self.forms = list(index)
        kept = np.fromiter(index.values(), dtype=np.int64, count=len(index))
        self.counts = np.asarray(counts, dtype=np.int64)[kept]
        self._renumber = np.full(len(counts), -1, dtype=np.int32)
        self._renumber[END] = END
        self._renumber[kept] = np.arange(1, len(kept) + 1)

    def chunks(self, size: int, order: Iterable[int] | None = None) -> Iterator[np.ndarray]:
        """Yield form indices, at most `size` at a time, in the order of the text or of the chunk numbers given."""
        text = np.memmap(self.path, dtype=np.int32, mode="r") if self.words else np.zeros(0, dtype=np.int32)
        for number in range(self.chunk_count(size)) if order is None else order:
            yield self._renumber[text[number * size : (number + 1) * size]]

    def chunk_count(self, size: int) -> int:
        """Return how many chunks of this size there are."""
        return -(-self.path.stat().st_size // 4 // size)
