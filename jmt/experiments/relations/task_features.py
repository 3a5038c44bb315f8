"""What a task's data look like: sizes, labels and their entropy, unknown words, and how far vocabularies lie apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.check.inspection import labels_of, sentences_of


@dataclass(frozen=True, slots=True)
class TaskFeatures:
    """Of one task's training data, and of its dev split beside it."""

    examples: int
    """Sentences or pairs."""
    words: int
    labels: int
    """Labels in all: words, relations, classes or scores."""
    label_kinds: int
    """Different ones; of scores, the whole numbers nearest to them."""
    label_entropy: float
    """In bits."""
    unknown: float
    """Share of the words of dev that training does not have, in lower case as the network looks them up."""


def features_of(train: TaskExamples, dev: TaskExamples) -> TaskFeatures:
    """Describe the data of a task."""
    labels = Counter(label for gold in train.gold for label in labels_of(gold))
    words = _word_counts(train)
    return TaskFeatures(
        examples=len(train),
        words=words.total(),
        labels=labels.total(),
        label_kinds=len(labels),
        label_entropy=entropy(labels),
        unknown=unknown_share(words, _word_counts(dev)),
    )


def _word_counts(examples: TaskExamples) -> Counter[str]:
    """Count the words of all sentences, in lower case."""
    return Counter(word.lower() for sentence in sentences_of(examples) for word in sentence)


def entropy(counts: Mapping[str, int]) -> float:
    """Return the entropy in bits of what was counted."""
    total = sum(counts.values())
    return -sum(count / total * math.log2(count / total) for count in counts.values() if count) + 0.0


def unknown_share(known: Mapping[str, int], words: Mapping[str, int]) -> float:
    """Return the share of words, each as often as it occurs, that are not known."""
    total = sum(words.values())
    return sum(count for word, count in words.items() if word not in known) / total if total else 0.0


def jensen_shannon(first: Mapping[str, int], second: Mapping[str, int]) -> float:
    """Return the Jensen-Shannon divergence of two counts in bits: 0 of the same shares, 1 of nothing in common."""
    totals = sum(first.values()), sum(second.values())
    shares = [(first.get(word, 0) / totals[0], second.get(word, 0) / totals[1]) for word in {**first, **second}]
    half = sum(_weighed_logs(p, (p + q) / 2) + _weighed_logs(q, (p + q) / 2) for p, q in shares) / 2
    return max(0.0, half)


def _weighed_logs(share: float, middle: float) -> float:
    """Return p log2(p / m), 0 where p is."""
    return share * math.log2(share / middle) if share else 0.0


def divergences(train: Iterable[TaskExamples]) -> dict[str, dict[str, float]]:
    """Return the divergence of the training vocabularies of every two tasks, both ways round."""
    counts = {examples.task: _word_counts(examples) for examples in train}
    found: dict[str, dict[str, float]] = {}
    for first, own in counts.items():
        found[first] = {second: jensen_shannon(own, other) for second, other in counts.items() if second != first}
    return found
