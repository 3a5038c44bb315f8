"""The tasks that a run trains: their examples with what the configuration says of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.evaluation.evaluate import evaluate_task
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
    evaluate: Callable[[], dict[str, float]] | None = None,
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
        evaluate=evaluate,
    )


def _raw_text_task(
    config: RunConfig, splits: Mapping[str, Mapping[str, TaskExamples]], model: JointModel
) -> list[TrainingTask]:
    """Return the segmenter as a task to train, where there is one."""
    segmenter, network = config.segmenter, model.segmenter
    if segmenter is None or network is None:
        return []
    dev = splits[segmenter.name].get("dev")

    def evaluate() -> dict[str, float]:
        return score_segmentation(network.trained(), dev).scores if dev is not None else {}

    share = config.data[segmenter.name].rare_tokens or 0.0
    paragraphs = with_rare_tokens(splits[segmenter.name]["train"], share, config.seed)
    stretches = stretches_of(paragraphs, sum(segmenter.dilations), config.seed)
    return [training_task(config, segmenter.name, stretches, evaluate=evaluate if dev is not None else None)]


def training_tasks(
    config: RunConfig, splits: Mapping[str, Mapping[str, TaskExamples]], model: JointModel
) -> list[TrainingTask]:
    """Put together the tasks to train, lowest level first."""
    predictor = Predictor(TorchEngine(model))
    tasks = _raw_text_task(config, splits, model)
    for name, _ in sorted(config.trained.items(), key=lambda item: item[1].level):
        train, dev = splits[name]["train"], splits[name].get("dev")

        def evaluate(name: str = name, dev: TaskExamples | None = dev) -> dict[str, float]:
            return evaluate_task(predictor, name, dev).metrics if dev is not None else {}

        tasks.append(
            training_task(
                config, name, train, measure=model.encoder.measure, evaluate=evaluate if dev is not None else None
            )
        )
    return tasks
