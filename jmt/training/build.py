"""A new model out of a configuration and training data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch

from jmt.cascade import ModelConfig
from jmt.data.examples import TaskExamples, Words
from jmt.data.labels import LabelSet
from jmt.data.lexicon import Lexicon
from jmt.encoders.config import TransformerConfig, WordsConfig
from jmt.encoders.pretrained import fetch_pretrained
from jmt.heads import KINDS
from jmt.model import JointModel
from jmt.training.seeds import derive_seed
from jmt.training.task import rows_of


def build_model(
    config: ModelConfig, train: Mapping[str, TaskExamples], sentences: Iterable[Words], *, seed: int
) -> JointModel:
    """Build a model with the symbols of its training data and initial weights that follow from the seed."""
    encoder = config.encoder
    pretrained = fetch_pretrained(encoder.pretrained) if isinstance(encoder, TransformerConfig) else None
    torch.manual_seed(derive_seed(seed, "weights"))
    return JointModel(config, build_lexicon(encoder, sentences), build_labels(config, train), pretrained)


def build_lexicon(encoder: WordsConfig, sentences: Iterable[Words]) -> Lexicon:
    """Collect words and n-grams of all training sentences."""
    return Lexicon.from_sentences(
        sentences,
        ngram_sizes=encoder.ngrams,
        word_minimum=encoder.word_minimum,
        ngram_minimum=encoder.ngram_minimum,
    )


def build_labels(config: ModelConfig, train: Mapping[str, TaskExamples]) -> dict[str, LabelSet]:
    """Collect the labels of every task that has training data."""
    return {
        name: KINDS[task.kind].build_labels(task, train[name].gold)  # type: ignore[arg-type]
        for name, task in config.tasks.items()
        if name in train
    }


def sentences_of(examples: Iterable[TaskExamples]) -> Iterable[Words]:
    """Return all sentences; the same inputs, which two tasks on one corpus share, count once."""
    seen: list[object] = []
    for example in examples:
        if any(example.inputs is other for other in seen):
            continue
        seen.append(example.inputs)
        for item in example.inputs:
            yield from rows_of(item)
