"""Own words against gold words by their characters, as the scorers of Universal Dependencies align them.

White space is left out, so that both sides are the same run of characters.  Words match where they cover the same
characters; where a multiword token of either side (`du` = `de` + `le`) makes this meaningless, words match by form.

Source: Zeman et al. (2018), section 5, and the rules of the scorer that the treebanks use today (PyPI: udtools), which
aligns words as that of the shared task does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jmt.document import MultiwordToken, Sentence, Token
from jmt.errors import InputError

CharacterSpan = tuple[int, int]
"""First and one-past-last character, white space not counted."""

NOT_ALIGNED = -2
"""In place of a gold word: no gold word matches."""
ROOT = -1
"""In place of a word that is a head: there is none."""


@dataclass(slots=True)
class Words:
    """The words of a text in order, and where each stands in its characters."""

    characters: str = ""
    tokens: list[Token] = field(default_factory=list)
    """The words themselves."""
    forms: list[str] = field(default_factory=list)
    """As they are compared: without white space, but inside of multiword tokens."""
    spans: list[CharacterSpan] = field(default_factory=list)
    """Words of a multiword token all have the span of the token."""
    multiword: list[bool] = field(default_factory=list)
    token_spans: list[CharacterSpan] = field(default_factory=list)
    """As `spans`, each multiword token counted once."""
    sentence_spans: list[CharacterSpan] = field(default_factory=list)
    lines: list[int | None] = field(default_factory=list)
    """Line of its file on which each sentence starts, where it has one."""
    first_words: list[int] = field(default_factory=list)
    """Index of the first word of each sentence."""
    heads: list[int] = field(default_factory=list)
    """Index of the governor of every word, `ROOT` where it has none, `NOT_ALIGNED` where none is told."""

    def __len__(self) -> int:
        return len(self.forms)


@dataclass(frozen=True)
class Alignment:
    """Both sides of a text, and which words match."""

    gold: Words
    own: Words
    pairs: list[tuple[int, int]]
    """Gold and own words that match, by index, in order."""

    @cached_property
    def own_of_gold(self) -> dict[int, int]:
        """The own word that matches a gold word, where one does."""
        return dict(self.pairs)

    @cached_property
    def gold_of_own(self) -> dict[int, int]:
        """The gold word that matches an own word; a root's head, which is no word, matches itself."""
        return {ROOT: ROOT, **{other: one for one, other in self.pairs}}

    @cached_property
    def own_counts(self) -> list[int]:
        """How many own words begin in each gold sentence."""
        counts = [0] * len(self._starts)
        for start, _ in self.own.spans:
            counts[self.gold_sentence(start)] += 1
        return counts

    def gold_sentence(self, character: int) -> int:
        """Return the index of the gold sentence that a character is in."""
        return bisect_right(self._starts, character) - 1

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.gold.sentence_spans]


def lay_out_words(sentences: Iterable[Sentence]) -> Words:
    """Lay out the words of sentences, multiword tokens by their written form."""
    words = Words()
    pieces: list[str] = []
    position = 0
    for sentence in sentences:
        start, first = position, len(words)
        ranges = {range_.first: range_ for range_ in sentence.multiword_tokens}
        open_range: MultiwordToken | None = None
        for token in sentence.tokens:
            if open_range is None or token.id > open_range.last:
                open_range = ranges.get(token.id)
                written = _without_space(open_range.text if open_range else token.text)
                pieces.append(written)
                words.token_spans.append((position, position + len(written)))
                position += len(written)
            words.tokens.append(token)
            words.forms.append(token.text if open_range else written)
            words.spans.append(words.token_spans[-1])
            words.multiword.append(open_range is not None)
            words.heads.append(NOT_ALIGNED if token.head is None else first + token.head - 1 if token.head else ROOT)
        words.first_words.append(first)
        words.sentence_spans.append((start, position))
        words.lines.append(sentence.line)
    words.characters = "".join(pieces)
    return words


def _without_space(text: str) -> str:
    """Drop all white space (udtools: category Zs alone, since it reads no text that has other white space in words)."""
    return "".join(text.split())


