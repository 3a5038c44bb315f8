"""Own words against gold words by their characters, as the CoNLL 2018 shared task aligns them.

White space is left out, so that both sides are the same run of characters.  Words match where they cover the same
characters; where a multiword token (`du` = `de` + `le`) makes this meaningless, words match by form, in order.

Source: Zeman et al. (2018), section 5, and the rules of the shared task's scorer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jmt.document import MultiwordToken, Sentence
from jmt.errors import InputError

CharacterSpan = tuple[int, int]
"""First and one-past-last character, white space not counted."""


@dataclass(slots=True)
class Words:
    """The words of a text in order, and where each stands in its characters."""

    characters: str = ""
    forms: list[str] = field(default_factory=list)
    spans: list[CharacterSpan] = field(default_factory=list)
    """Words of a multiword token all have the span of the token."""
    multiword: list[bool] = field(default_factory=list)
    token_spans: list[CharacterSpan] = field(default_factory=list)
    """As `spans`, each multiword token counted once."""
    sentence_spans: list[CharacterSpan] = field(default_factory=list)
    first_words: list[int] = field(default_factory=list)
    """Index of the first word of each sentence."""

    def __len__(self) -> int:
        return len(self.forms)


@dataclass(frozen=True, slots=True)
class F1:
    """Counts behind a precision, a recall and their F1."""

    gold: int
    system: int
    correct: int

    @property
    def value(self) -> float:
        """Return F1 in [0, 1]; 0 where both sides are empty."""
        return 2 * self.correct / (self.gold + self.system) if self.gold + self.system else 0.0


def gold_words(sentences: Iterable[Sentence]) -> Words:
    """Lay out the words of a treebank, multiword tokens by their written form."""
    words = Words()
    pieces: list[str] = []
    position = 0
    for sentence in sentences:
        start = position
        words.first_words.append(len(words))
        ranges = {range_.first: range_ for range_ in sentence.multiword_tokens}
        open_range: MultiwordToken | None = None
        for token in sentence.tokens:
            if open_range is None or token.id > open_range.last:
                open_range = ranges.get(token.id)
                written = _without_space(open_range.text if open_range else token.text)
                pieces.append(written)
                words.token_spans.append((position, position + len(written)))
                position += len(written)
            words.forms.append(token.text)
            words.spans.append(words.token_spans[-1])
            words.multiword.append(open_range is not None)
        words.sentence_spans.append((start, position))
    words.characters = "".join(pieces)
    return words


def own_words(sentences: Iterable[Sequence[str]]) -> Words:
    """Lay out the words of sentences that were split by ourselves; none is a multiword token."""
    words = Words()
    pieces: list[str] = []
    position = 0
    for sentence in sentences:
        start = position
        words.first_words.append(len(words))
        for form in sentence:
            written = _without_space(form)
            pieces.append(written)
            words.forms.append(form)
            words.spans.append((position, position + len(written)))
            position += len(written)
        words.sentence_spans.append((start, position))
    words.multiword = [False] * len(words)
    words.token_spans = words.spans
    words.characters = "".join(pieces)
    return words


def _without_space(text: str) -> str:
    """Drop all white space."""
    return "".join(text.split())


def align_words(gold: Words, system: Words) -> list[tuple[int, int]]:
    """Return the pairs (gold word, own word) that match, by index, in order; own words are never multiword tokens.

    Raises InputError where the two are not the same text.
    """
    _same_characters(gold.characters, system.characters)
    pairs: list[tuple[int, int]] = []
    one, other = 0, 0
    while one < len(gold) and other < len(system):
        if gold.multiword[one]:
            start, other_start, one, other = _multiword_stretch(gold, system, one, other)
            pairs += _match_forms(gold, system, range(start, one), range(other_start, other))
        elif gold.spans[one] == system.spans[other]:
            pairs.append((one, other))
            one, other = one + 1, other + 1
        elif gold.spans[one][0] <= system.spans[other][0]:
            one += 1
        else:
            other += 1
    return pairs


def span_f1(gold: Sequence[CharacterSpan], system: Sequence[CharacterSpan]) -> F1:
    """Score sentences or tokens: right where both ends are."""
    return F1(len(gold), len(system), len(set(gold) & set(system)))


def _multiword_stretch(gold: Words, system: Words, one: int, other: int) -> tuple[int, int, int, int]:
    """Find the words of a gold multiword token, and the own words inside of it.

    Returns the first gold and own word in it, and the first ones behind it.
    """
    begin, end = gold.spans[one]
    other += system.spans[other][0] < begin  # one step, as the shared task's scorer takes it
    start, other_start = one, other
    while one < len(gold) and gold.spans[one][0] < end:
        one += 1
    while other < len(system) and system.spans[other][1] <= end:
        other += 1
    return start, other_start, one, other


def _match_forms(gold: Words, system: Words, ours: range, theirs: range) -> list[tuple[int, int]]:
    """Match words by form, case aside: a longest common subsequence."""
    forms = [gold.forms[index].lower() for index in ours]
    others = [system.forms[index].lower() for index in theirs]
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


def _same_characters(gold: str, system: str) -> None:
    if gold == system:
        return
    place = next(
        (index for index, (one, other) in enumerate(zip(gold, system, strict=False)) if one != other),
        min(len(gold), len(system)),
    )
    around = slice(max(0, place - 10), place + 20)
    raise InputError(
        f"gold and own words are not the same text: at character {place} (white space not counted) the gold words read "
        f"{gold[around]!r}, our own {system[around]!r}; check that # text and FORM of the treebank agree"
    )
