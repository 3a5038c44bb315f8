"""A model's predictions for the examples of its tasks, scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol

from jmt.cascade.prediction import OfSentence
from jmt.cascade.symbols import edit_scripts
from jmt.cascade.symbols.examples import (
    Gold,
    GoldFeatures,
    GoldLemmas,
    GoldLinks,
    GoldTree,
    TaskExamples,
    labels_of_words,
)
from jmt.cascade.symbols.labels import LabelSet, split_code
from jmt.cascade.symbols.values import Choice, Grade, Parsed, Tagged, Tree
from jmt.evaluation.constant import constant_answer
from jmt.evaluation.metrics import METRICS, Metric
from jmt.evaluation.metrics.attachment import universal_relation


class ScoredModel(Protocol):
    """What scoring asks of a model."""

    labels: Mapping[str, LabelSet]

    @property
    def metrics(self) -> Mapping[str, str]: ...

    @property
    def pair_tasks(self) -> list[str]: ...


class Predicts(Protocol):
    """What scoring asks of a `jmt.cascade.prediction.Predictor`."""

    @property
    def cascade(self) -> Any: ...

    def of_corpus(self, corpus: str) -> Predicts: ...

    def annotate(
        self, sentences: Any, tasks: Sequence[str], *, confidences: bool = False
    ) -> Sequence[Mapping[str, OfSentence]]: ...

    def compare(self, pairs: Any, tasks: Sequence[str]) -> Sequence[Mapping[str, Grade | Choice]]: ...


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The scores of one task."""

    task: str
    metrics: dict[str, float]
    """Every score by its name in `metrics.json`, and `count`."""
    metric: Metric[Any, Any]
    """The accumulator: counts per example, scores per label, confusion."""
    predictions: list[Any]
    """Labels, `Tree`, `Grade` or `Choice` of every example, in the order of the examples."""
    unseen: Counter[str]
    """Gold labels that training never saw, and how often they occur; they are scored as wrong."""
    constant: str | None = None
    """What is to be said where the model gives one answer to everything."""
    corpora: dict[str, dict[str, float]] = field(default_factory=dict)
    """Of a task on several corpora: the scores on each of them."""

    def to_json(self) -> dict[str, Any]:
        """Return the scores as they stand in `metrics.json`."""
        return {**self.metrics, "corpora": self.corpora} if self.corpora else dict(self.metrics)


def evaluate_tasks(predictor: Predicts, every: Iterable[TaskExamples]) -> dict[str, TaskResult]:
    """Predict and score several tasks, as `predict_tasks` does.

    Raises:
        InputError: the model does not have a task.
    """
    return {
        examples.task: score_predictions(predictor.cascade, examples, list(map(value, predicted)))
        for examples, predicted in predict_tasks(predictor, every)
    }


def predict_tasks(
    predictor: Predicts, every: Iterable[TaskExamples], *, confidences: bool = False
) -> Iterator[tuple[TaskExamples, list[Any]]]:
    """Yield the examples of every task with a prediction for each; `confidences` as in `Predictor.annotate`.

    Tasks with the same inputs are predicted together, in one climb.  Examples of a corpus that has a vector are
    predicted with it.
    """
    waiting = list(every)
    while waiting:
        first = waiting[0]
        stretches = list(_stretches(predictor, first))
        together = [
            examples
            for examples in waiting
            if (examples.inputs is first.inputs or examples.inputs == first.inputs)
            and list(_stretches(predictor, examples)) == stretches
        ]
        waiting = [examples for examples in waiting if examples not in together]
        tasks = [examples.task for examples in together]
        of_pairs = tasks[0] in predictor.cascade.pair_tasks
        predicted: list[Mapping[str, Any]] = []
        for corpus, count in stretches:
            own = predictor.of_corpus(corpus)
            inputs = first.inputs[len(predicted) : len(predicted) + count]
            predicted += (
                own.compare(inputs, tasks) if of_pairs else own.annotate(inputs, tasks, confidences=confidences)
            )
        for examples in together:
            yield examples, [answer[examples.task] for answer in predicted]


def _stretches(predictor: Predicts, examples: TaskExamples) -> Iterator[tuple[str, int]]:
    """Yield how many examples follow one another with the vector of the same corpus, and its name; empty: without."""
    names = [name for name, _ in examples.parts]
    numbers = predictor.cascade.config.encoder.corpus_numbers(names)
    read = [(name if number else "", count) for (name, count), number in zip(examples.parts, numbers, strict=True)]
    for corpus, members in groupby(read or [("", len(examples))], key=lambda part: part[0]):
        yield corpus, sum(count for _, count in members)


def score_predictions(model: ScoredModel, examples: TaskExamples, predictions: list[Any]) -> TaskResult:
    """Compare predictions with gold by the metric of the task's head."""
    name = model.metrics[examples.task]
    metric = METRICS[name]()
    for gold, predicted in zip(examples.gold, predictions, strict=True):
        metric.update(labels_of_words(gold), predicted)
    unseen = unseen_labels(examples.gold, model.labels[examples.task], metric_name=name)
    constant = constant_answer(examples.gold, predictions)
    return TaskResult(examples.task, metric.result(), metric, predictions, unseen, constant)


def value(prediction: OfSentence) -> list[str] | Tree | Grade | Choice | None:
    """Return what a metric compares with gold: labels, tree, grade or choice; None of a sentence without words."""
    if isinstance(prediction, Tagged):
        return prediction.labels
    return prediction.tree if isinstance(prediction, Parsed) else prediction


def unseen_labels(golds: Sequence[Gold], known: LabelSet, *, metric_name: str) -> Counter[str]:
    """Count the gold labels that the model cannot give: of spans their type, of relations without subtype,
    of features single values, of lemmas the edits that would make them."""
    simplify = {"spans": lambda label: split_code(label)[1], "attachment": universal_relation}.get(metric_name, str)
    possible = {simplify(label) for label in known.labels}
    found: Counter[str] = Counter()
    for gold in golds:
        if isinstance(gold, float | int):
            continue
        if isinstance(gold, GoldLemmas):
            found.update(_out_of_reach(gold, known))
            continue
        found.update(name for label in _labels_in(gold) if (name := simplify(label)) not in possible)
    return found


def _out_of_reach(gold: GoldLemmas, known: LabelSet) -> list[str]:
    """Return the edits of those words whose lemmas no edit that the model knows makes of them."""
    return [
        script
        for script, word, lemma in zip(gold.choices, gold.words, gold.labels, strict=True)
        if script not in known and not any(edit_scripts.apply(other, word) == lemma for other in known.labels)
    ]


def _labels_in(gold: GoldTree | GoldFeatures | GoldLinks | str | list[str]) -> list[str]:
    """Return what a model chooses among: of features the single values."""
    if isinstance(gold, GoldTree):
        return gold.tree.deprels
    if isinstance(gold, GoldFeatures | GoldLinks):
        return gold.choices
    return [gold] if isinstance(gold, str) else gold
