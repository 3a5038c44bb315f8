"""The tasks that a run trains: their examples with what the configuration says of each, and their scores on dev."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.evaluation.evaluate import evaluate_tasks
from jmt.evaluation.segmentation import score_segmentation
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from jmt.runs.config import RunConfig
from jmt.runs.config.variations import itself_gold
from jmt.training.batches.rare_tokens import with_rare_tokens
from jmt.training.batches.stretches import stretches_of
from jmt.training.batches.task import TrainingTask


def training_task(
    config: RunConfig,
    name: str,
    train: TaskExamples,
    *,
    measure: Callable[[Words], int] = len,
) -> TrainingTask:
    """Return a task to train as the configuration says: which batches it has, how much it counts, what it is for.

    Raises:
        ConfigError: variations that name a class that is not there, or need one that nothing names.
    """
    data, training, head = config.data[name], config.training, config.model.tasks.get(name)
    is_climbed = head is not None  # and no segmenter, which has sizes of its own
    return TrainingTask(
        name,
        train,
        batch_size=data.batch_size or training.batch_size,
        batch_tokens=data.batch_tokens or (training.batch_tokens if is_climbed and not data.batch_size else None),
        shares=data.corpus_shares or (),
        passes=data.passes,
        weight=data.weight or 1.0,
        clip_norm=data.clip_norm or (min(training.clip_norm, head.level) if head else training.clip_norm),
        variations=data.variations,
        itself_gold=itself_gold(config, name, train.gold),
        role=data.role,
        until=data.until if is_climbed else None,
        reversal=data.reversal or 1.0,
        measure=measure,
    )


def _raw_text_task(
    config: RunConfig, splits: Mapping[str, Mapping[str, TaskExamples]], model: JointModel
) -> list[TrainingTask]:
    """Return the segmenter as a task to train, where there is one."""
    segmenter = config.segmenter
    if segmenter is None or model.segmenter is None:
        return []
    share = config.data[segmenter.name].rare_tokens or 0.0
    paragraphs = with_rare_tokens(splits[segmenter.name]["train"], share, config.seed)
    stretches = stretches_of(paragraphs, sum(segmenter.dilations), config.seed)
    return [training_task(config, segmenter.name, stretches)]


def training_tasks(
    config: RunConfig, splits: Mapping[str, Mapping[str, TaskExamples]], model: JointModel
) -> list[TrainingTask]:
    """Put together the tasks to train, lowest level first."""
    measure = model.encoder.measure
    return [
        *_raw_text_task(config, splits, model),
        *(training_task(config, name, splits[name]["train"], measure=measure) for name in _lowest_first(config)),
    ]


def dev_scorer(
    config: RunConfig, splits: Mapping[str, Mapping[str, TaskExamples]], model: JointModel
) -> Callable[[], dict[str, dict[str, float]]]:
    """Return what scores the model as it is on dev, by task, lowest level first; only tasks with a dev split have any.

    Tasks on the same sentences are predicted in one climb.
    """
    predictor = Predictor(TorchEngine(model))
    dev = {name: splits[name]["dev"] for name in _lowest_first(config) if "dev" in splits[name]}
    raw = splits[config.segmenter.name].get("dev") if config.segmenter else None

    def scores() -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        if config.segmenter and model.segmenter and raw is not None:
            found[config.segmenter.name] = score_segmentation(model.segmenter.trained(), raw).scores
        results = evaluate_tasks(predictor, dev.values())
        return {**found, **{name: results[name].metrics for name in dev}}

    return scores


def _lowest_first(config: RunConfig) -> list[str]:
    """Return the cascade's tasks that are trained, lowest level first."""
    return sorted(config.trained, key=lambda name: config.trained[name].level)
