"""Words to the word pieces of a pretrained encoder, and where each piece stands in its passes.

A word's pieces do not depend on its neighbours, so they are computed once per form and looked up.  Sentences longer
than the encoder takes are read in overlapping windows; each word is taken from the window that shows most around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jmt.cascade.symbols.windows import Window, split_windows
from jmt.errors import ConfigError
from jmt.files.guards.values import LONGEST_WORD
from jmt.safety.foreign import foreign_code

if TYPE_CHECKING:
    from jmt.files.guards.tokenizer import CheckedTokenizer

_MOST_FORMS = 100_000
"""Forms remembered before the table starts anew."""

MOST_PIECES = 32
"""Pieces that the model sees of a word: of a longer one its first and its last half of these."""

MOST_CHARACTERS = 2**20
"""Characters that the words of one call of the tokenizer may become: about 100 bytes each."""

_LEAST_ROOM = 2
"""Pieces of a word that a window must have room for."""


@dataclass(frozen=True, slots=True)
class PieceLayout:
    """W windows of P pieces over the sentences (or pairs) of a batch, and the way to its N words and back.

    Words are counted sentence by sentence, as in `jmt.cascade.symbols.batch.WordBatch`.
    """

    piece_ids: np.ndarray
    """(W, P)"""
    type_ids: np.ndarray
    """(W, P) 0, and 1 for the second sentence of a pair that is read together."""
    mask: np.ndarray
    """(W, P) bool, True = a piece."""
    piece_words: np.ndarray
    """(W, P) number of the word that a piece belongs to; N where it belongs to none."""
    bags: np.ndarray
    """Places w * P + p of the pieces of all words, one word after the other."""
    bag_starts: np.ndarray
    """(N,) where the pieces of each word begin in `bags`."""

    def keep_words(self, words: int) -> PieceLayout:
        """Return the layout of the first `words` words: whole sentences, whose windows come first."""
        bags = self.bags[: self.bag_starts[words]] if words < len(self.bag_starts) else self.bags
        windows = int(bags.max()) // self.mask.shape[1] + 1 if len(bags) else 1
        return PieceLayout(
            piece_ids=self.piece_ids[:windows],
            type_ids=self.type_ids[:windows],
            mask=self.mask[:windows],
            piece_words=np.minimum(self.piece_words[:windows], words),  # what belonged to no word still does not
            bags=bags,
            bag_starts=self.bag_starts[:words],
        )


class PieceTokenizer:
    """The tokenizer of a pretrained encoder, one word at a time; safe to call from several threads."""

    def __init__(self, content: str, *, longest: int) -> None:
        from jmt.files.guards.tokenizer import build_tokenizer, read_tokenizer  # costs time: only where it is needed

        self.content = content
        with foreign_code("tokenizer.json", ConfigError):
            checked = read_tokenizer(content)
            tokenizer = build_tokenizer(checked)
            examples = tokenizer.encode("a"), tokenizer.encode("a", "a")
            self.unknown = _unknown_piece(checked, tokenizer)
            self.alone, self.pair = (
                _read_frame(example.special_tokens_mask, example.ids, example.type_ids, sentences)
                for sentences, example in enumerate(examples, start=1)
            )
        self.longest = longest
        self._tokenizer = tokenizer
        self._growth = checked.growth
        self._pieces: dict[str, tuple[int, ...]] = {}
        self.padding = checked.padding
        self.room = longest - sum(len(specials) for specials, _, _ in self.alone)
        if self.room < _LEAST_ROOM:
            raise ConfigError(
                f"an encoder of {longest} pieces, {longest - self.room} of them special: words need {_LEAST_ROOM}"
            )

    def look_up(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """Return the pieces of every word, at least one each: a word that has none is unknown."""
        if len(self._pieces) > _MOST_FORMS:
            self._pieces = {}
        known = self._pieces
        missing = [word for word in dict.fromkeys(words) if word not in known]
        for batch in self._batches(missing):
            with foreign_code("the tokenizer failed on a word"):
                found = self._tokenizer.encode_batch(
                    [[_shorten(word)] for word in batch], is_pretokenized=True, add_special_tokens=False
                )
                for word, encoding in zip(batch, found, strict=True):
                    known[word] = self._cut(encoding.ids)
        return [known[word] for word in words]

    def _batches(self, words: Sequence[str]) -> Iterator[Sequence[str]]:
        """Cut words into batches of at most `MOST_CHARACTERS`, however the tokenizer grows them."""
        first = characters = 0
        for place, word in enumerate(words):
            characters += self._growth * min(len(word), LONGEST_WORD)
            if characters > MOST_CHARACTERS and place > first:
                yield words[first:place]
                first, characters = place, self._growth * min(len(word), LONGEST_WORD)
        if words:
            yield words[first:]

    @property
    def most(self) -> int:
        """Pieces that the model sees of a word: of a longer one its first and its last half of these."""
        return min(MOST_PIECES, max(2, self.room // 2))

    def _cut(self, ids: list[int]) -> tuple[int, ...]:
        most = self.most
        if len(ids) > most:
            ids = ids[: most // 2] + ids[-(most // 2) :]
        return tuple(ids) or (self.unknown,)

    def lay_out(self, sentences: Sequence[Sequence[str]], *, overlap: int, pairs: bool) -> PieceLayout:
        """Lay the pieces of a batch's sentences out in windows.

        With `pairs`, the first half of the sentences is read together with the second half, each pair in one window; a
        pair too long for one is read as two sentences.
        """
        words = [word for sentence in sentences for word in sentence]
        pieces = self.look_up(words)
        counts = np.fromiter((len(found) for found in pieces), dtype=np.int64, count=len(pieces))
        flat = np.fromiter((piece for found in pieces for piece in found), dtype=np.int64, count=int(counts.sum()))
        starts = np.concatenate([[0], np.cumsum(counts)])
        lengths = np.array([len(sentence) for sentence in sentences], dtype=np.int64)
        firsts = np.concatenate([[0], np.cumsum(lengths)])
        spans = [(int(firsts[row]), int(firsts[row + 1])) for row in range(len(sentences))]
        windows = self._pair_windows(spans, starts, overlap) if pairs else self._windows(spans, starts, overlap)
        return self._fill(windows, flat, starts)

    def _pair_windows(self, spans: list[tuple[int, int]], starts: np.ndarray, overlap: int) -> list[Window]:
        windows: list[Window] = []
        specials = sum(len(specials) for specials, _, _ in self.pair)
        half = len(spans) // 2
        for first, second in zip(spans[:half], spans[half:], strict=True):
            size = sum(int(starts[end] - starts[begin]) for begin, end in (first, second))
            if size + specials <= self.longest:
                windows.append(Window((first, second), None))
            else:
                windows.extend(self._windows([first, second], starts, overlap))
        return windows

    def _windows(self, spans: list[tuple[int, int]], starts: np.ndarray, overlap: int) -> list[Window]:
        room = self.room
        windows: list[Window] = []
        for begin, end in spans:
            if starts[end] - starts[begin] <= room:
                windows.append(Window(((begin, end),), None))
            else:
                windows.extend(split_windows(begin, end, starts, room=room, overlap=min(overlap, room // 4)))
        return windows

    def _fill(self, windows: list[Window], flat: np.ndarray, starts: np.ndarray) -> PieceLayout:
        parts = [self._parts(window, starts) for window in windows]
        width = max(sum(len(part.specials) + part.stop - part.start for part in row) for row in parts)
        shape = (len(windows), width)
        piece_ids, type_ids = np.full(shape, self.padding), np.zeros(shape, dtype=np.int64)
        nowhere, counts = len(starts) - 1, np.diff(starts)
        piece_words, mask = np.full(shape, nowhere), np.zeros(shape, dtype=bool)
        words_of_pieces = np.repeat(np.arange(nowhere), counts)
        bags: list[np.ndarray] = []
        order: list[np.ndarray] = []
        for number, (window, row) in enumerate(zip(windows, parts, strict=True)):
            place = 0
            for part, run in zip(row, (*window.runs, (0, 0)), strict=True):
                inner = place + len(part.specials)
                end = inner + part.stop - part.start
                piece_ids[number, place:inner] = part.specials
                piece_ids[number, inner:end] = flat[part.start : part.stop]
                piece_words[number, inner:end] = words_of_pieces[part.start : part.stop]
                type_ids[number, place:inner] = part.special_types
                type_ids[number, inner:end] = part.kind
                first, last = run if window.kept is None else window.kept
                if part.stop > part.start:
                    kept = np.arange(starts[first], starts[last])
                    bags.append(number * width + inner + kept - part.start)
                    order.append(words_of_pieces[kept])
                place = end
            mask[number, :place] = True
        places, owners = np.concatenate(bags), np.concatenate(order)
        sorted_places = places[np.argsort(owners, kind="stable")]
        arrays = (piece_ids, type_ids, mask, piece_words, sorted_places, starts[:-1])
        return PieceLayout(*map(np.ascontiguousarray, arrays))

    def _parts(self, window: Window, starts: np.ndarray) -> list[Part]:
        """Return a part per run of words, and one for the special pieces that close the window."""
        frame = self.alone if len(window.runs) == 1 else self.pair
        runs = [(int(starts[first]), int(starts[last])) for first, last in window.runs]
        return [
            Part(specials, types, start, stop, kind)
            for (specials, types, kind), (start, stop) in zip(frame, [*runs, (0, 0)], strict=True)
        ]


def _shorten(word: str) -> str:
    """Return what a tokenizer sees of a word: of a very long one its beginning and its end."""
    return word if len(word) <= LONGEST_WORD else word[: LONGEST_WORD // 2] + word[-LONGEST_WORD // 2 :]


def _unknown_piece(checked: CheckedTokenizer, tokenizer: Any) -> int:
    """Return the piece for what no piece is known for; where a tokenizer has none, that of a question mark."""
    if isinstance(checked.unknown, int):
        return checked.unknown
    found = tokenizer.token_to_id(checked.unknown) if checked.unknown else None
    return int(tokenizer.encode("?", add_special_tokens=False).ids[0] if found is None else found)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words in a window, with the special pieces before it."""

    specials: tuple[int, ...]
    special_types: tuple[int, ...]
    start: int
    """First piece of the run among those of the batch, and the one after its last."""
    stop: int
    kind: int
    """Type of the run's pieces."""


Frame = list[tuple[tuple[int, ...], tuple[int, ...], int]]
"""Per sentence of a window, and once more for what closes it: special pieces before it, their types, its own type."""


def _read_frame(specials: Sequence[int], ids: Sequence[int], types: Sequence[int], sentences: int) -> Frame:
    """Read from an example how special pieces frame one or two sentences, all of them the same word."""
    inner = [place for place, special in enumerate(specials) if not special]
    size = len(inner) // sentences
    if not size:
        raise ValueError("of the word `a` nothing is left")
    frame: Frame = []
    place = 0
    for first in inner[::size]:
        frame.append((tuple(ids[place:first]), tuple(types[place:first]), types[first]))
        place = first + size
    frame.append((tuple(ids[place:]), tuple(types[place:]), 0))
    return frame
