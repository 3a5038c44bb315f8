"""What a form is made of: character n-grams of a word (eq. 11 of Hashimoto et al. 2017), or words of a clause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Unit = Literal["characters", "words"]
"""What n-grams are n of."""

BEGIN, END = "\ue000", "\ue001"
"""The boundary symbols #BEGIN# and #END#, one character each (private use: no corpus has them)."""

LONGEST_FORM = 80
"""Characters that the model sees of a form: of a longer one its first and its last half of these."""

_LONGEST_CLAUSE = 400
"""Words that the model sees of a form of words."""


def ngrams_of(form: str, sizes: Sequence[int], unit: Unit) -> list[str]:
    """Return the unique n-grams of a form, in order of size and place."""
    return word_ngrams(form, sizes) if unit == "words" else character_ngrams(form, sizes)


def length_of(ngram: str, unit: Unit) -> int:
    """Return of how many characters, or words, an n-gram is."""
    return ngram.count(" ") + 1 if unit == "words" else len(ngram)


def character_ngrams(form: str, sizes: Sequence[int]) -> list[str]:
    """Return the unique n-grams of a form with its boundary symbols, in order of size and place (eq. 11).

    The string of nothing but boundaries is no n-gram; `Cat` with n = 2 gives `#BEGIN#C`, `Ca`, `at`, `t#END#`.
    """
    if len(form) > LONGEST_FORM:
        form = form[: LONGEST_FORM // 2] + form[-LONGEST_FORM // 2 :]
    text = f"{BEGIN}{form}{END}"
    found: dict[str, None] = {}  # a set that keeps its order
    for size in sizes:
        padded = text if size > 1 else form
        for start in range(len(padded) - size + 1):
            ngram = padded[start : start + size]
            if ngram != BEGIN + END:
                found[ngram] = None
    return list(found)


def word_ngrams(clause: str, sizes: Sequence[int]) -> list[str]:
    """Return the unique n-grams of a clause's words in lower case, blanks between them, in order of size and place.

    Beyond single words the clause has its boundary symbols: `The cat` with n = 2 gives `#BEGIN# the`, `the cat`,
    `cat #END#`.
    """
    words = clause.lower().split()[:_LONGEST_CLAUSE]
    found: dict[str, None] = {}
    for size in sizes:
        padded = [BEGIN, *words, END] if size > 1 and words else words
        for start in range(len(padded) - size + 1):
            found[" ".join(padded[start : start + size])] = None
    return list(found)