def align(gold: Iterable[Sentence], own: Iterable[Sentence]) -> Alignment:
    """Match the words of two readings of one text; either may have multiword tokens.

    Raises InputError where the two are not the same text.
    """
    ours, theirs = lay_out_words(gold), lay_out_words(own)
    _same_characters(ours, theirs)
    return Alignment(ours, theirs, _matching_words(ours, theirs))


def _matching_words(gold: Words, own: Words) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    one, other = 0, 0
    while one < len(gold) and other < len(own):
        if gold.multiword[one] or own.multiword[other]:
            start, other_start, one, other = _multiword_stretch(gold, own, one, other)
            pairs += _match_forms(gold, own, range(start, one), range(other_start, other))
        elif gold.spans[one] == own.spans[other]:
            pairs.append((one, other))
            one, other = one + 1, other + 1
        elif gold.spans[one][0] <= own.spans[other][0]:
            one += 1
        else:
            other += 1
    return pairs


def _multiword_stretch(gold: Words, own: Words, one: int, other: int) -> tuple[int, int, int, int]:
    """Find the least stretch of characters from here on that no multiword token of either side sticks out of.

    Returns the first gold and own word in it, and the first ones behind it.
    """
    at_gold = gold.multiword[one]
    end = gold.spans[one][1] if at_gold else own.spans[other][1]
    # A word of the other side that begins before the multiword token is passed by, but one only: udtools looks no
    # further, so that a second one takes part in the matching of forms.
    if at_gold and not own.multiword[other] and own.spans[other][0] < gold.spans[one][0]:
        other += 1
    elif not at_gold and gold.spans[one][0] < own.spans[other][0]:
        one += 1
    start, other_start = one, other
    while _stands_inside(gold, one, end) or _stands_inside(own, other, end):
        behind_gold, behind_own = one == len(gold), other == len(own)
        if not behind_gold and (behind_own or gold.spans[one][0] <= own.spans[other][0]):
            end = max(end, gold.spans[one][1]) if gold.multiword[one] else end
            one += 1
        else:
            end = max(end, own.spans[other][1]) if own.multiword[other] else end
            other += 1
    return start, other_start, one, other


def _stands_inside(words: Words, place: int, end: int) -> bool:
    """Whether a word is inside of a stretch that ends at `end`: all of it, of a multiword token its beginning."""
    if place == len(words):
        return False
    begins, ends = words.spans[place]
    return ends <= end or (words.multiword[place] and begins < end)


def _match_forms(gold: Words, own: Words, ours: range, theirs: range) -> list[tuple[int, int]]:
    """Match words by form, case aside: a longest common subsequence."""
    forms = [gold.forms[index].lower() for index in ours]
    others = [own.forms[index].lower() for index in theirs]
    longest = [[0] * (len(others) + 1) for _ in range(len(forms) + 1)]
    for row in reversed(range(len(forms))):
        for column in reversed(range(len(others))):
            longest[row][column] = (
                longest[row + 1][column + 1] + 1
                if forms[row] == others[column]
                else max(longest[row + 1][column], longest[row][column + 1])
            )
    pairs = []
    row, column = 0, 0
    while row < len(forms) and column < len(others):
        if forms[row] == others[column]:
            pairs.append((ours[row], theirs[column]))
            row, column = row + 1, column + 1
        elif longest[row][column] == longest[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs


def _same_characters(ours: Words, theirs: Words) -> None:
    gold, own = ours.characters, theirs.characters
    if gold == own:
        return
    place = next(
        (index for index, (one, other) in enumerate(zip(gold, own, strict=False)) if one != other),
        min(len(gold), len(own)),
    )
    around = slice(max(0, place - 10), place + 20)
    sentence = bisect_right([start for start, _ in ours.sentence_spans], place) - 1
    line = ours.lines[sentence] if sentence >= 0 else None
    raise InputError(
        f"{'' if line is None else f'line {line} of the treebank: '}gold and own words are not the same text: at "
        f"character {place} (white space not counted) the gold words read {gold[around]!r}, our own {own[around]!r}; "
        "check that # text and FORM of the treebank agree"
    )


def same_spans(gold: Sequence[CharacterSpan], own: Sequence[CharacterSpan]) -> int:
    """Count the spans that both sides have: sentences or tokens of which both ends are right."""
    return len(set(gold) & set(own))
