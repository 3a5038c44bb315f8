"""What a model said of itself, beside whether it was right: the confidence of every prediction that has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jmt.cascade.kinds import is_graded
from jmt.cascade.symbols.examples import Gold, GoldTree, TaskExamples, labels_of_words
from jmt.cascade.symbols.values import Choice, Parsed, Tagged
from jmt.evaluation.evaluate import Predicts, predict_tasks


@dataclass(frozen=True, slots=True)
class Judged:
    """N predictions of a task: words, sentences or pairs."""

    confidences: npt.NDArray[np.float64]
    """(N,) the probability that the model gives what it predicts; of trees, each word's governor."""
    right: npt.NDArray[np.bool_]
    """(N,) whether gold says the same; a label that training never saw is wrong."""

    def __len__(self) -> int:
        return len(self.right)


def judge(predictor: Predicts, every: Iterable[TaskExamples]) -> dict[str, Judged]:
    """Predict the examples of several tasks, and judge each prediction; tasks that grade have no confidence.

    Raises:
        InputError: the model does not have a task.
    """
    some = [examples for examples in every if not is_graded(examples.kind)]
    found = {}
    for examples, predicted in predict_tasks(predictor, some, confidences=True):
        pairs = zip(predicted, examples.gold, strict=True)
        told = [one for prediction, gold in pairs for one in _told(prediction, labels_of_words(gold))]
        confidences, right = np.array(told, dtype=np.float64).reshape(-1, 2).T
        found[examples.task] = Judged(confidences, right.astype(np.bool_))
    return found


def _told(prediction: Any, gold: Gold) -> Iterator[tuple[float, bool]]:
    """Yield of every word, or of the whole example, the confidence and whether it is right."""
    if isinstance(prediction, Choice):
        yield prediction.probabilities[prediction.label], prediction.label == gold
    elif isinstance(prediction, Tagged | Parsed) and prediction.confidences is not None:
        ours, theirs = _of_words(prediction), gold.tree.head_ids if isinstance(gold, GoldTree) else gold
        assert isinstance(theirs, list)
        for confidence, answer, label in zip(prediction.confidences, ours, theirs, strict=True):
            yield confidence, answer == label


def _of_words(prediction: Tagged | Parsed) -> list[str] | list[int]:
    """Return what the confidences are about."""
    return prediction.labels if isinstance(prediction, Tagged) else prediction.tree.head_ids
