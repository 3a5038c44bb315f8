"""Hints: labels that follow from the words themselves, for a head that predicts what a network should notice.

An important feature as a task of its own (Abu-Mostafa 1990); the frequency of words, as in Plank et al. (ACL 2016).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from jmt.cascade.symbols.examples import TaskExamples, Words

_LONGEST = 12
"""Characters from which on all words are as long as each other."""


def _frequency_bins(counts: Mapping[str, int]) -> Callable[[str], str]:
    """Return the labelling by the whole part of log(occurrences in training), `new` where there are none."""
    return lambda word: str(int(math.log(counts[word.lower()]))) if counts.get(word.lower()) else "new"


def _shape_of(word: str) -> str:
    """Return the shape of a word, runs of one kind as one: `Xx` for Cat, `x` for cat, `X.X` for U.S."""
    kinds = [
        "X" if letter.isupper() else "x" if letter.isalpha() else "9" if letter.isdigit() else "." for letter in word
    ]
    runs = [kind for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] != kind]
    return "".join(runs[:6])


def _length_of(word: str) -> str:
    """Return the number of characters, as a label."""
    return str(min(len(word), _LONGEST))


HINTS: dict[str, Callable[[Mapping[str, int]], Callable[[str], str]]] = {
    "frequency": _frequency_bins,
    "shape": lambda counts: _shape_of,
    "length": lambda counts: _length_of,
}
"""Name of a hint to the labelling it gives, from the counts of lower-cased words in training."""


def count_words(sentences: Iterable[Words]) -> Counter[str]:
    """Count lower-cased words."""
    return Counter(word.lower() for sentence in sentences for word in sentence)


def hint_examples(name: str, hint: str, inputs: Sequence[Words], counts: Mapping[str, int]) -> TaskExamples:
    """Return sentences with the labels of a hint."""
    label = HINTS[hint](counts)
    return TaskExamples(name, "tagger", inputs, [[label(word) for word in sentence] for sentence in inputs])
