"""A new model out of a configuration and training data."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import TransformerConfig, WordsConfig
from jmt.cascade.kinds import is_graded
from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.task_config import SegmenterConfig
from jmt.errors import CorpusError
from jmt.files.guards.checkpoint import MOST_LABELS, is_label
from jmt.network.encoders.pretrained import fetch_pretrained
from jmt.network.heads import HEADS
from jmt.network.model import JointModel
from jmt.segmentation.labels import NOT_SAID, ONE_WORD, read_label
from jmt.training.batches.task import rows_of
from jmt.training.seeds import derive_seed
from jmt.training.settings.training import VectorsSettings
from jmt.training.vectors.fitting import Fitted, find_vectors, place_vectors


def build_model(
    config: ModelConfig,
    train: Mapping[str, TaskExamples],
    sentences: Iterable[Words],
    *,
    seed: int,
    vectors: VectorsSettings | None = None,
    labels: Mapping[str, LabelSet] | None = None,
) -> JointModel:
    """Build a model with the symbols of its training data and initial weights that follow from the seed.

    Labels are those given, or else those of the training data.  Vectors, where there are any, take the place of initial
    weights, and may bring further symbols.
    """
    encoder = config.encoder
    pretrained = fetch_pretrained(encoder.pretrained) if isinstance(encoder, TransformerConfig) else None
    lexicon = _build_lexicon(encoder, sentences)
    found: dict[str, Fitted] = {}
    if vectors is not None:
        lexicon, found = find_vectors(lexicon, vectors, {"words": encoder.word_size, "ngrams": encoder.ngram_size})
    torch.manual_seed(derive_seed(seed, "weights"))
    model = JointModel(config, lexicon, labels or build_labels(config, train), pretrained)
    place_vectors(model, found)
    return model


def _build_lexicon(encoder: WordsConfig, sentences: Iterable[Words]) -> Lexicon:
    """Collect words and n-grams of all training sentences."""
    return Lexicon.from_sentences(
        sentences,
        ngram_sizes=encoder.ngrams,
        word_minimum=encoder.word_minimum,
        ngram_minimum=encoder.ngram_minimum,
        unit=encoder.ngrams_of,
    )


def build_labels(config: ModelConfig, train: Mapping[str, TaskExamples]) -> dict[str, LabelSet]:
    """Collect the labels of every task that has training data; of a segmenter the expansions.

    Raises CorpusError for a score that is outside the range of its task.
    """
    for name, task in config.tasks.items():
        if name in train and is_graded(task.kind):
            _check_range(train[name], getattr(task, "score_range", None))
    segmenter = config.segmenter
    expansions = {}
    if segmenter and segmenter.name in train:
        expansions[segmenter.name] = _expansions(segmenter, train[segmenter.name])
    return expansions | {
        name: HEADS[task.kind].build_labels(task, train[name].gold)
        for name, task in config.tasks.items()
        if name in train
    }


def _check_range(train: TaskExamples, score_range: tuple[int, int] | None) -> None:
    """Refuse a score that has no place between the ends of its range."""
    lowest, highest = score_range or (-math.inf, math.inf)
    for number, score in enumerate(train.gold):
        if not lowest <= score <= highest:  # type: ignore[operator]
            place = train.lines[number] if train.lines else number + 1
            raise CorpusError(
                f"task.{train.task}: the score {score:g} in line {place} of train is out of range; allowed are "
                f"{lowest} to {highest}, or set task.{train.task}.score_range"
            )


def _expansions(config: SegmenterConfig, train: TaskExamples) -> LabelSet:
    """Collect the expansions that training data has often enough, and that a checkpoint may hold.

    None at all, which nearly every token has, comes first.
    """
    labels = [read_label(text) for row in train.gold for text in row if text != NOT_SAID]  # type: ignore[union-attr]
    counts = Counter(label.expansion for label in labels if label.expansion != ONE_WORD)
    ordered = sorted(counts, key=lambda expansion: (-counts[expansion], expansion))
    often = [expansion for expansion in ordered if counts[expansion] >= config.minimum and is_label(expansion)]
    return LabelSet([ONE_WORD, *sorted(often[: MOST_LABELS - 1])])


def sentences_of(examples: Iterable[TaskExamples]) -> Iterable[Words]:
    """Return all sentences; the same inputs, which two tasks on one corpus share, count once."""
    seen: list[object] = []
    for example in examples:
        if any(example.inputs is other for other in seen):
            continue
        seen.append(example.inputs)
        for item in example.inputs:
            yield from rows_of(item)
