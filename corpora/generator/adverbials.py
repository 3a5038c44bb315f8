"""Time adverbials with their trees: `yesterday`, `two years ago`, `on May 5, 1987`, `at 7 a.m.`, `every morning`."""

from __future__ import annotations

from corpora.generator import lexemes
from corpora.generator.meaning import Time
from corpora.generator.tree import Phrase, Word, make, mark_chunk, phrase, punct


def time_phrase(time: Time, governor: Word) -> Phrase:
    """Realise a time adverbial under the head of its clause."""
    return BUILDERS[time.kind](time.words, governor)


def _adverb(words: tuple[str, ...], governor: Word) -> Phrase:
    word = lexemes.adverb(words[0]).under(governor, "advmod")
    mark_chunk("ADVP", [word])
    return phrase(word, word)


def _noun(words: tuple[str, ...], governor: Word) -> Phrase:
    """`yesterday`, `last week`, `every morning`, `this year`."""
    head = lexemes.noun(words[-1]).under(governor, "obl:unmarked")
    before = []
    for form in words[:-1]:
        adjective = form in ("last", "next")
        before.append(lexemes.adjective(form) if adjective else lexemes.determiner(form))
        before[-1].under(head, "amod" if adjective else "det")
    mark_chunk("NP", [*before, head])
    return phrase(head, *before, head)


def _quantity(words: tuple[str, ...], head: Word) -> list[Word]:
    """A number or article before a unit of time."""
    article = words[0] in ("a", "an")
    number = lexemes.determiner(words[0]) if article else lexemes.number(words[0])
    return [number.under(head, "det" if article else "nummod"), head]


def _unit(form: str) -> Word:
    return lexemes.noun(form.removesuffix("s"), plural=form.endswith("s"))


def _ago(words: tuple[str, ...], governor: Word) -> Phrase:
    ago = lexemes.adverb("ago").under(governor, "advmod")
    unit = _unit(words[1]).under(ago, "obl:unmarked")
    quantity = _quantity(words, unit)
    mark_chunk("NP", quantity)
    mark_chunk("ADVP", [ago])
    return phrase(ago, *quantity, ago)


def _case(preposition: str, inner: list[Word], head: Word, governor: Word) -> Phrase:
    word = make(preposition, "ADP", "IN").under(head, "case")
    head.under(governor, "obl")
    mark_chunk("PP", [word])
    mark_chunk("NP", inner)
    return phrase(head, word, *inner)


def _span(words: tuple[str, ...], governor: Word) -> Phrase:
    """`for two hours`, `in a week`."""
    unit = _unit(words[2])
    return _case(words[0], _quantity(words[1:], unit), unit, governor)


def _part(words: tuple[str, ...], governor: Word) -> Phrase:
    """`in the morning`, `at night`, `at noon`."""
    head = lexemes.noun(words[-1])
    inner = [lexemes.determiner("the").under(head, "det"), head] if len(words) == 3 else [head]
    return _case(words[0], inner, head, governor)


def _day(words: tuple[str, ...], governor: Word) -> Phrase:
    """`on Monday`, `on Sundays`, `since Friday`."""
    head = lexemes.weekday(words[1])
    return _case(words[0], [head], head, governor)


def _month(words: tuple[str, ...], governor: Word) -> Phrase:
    """`in May`, `in May 2014`."""
    head = lexemes.proper_noun(words[1])
    inner = [head] + [lexemes.number(year).under(head, "nmod:unmarked") for year in words[2:]]
    return _case(words[0], inner, head, governor)


def _year(words: tuple[str, ...], governor: Word) -> Phrase:
    """`in 1987`, `since 2003`; also `at 7:30`, `at seven`."""
    head = lexemes.number(words[1])
    return _case(words[0], [head], head, governor)


def _date(words: tuple[str, ...], governor: Word) -> Phrase:
    """`on May 5`, `on May 5, 1987`: the day is the head, as in EWT."""
    day = lexemes.number(words[2])
    inner = [lexemes.proper_noun(words[1]).under(day, "nmod:unmarked"), day]
    if len(words) > 3:
        year = lexemes.number(words[3]).under(day, "nmod:unmarked")
        inner += [punct(",", ",", year), year]
    return _case(words[0], inner, day, governor)


def _clock(words: tuple[str, ...], governor: Word) -> Phrase:
    """`at 7 a.m.`"""
    hour = lexemes.number(words[1])
    half = lexemes.noun(words[2]).under(hour, "nmod:unmarked")
    return _case(words[0], [hour, half], hour, governor)


BUILDERS = {
    "adverb": _adverb, "noun": _noun, "ago": _ago, "span": _span, "part": _part, "day": _day, "month": _month,
    "year": _year, "date": _date, "clock": _clock,
}  # fmt: skip
"""The shapes of time adverbials by the kind that `meaning.Time` names."""
