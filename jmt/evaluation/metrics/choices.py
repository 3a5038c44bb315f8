"""Accuracy of one class per sentence or pair, with the scores of every class."""

from __future__ import annotations

from jmt.cascade.kinds import MEASURES
from jmt.cascade.symbols.values import Choice
from jmt.evaluation.metrics.base import Counts, Metric, safe_ratio


class Choices(Metric[str, "Choice | str"]):
    """Share of examples whose class is right, and precision, recall and F1 per class; one update is one example.

    The scores of a class are named after it: `precision_neutral`, `recall_neutral`, `f1_neutral`.
    """

    columns = ("examples", "correct")
    count_column = "examples"
    convention = "share of sentences or pairs whose class is right; precision, recall and F1 per class"
    headline = MEASURES["choice"].headline

    def scores(self, sums: Counts) -> dict[str, Counts]:
        return {"accuracy": safe_ratio(sums[..., 1], sums[..., 0])}

    def result(self) -> dict[str, float]:
        found = super().result()
        for name, score in self.labels.scores().items():
            found[f"precision_{name}"] = score.precision
            found[f"recall_{name}"] = score.recall
            found[f"f1_{name}"] = score.f1
        return found

    def _count(self, gold: str, predicted: Choice | str) -> tuple[float, ...]:
        guess = predicted.label if isinstance(predicted, Choice) else predicted
        self.labels.gold[gold] += 1
        self.labels.predicted[guess] += 1
        self.labels.correct[gold] += gold == guess
        self.confusion[gold, guess] += 1
        return 1, gold == guess
