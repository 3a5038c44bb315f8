"""English contractions, opened and closed: `do n't` and `do not`, `it 's` and `it is`; a word stays a word.

Only what has one reading is rewritten: `'s` stands for `is` behind few words, and never before a participle (`it's
been`); `is` is contracted only behind a pronoun that begins the sentence, and never at its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from jmt.cascade.symbols.examples import Words

LANGUAGE = "en"
"""The language whose rules these are."""

_NEGATED = {word: word for word in "do does did is are was were has have had could would should must need".split()}
_NEGATED |= {"ca": "can", "wo": "will"}
"""What stands before `n't`, and what stands before `not`."""
_SHORTENED = {open_: short for short, open_ in _NEGATED.items()}
_VERBS = {
    "'m": ("am", frozenset({"i"})),
    "'re": ("are", frozenset({"we", "you", "they"})),
    "'s": ("is", frozenset({"he", "she", "it", "that", "there"})),
    "'ll": ("will", frozenset({"i", "we", "you", "they", "he", "she", "it"})),
}
"""Other contractions: what they stand for, and the words that they stand behind."""
_OF_HAVE = re.compile(r"(been|got|had|gone|done|come|become|made|taken|\w+ed)$", re.IGNORECASE)
"""Words before which `'s` may stand for `has`."""
_PIECE = re.compile(r"(\s*)(\w+?(?=n['’]t\b)|n['’]t\b|['’]\w+|\w+|[^\w\s])")


def opened(words: Sequence[str]) -> Words:
    """Return a sentence with its contractions written out; one without any is returned as it is."""
    return [_opened_word(words, place) or word for place, word in enumerate(words)]


def closed(words: Sequence[str]) -> Words:
    """Return a sentence with verbs contracted where that is usual; one without any is returned as it is."""
    return [_closed_word(words, place) or word for place, word in enumerate(words)]


def opened_text(text: str) -> str:
    """Return raw text with its contractions written out, everything else as it is."""
    return _in_text(text, opened, " ")


def closed_text(text: str) -> str:
    """Return raw text with verbs contracted where that is usual, everything else as it is."""
    return _in_text(text, closed, "")


def _in_text(text: str, rule: Callable[[Sequence[str]], Words], before: str) -> str:
    """Rewrite the words of a text; what is new and is no first part of two has the sign `before` before it."""
    pieces = [match.groups() for match in _PIECE.finditer(text)]
    words = [form for _, form in pieces]
    rewritten = rule(words)
    tails = {"not", "n't", *_VERBS, *(verb for verb, _ in _VERBS.values())}
    spaces = [
        before if new != old and new.lower() in tails else space
        for (space, old), new in zip(pieces, rewritten, strict=True)
    ]
    end = text[len(text.rstrip()) :]
    return "".join(space + word for space, word in zip(spaces, rewritten, strict=True)) + end


def _plain(words: Sequence[str], place: int) -> str:
    """Return the word at a place in lower case with a straight apostrophe, an empty text outside of the sentence."""
    return words[place].lower().replace("’", "'") if 0 <= place < len(words) else ""


def _like(model: str, word: str) -> str:
    return word.capitalize() if model[:1].isupper() else word


def _opened_word(words: Sequence[str], place: int) -> str | None:
    word, before, after = (_plain(words, place + step) for step in (0, -1, 1))
    if after == "n't" and word in _NEGATED:
        return _like(words[place], _NEGATED[word])
    if word == "n't" and before in _NEGATED:
        return "not"
    if word not in _VERBS or before not in _VERBS[word][1] or (word == "'s" and _OF_HAVE.match(after)):
        return None
    return _VERBS[word][0]


def _closed_word(words: Sequence[str], place: int) -> str | None:
    word, before, after = (_plain(words, place + step) for step in (0, -1, 1))
    if after == "not" and word in _SHORTENED:
        return _like(words[place], _SHORTENED[word])
    if word == "not":
        return "n't" if before in _SHORTENED else None
    for short, (verb, pronouns) in _VERBS.items():
        if word == verb and place == 1 and before in pronouns and after.isalpha() and after != "not":
            return short
    return None
