"""A run that learns from a teacher: who that is, and what is learned from the teacher alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from jmt.cascade.checkpoint import find_checkpoint, model_hash, read_config
from jmt.cascade.kinds import is_pair
from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.errors import ConfigError
from jmt.network.model import JointModel
from jmt.runs.config import RunConfig
from jmt.training.batches.task import TrainingTask
from jmt.training.distillation import pair_anew, unlabelled_tasks
from jmt.training.settings.training import DistillationSettings
from jmt.training.vectors.raw_text import read_sentences

SHORTEST, LONGEST = 3, 60
"""Words of a raw sentence that is learned from."""


@dataclass(frozen=True, slots=True)
class Teaching:
    """A trained cascade that teaches, and raw text."""

    teacher: str
    """A checkpoint or a run's folder."""
    raw: Sequence[Words] = ()
    """Sentences without labels."""


def check_teaching(config: RunConfig, teaching: Teaching | None) -> None:
    """Refuse a distillation without a teacher, and a teacher where tasks are trained one after the other."""
    if teaching is None and config.training.distillation is not None:
        raise ConfigError(
            "training.distillation: this configuration learns from a teacher: `jmt distill --teacher MODEL`, or drop "
            "the table"
        )
    if teaching is not None and "successive" in config.training.schedules:
        raise ConfigError("training.schedule = 'successive': a teacher needs `sampled` or `joint`; --set it")


def distillation_of(config: RunConfig) -> DistillationSettings:
    """Return the settings of a distillation, the usual ones where the configuration has none."""
    return config.training.distillation or DistillationSettings()


def read_raw_sentences(paths: Sequence[Path], config: RunConfig) -> list[Words]:
    """Return as many sentences of raw text as the configuration wants, spread evenly over the files."""
    most = distillation_of(config).raw_sentences
    sentences: list[Words] = []
    for number, path in enumerate(paths):
        share = (most - len(sentences)) // (len(paths) - number)
        rows = read_sentences([path], config.model.language)
        sentences += islice((row for row in rows if SHORTEST <= len(row) <= LONGEST), share)
    return sentences


def tasks_without_gold(
    config: RunConfig, teaching: Teaching, splits: Mapping[str, Mapping[str, TaskExamples]], model: JointModel
) -> list[TrainingTask]:
    """Put together what is learned from the teacher alone: raw sentences, and the sentences of pairs, paired anew."""
    settings, training = distillation_of(config), config.training
    pairs = [splits[name]["train"] for name, task in config.trained.items() if is_pair(task)]
    sentences = teaching.raw if len(pairs) < len(config.trained) else ()  # pair tasks learn nothing of raw sentences
    return unlabelled_tasks(
        sentences[: settings.raw_sentences],
        pair_anew(pairs, settings.pairs, seed=config.seed),
        settings,
        batch_size=training.batch_size,
        clip_norm=training.clip_norm,
        batch_tokens=training.batch_tokens,
        measure=model.encoder.measure,
    )


def taught_by(teaching: Teaching | None) -> dict[str, Any]:
    """Return what a card says about a teacher: a student has seen, at second hand, what its teacher's encoder has."""
    if teaching is None:
        return {}
    folder = find_checkpoint(teaching.teacher)
    named = folder.parent if folder.name in ("best", "last") else folder
    teacher = {"name": named.resolve().name, "sha256": model_hash(folder)}
    if teaching.raw:
        teacher["raw"] = sha256("\n".join(map(" ".join, teaching.raw)).encode("utf-8", "surrogatepass")).hexdigest()
    pretrained = getattr(read_config(folder).encoder, "pretrained", None)
    return {"distilled_from": {**teacher, **({"pretrained": pretrained} if pretrained else {})}}
