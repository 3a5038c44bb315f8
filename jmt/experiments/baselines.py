"""Answers without a model, to set figures beside: the most frequent one, and the best that one feature allows.

`majority` gives everything the answer that is most frequent in training: of grades their mean, of words in a tree the
distance to the governor with the relation.  `one feature` knows the form of a word, whose own most frequent answer it
gives, and of two sentences how many words they share: a line through the grades, or a class for every tenth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from jmt.cascade.kinds import KINDS, metric_of
from jmt.cascade.symbols.examples import GoldTree, TaskExamples, Words, labels_of_words
from jmt.cascade.symbols.values import Tree
from jmt.cascade.task_config import HeadConfig
from jmt.evaluation.metrics import METRICS
from jmt.experiments.ablation import Scores
from jmt.runs.config import RunConfig
from jmt.runs.splits import load_splits
from jmt.segmentation import Segmenter

MAJORITY, ONE_FEATURE = "majority", "one feature"

_STEPS = 10
"""Ranges of overlap, with as many training pairs in each, that have a class of their own."""

Answer = TypeVar("Answer", bound=Hashable)


def baselines_of(config: RunConfig, folders: Sequence[Path], segmenter: Segmenter) -> dict[str, Scores]:
    """Return the scores of both baselines on the dev split of every task, by baseline.

    Raises CorpusError where a corpus cannot be read.
    """
    return baselines_on(load_splits(config, folders, segmenter), config.model.tasks)


def baselines_on(
    splits: Mapping[str, Mapping[str, TaskExamples]], tasks: Mapping[str, HeadConfig]
) -> dict[str, Scores]:
    """Return the same of splits that are read, by task."""
    found: dict[str, Scores] = {MAJORITY: {}, ONE_FEATURE: {}}
    for task, of_task in splits.items():
        if task in tasks and len(of_task.get("dev", ())):
            metric = metric_of(tasks[task])
            for name, scores in baseline_scores(of_task["train"], of_task["dev"], metric).items():
                found[name][task] = scores
    return found


def baseline_scores(train: TaskExamples, dev: TaskExamples, metric: str) -> dict[str, dict[str, float]]:
    """Return the scores of both baselines on dev, by their names, by a metric of `METRICS`."""
    ways: dict[str, Callable[[Any], Any]] = {MAJORITY: lambda item: 0, ONE_FEATURE: _feature(train)}
    found = {}
    for name, feature in ways.items():
        measured = METRICS[metric]()
        for gold, answer in zip(dev.gold, _answers(train, dev.inputs, feature), strict=True):
            measured.update(labels_of_words(gold), answer)
        found[name] = measured.result()
    return found


def _feature(train: TaskExamples) -> Callable[[Any], Any]:
    """Return what `one feature` knows of a word, or of an example."""
    about = KINDS[train.kind].about
    if about == "words":
        return lambda word: word.lower()
    return _overlap if KINDS[train.kind].about_pairs else len


def _overlap(pair: tuple[Words, Words]) -> float:
    """Return how many words of two sentences are in both, of all that are in either, 0 to 1."""
    one, other = ({word.lower() for word in words} for words in pair)
    return len(one & other) / len(one | other)


def _answers(train: TaskExamples, inputs: Sequence[Any], feature: Callable[[Any], Any]) -> Iterable[Any]:
    """Return an answer for each input, as a metric compares it with gold."""
    if isinstance(train.gold[0], float | int):
        return _grades(train, inputs, feature)
    if KINDS[train.kind].about != "words":
        return _classes(train, inputs, feature)
    if isinstance(train.gold[0], GoldTree):
        return _trees(train, inputs, feature)
    labels = ([*labels_of_words(gold)] for gold in train.gold)  # type: ignore[misc]
    best = _most_frequent(
        (feature(word), label)
        for words, of_words in zip(train.inputs, labels, strict=True)
        for word, label in zip(words, of_words, strict=True)
    )
    return ([best(feature(word)) for word in words] for words in inputs)


def _most_frequent(seen: Iterable[tuple[Hashable, Answer]]) -> Callable[[Hashable], Answer]:
    """Return what gives the most frequent answer beside a feature, or of all where the feature is new."""
    counts: dict[Hashable, Counter[Answer]] = {}
    every: Counter[Answer] = Counter()
    for feature, answer in seen:
        counts.setdefault(feature, Counter())[answer] += 1
        every[answer] += 1
    best = {feature: of.most_common(1)[0][0] for feature, of in counts.items()}
    (usual,) = (answer for answer, _ in every.most_common(1))
    return lambda feature: best.get(feature, usual)


def _trees(train: TaskExamples, inputs: Sequence[Words], feature: Callable[[Any], Any]) -> Iterable[Tree]:
    """Answer with the most frequent distance to the governor, 0 for the root, and the relation that comes with it."""
    best = _most_frequent(
        (feature(word), (head - place if head else 0, deprel))
        for words, gold in zip(train.inputs, train.gold, strict=True)
        for place, (word, head, deprel) in enumerate(
            zip(words, gold.tree.head_ids, gold.tree.deprels, strict=True),  # type: ignore[union-attr]
            start=1,
        )
    )
    for words in inputs:
        arcs = [best(feature(word)) for word in words]
        heads = [place + distance if distance else 0 for place, (distance, _) in enumerate(arcs, start=1)]
        yield Tree([head if 0 <= head <= len(words) else 0 for head in heads], [deprel for _, deprel in arcs])


def _grades(train: TaskExamples, inputs: Sequence[Any], feature: Callable[[Any], float]) -> Iterable[float]:
    """Answer with the line of least squares through the training grades."""
    known = np.array([feature(item) for item in train.inputs], dtype=np.float64)
    gold = np.array(train.gold, dtype=np.float64)
    spread = known - known.mean()
    slope = float(spread @ gold / (spread @ spread)) if spread.any() else 0.0
    return (float(gold.mean() + slope * (feature(item) - known.mean())) for item in inputs)


def _classes(train: TaskExamples, inputs: Sequence[Any], feature: Callable[[Any], float]) -> Iterable[str]:
    """Answer with the most frequent class among training examples of about the same feature."""
    known = np.array([feature(item) for item in train.inputs], dtype=np.float64)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, _STEPS + 1)[1:-1]))
    best = _most_frequent(zip(np.digitize(known, edges).tolist(), map(str, train.gold), strict=True))
    return (best(int(np.digitize(feature(item), edges))) for item in inputs)
