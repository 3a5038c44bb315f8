"""What a cascade has that the one it goes on from had not, in words: tasks, labels, words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from jmt.cascade.cascade import Cascade
from jmt.safety.printable import on_one_line

_MOST_LABELS = 12
"""New labels of a task that are named."""


def news(old: Cascade, new: Cascade, trained: Collection[str]) -> Iterator[str]:
    """Yield a line for each task with new labels, for new tasks, new symbols, and tasks that are not trained now."""
    for task, labels in new.labels.items():
        if task not in old.labels:
            yield f"{task}: a new task, with {_counted(len(labels), 'label')}"
        elif fresh := labels.labels[len(old.labels[task]) :]:
            yield f"{task}: {listed(fresh, 'label', ' new')}"
    before, after, least = old.lexicon, new.lexicon, new.config.encoder
    words = len(after.words) - len(before.words)
    ngrams = len(after.ngrams) - len(before.ngrams)
    yield (
        f"{_counted(words, 'word')} and {_counted(ngrams, 'n-gram')} new: those seen {least.word_minimum} and "
        f"{least.ngram_minimum} times or more (encoder.word_minimum, encoder.ngram_minimum)"
    )
    if kept := [task for task in old.config.named_tasks if task not in trained]:
        yield f"not trained, kept as in the model: {', '.join(kept)}"


def listed(names: Sequence[str], thing: str, told: str = "") -> str:
    """Return how many there are and, of many, which the first are."""
    shown = ", ".join(map(on_one_line, names[:_MOST_LABELS]))
    more = f" and {len(names) - _MOST_LABELS} more" if len(names) > _MOST_LABELS else ""
    return f"{_counted(len(names), thing)}{told}: {shown}{more}"


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
