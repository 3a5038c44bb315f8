"""The kinds of task, and what is known of each without a network: its keys, what it is about, how it is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np

from jmt.cascade.decoding.features import FeatureDecoder
from jmt.cascade.decoding.lemmas import LemmaDecoder
from jmt.cascade.decoding.linking import LinkDecoder
from jmt.cascade.decoding.parsing import ParserDecoder
from jmt.cascade.decoding.tagging import TagDecoder
from jmt.cascade.decoding.wholes import ClassDecoder, GradeDecoder
from jmt.cascade.symbols.edit_scripts import apply, fits
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Parsed, Ranked, Tagged, Tree
from jmt.cascade.task_config import (
    ClassifierConfig,
    HeadConfig,
    LemmatizerConfig,
    LinkerConfig,
    MorphologyConfig,
    PairClassifierConfig,
    PairRegressorConfig,
    ParserConfig,
    RegressorConfig,
    TaggerConfig,
)


@dataclass(frozen=True, slots=True)
class Measure:
    """How predictions are measured: which score speaks for a task, and which scores are errors."""

    headline: str
    """The score to name where there is room for one; higher is better."""
    errors: frozenset[str] = frozenset()
    """Scores in which lower is better."""


MEASURES = {
    "tags": Measure("accuracy"),
    "spans": Measure("f1"),
    "attachment": Measure("las"),
    "links": Measure("f1"),
    "grade": Measure("pearson", frozenset({"mse"})),
    "choice": Measure("accuracy"),
    "segmentation": Measure("f1"),
}
"""By the name of the metric in `jmt.evaluation.metrics` that counts."""

ERRORS = frozenset[str]().union(*(measure.errors for measure in MEASURES.values()))
"""Every score in which lower is better."""


def sign_of(metric: str) -> int:
    """Return what a score is multiplied by so that more is better: -1 of an error."""
    return -1 if metric in ERRORS else 1


def _lemmas(words: Sequence[str], ranked: Ranked, labels: LabelSet) -> Tagged:
    """Return the lemmas of words: by the best edit that training saw on the form, or of a new form the best that fits.

    Where none of the best was seen on a form, it is the one that was seen most.
    """
    lemmas, confidences = [], []
    for word, scripts, probabilities in zip(words, ranked.labels, ranked.probabilities, strict=True):
        seen = labels.forms.get(word)
        places = (place for place, script in enumerate(scripts) if (script in seen if seen else fits(script, word)))
        place = next(places, len(scripts) - 1 if seen else 0)
        script = scripts[place] if not seen or scripts[place] in seen else seen[0]
        lemmas.append(apply(script, word))
        confidences.append(probabilities[place])
    return Tagged(lemmas, confidences if ranked.confidences else None)


class Decoder(Protocol):
    """Makes predictions of the scores of one task, as arrays; what these are, each kind's decoder says."""

    def decode(self, scores: Any, lengths: np.ndarray, *, confidences: bool = False) -> Sequence[Any]:
        """Return a prediction per sentence or pair, from the scores of sentences of `lengths` (B,).

        Raises:
            ScoreError: scores that are no numbers.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of task."""

    config: type[HeadConfig]
    """The keys of its table."""
    decoder: Callable[[Any, LabelSet, float], Decoder]
    """Builds, from the keys, labels and temperature of a task, what makes predictions of its scores."""
    metrics: tuple[str, ...]
    """Which of `MEASURES` may measure it; of a tagger spans where its labels have a scheme, else tags."""
    about: Literal["words", "sentences", "pairs"] = "words"
    """What an example has one answer for: each word of a sentence, the sentence, or two sentences."""
    empty: Callable[[], Tagged | Parsed | None] = lambda: Tagged([], [])
    """Of a kind about single sentences: what it predicts for one without words; None: nothing can be said of it."""
    finish: Callable[[Sequence[str], Any, LabelSet], Any] = lambda _words, predicted, _labels: predicted
    """Of a kind about single sentences: what users see of a prediction that was made without seeing the words, from
    these, the prediction and the labels of the task."""

    @property
    def about_pairs(self) -> bool:
        """Whether it is about a pair of sentences."""
        return self.about == "pairs"


KINDS = {
    "tagger": Kind(TaggerConfig, TagDecoder, ("spans", "tags")),
    "parser": Kind(ParserConfig, ParserDecoder, ("attachment",), empty=lambda: Parsed(Tree([], []), [])),
    "lemmatizer": Kind(LemmatizerConfig, LemmaDecoder, ("tags",), finish=_lemmas),
    "morphology": Kind(MorphologyConfig, FeatureDecoder, ("tags",)),
    "linker": Kind(LinkerConfig, LinkDecoder, ("links",)),
    "classifier": Kind(ClassifierConfig, ClassDecoder, ("choice",), about="sentences", empty=lambda: None),
    "regressor": Kind(RegressorConfig, GradeDecoder, ("grade",), about="sentences", empty=lambda: None),
    "pair_regressor": Kind(PairRegressorConfig, GradeDecoder, ("grade",), about="pairs"),
    "pair_classifier": Kind(PairClassifierConfig, ClassDecoder, ("choice",), about="pairs"),
}


SEGMENTER = "segmenter"
"""The kind of task that is no output layer of the cascade, but splits its raw text."""


def metrics_of_kind(kind: str) -> tuple[str, ...]:
    """Return which of `MEASURES` may measure tasks of a kind."""
    return ("segmentation",) if kind == SEGMENTER else KINDS[kind].metrics


def is_graded(kind: str) -> bool:
    """Tell whether tasks of a kind predict a number: their labels are the whole numbers of a range."""
    return metrics_of_kind(kind) == ("grade",)


def is_pair(task: HeadConfig) -> bool:
    """Tell whether a task is about pairs of sentences."""
    return KINDS[task.kind].about_pairs


def metric_of(task: HeadConfig) -> str:
    """Return the name of the metric that measures a task."""
    spans, *others = KINDS[task.kind].metrics
    return others[0] if others and getattr(task, "scheme", None) is None else spans
