"""What is predicted of a whole example, a sentence or a pair: a class, or a grade on a scale."""

from __future__ import annotations

import numpy as np

from jmt.cascade.decoding.probabilities import Floats, check_numbers, softmax
from jmt.cascade.decoding.sequences import Ints
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Choice, Grade
from jmt.cascade.task_config import GradeConfig, HeadConfig


class ClassDecoder:
    """The best class, with the probability of each."""

    def __init__(self, config: HeadConfig, labels: LabelSet, temperature: float = 1.0) -> None:
        self._names = labels.labels
        self._temperature = temperature

    def decode(self, scores: Floats, lengths: Ints, *, confidences: bool = False) -> list[Choice]:
        """Return a class for each of E examples, from logits (E, L)."""
        names, best = self._names, check_numbers(scores).argmax(axis=-1).tolist()
        rows = softmax(scores, self._temperature).tolist()
        return [Choice(names[index], dict(zip(names, row, strict=True))) for index, row in zip(best, rows, strict=True)]


class GradeDecoder:
    """The expected grade, sum of i p_i, with its distribution over the whole numbers.

    It has no confidence to calibrate; the temperature of its configuration moves the grade.
    """

    def __init__(self, config: HeadConfig, labels: LabelSet, temperature: float = 1.0) -> None:
        assert isinstance(config, GradeConfig)
        self._temperature = config.grade_temperature
        self._points = np.array([float(label) for label in labels.labels], dtype=np.float32)

    def decode(self, scores: Floats, lengths: Ints, *, confidences: bool = False) -> list[Grade]:
        """Return a grade for each of E examples, from logits (E, L)."""
        rows = softmax(check_numbers(scores), self._temperature)
        return [Grade(*graded) for graded in zip((rows @ self._points).tolist(), rows.tolist(), strict=True)]
