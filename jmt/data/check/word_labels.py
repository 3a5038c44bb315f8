"""Words that the corpora of one task label in different ways: conventions that differ, found before any training."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from jmt.cascade.symbols.examples import labels_of_words
from jmt.data.check.inspection import TaskData

_FEWEST = 5
"""Times that a word has to occur in two corpora, so that the difference is none of chance."""
_APART = 0.5
"""Share of a word's occurrences that would have to change their label for the other corpus."""


@dataclass(frozen=True, slots=True)
class WordDifference:
    """A word, and what each corpus that has it calls it in training."""

    task: str
    word: str
    labels: Mapping[str, Counter[str]]
    """By corpus, label to how often."""
    occurrences: float
    """How many of its occurrences, in the corpus that has fewer, are labelled otherwise than in the other."""


def word_differences(every: Sequence[TaskData]) -> list[WordDifference]:
    """Compare how the corpora of one task label the same words in training, those that matter most first.

    Words are compared in lower case.  Nothing is found for tasks without a label for every word.
    """
    found = []
    by_corpus = {data.corpus: _labels_by_word(data) for data in every if "train" in data.splits}
    for word in sorted({word for labels in by_corpus.values() for word in labels}):
        known = {corpus: labels[word] for corpus, labels in by_corpus.items() if word in labels}
        often = [counts for counts in known.values() if counts.total() >= _FEWEST]
        apart = [_distance(*pair) * min(one.total() for one in pair) for pair in combinations(often, 2) if _far(*pair)]
        if apart:
            found.append(WordDifference(every[0].task, word, known, max(apart)))
    return sorted(found, key=lambda difference: (-difference.occurrences, difference.word))


def _labels_by_word(data: TaskData) -> Mapping[str, Counter[str]]:
    """Return how often each word has each label."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    examples = data.splits["train"]
    for words, gold in zip(examples.inputs, examples.gold, strict=True):
        labels = labels_of_words(gold)
        if isinstance(labels, list):
            for word, label in zip(words, labels, strict=True):
                assert isinstance(word, str)  # only sentences have a label for every word
                counts[word.lower()][label] += 1
    return counts


def _distance(first: Counter[str], second: Counter[str]) -> float:
    """Return the total variation between two distributions: 0 where they are alike, 1 where no label is common."""
    shares = [(first[label] / first.total(), second[label] / second.total()) for label in first | second]
    return sum(abs(one - other) for one, other in shares) / 2


def _far(first: Counter[str], second: Counter[str]) -> bool:
    return _distance(first, second) >= _APART
