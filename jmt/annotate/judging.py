"""Pairs of sentences on their way to judgements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jmt.annotate.asked import is_row, shown_value
from jmt.cascade.symbols.values import Choice, Grade
from jmt.document import Judgement
from jmt.errors import InputError
from jmt.segmentation import Segmenter


@dataclass(slots=True)
class Pair:
    """Two sentences split into words, and the judgement about them, empty at first."""

    words: tuple[list[str], list[str]]
    judgement: Judgement

    def judge(self, predictions: Mapping[str, Grade | Choice]) -> None:
        """Note what the model predicts; tasks but `relatedness` and `entailment` go to `values` by their names."""
        judgement = self.judgement
        for task, predicted in predictions.items():
            if isinstance(predicted, Grade) and task == "relatedness":
                judgement.relatedness = predicted.score
                judgement.relatedness_distribution = predicted.distribution
            elif isinstance(predicted, Choice) and task == "entailment":
                judgement.entailment = predicted.label
                judgement.probabilities = predicted.probabilities
            else:
                judgement.values[task] = predicted.score if isinstance(predicted, Grade) else predicted.label


def as_pair(pair: tuple[str, str], number: int, segmenter: Segmenter) -> Pair:
    """Split both sentences of a pair into words.

    Raises InputError, with the `number` of the pair, for what is not two strings with words in them.
    """
    check_pair(pair, number)
    first, second = pair
    words = segmenter.tokenize(first), segmenter.tokenize(second)
    for name, side in zip(("first", "second"), words, strict=True):
        if not side:
            raise InputError(f"pair {number}: the {name} sentence has no words")
    return Pair(words, Judgement(first, second))


def check_pair(pair: tuple[str, str], number: int) -> None:
    """Refuse what is not two strings in an order, naming the `number` of the pair."""
    two = is_row(pair) and len(pair) == 2
    if not two or not all(isinstance(sentence, str) for sentence in pair):
        raise InputError(f"pair {number}: two strings are expected, as in (first, second), found {shown_value(pair)}")
