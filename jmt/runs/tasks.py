"""The tasks that a run trains: their examples with what the configuration says of each."""

from __future__ import annotations

from collections.abc import Mapping

from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import TaskExamples
from jmt.evaluation.evaluate import evaluate_task
from jmt.evaluation.segmentation import score_segmentation
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from jmt.runs.config import RunConfig
from jmt.training.batches.stretches import stretches_of
from jmt.training.batches.task import TrainingTask


def _raw_text_task(
    config: RunConfig, splits: Mapping[str, Mapping[str, TaskExamples]], model: JointModel
) -> list[TrainingTask]:
    """Return the segmenter as a task to train, where there is one."""
    segmenter, network = config.segmenter, model.segmenter
    if segmenter is None or network is None:
        return []
    data, dev = config.data[segmenter.name], splits[segmenter.name].get("dev")

    def evaluate() -> dict[str, float]:
        return score_segmentation(network.trained(), dev) if dev is not None else {}

    return [
        TrainingTask(
            segmenter.name,
            stretches_of(splits[segmenter.name]["train"], sum(segmenter.dilations), config.seed),
            batch_size=data.batch_size or config.training.batch_size,
            batch_tokens=data.batch_tokens,
            passes=data.passes,
            weight=data.weight or 1.0,
            clip_norm=data.clip_norm or config.training.clip_norm,
            role=data.role,
            evaluate=evaluate if dev is not None else None,
        )
    ]


def training_tasks(
    config: RunConfig, splits: Mapping[str, Mapping[str, TaskExamples]], model: JointModel
) -> list[TrainingTask]:
    """Put together the tasks to train, lowest level first."""
    predictor = Predictor(TorchEngine(model))
    tasks = _raw_text_task(config, splits, model)
    for name, head in sorted(config.trained.items(), key=lambda item: item[1].level):
        data, dev = config.data[name], splits[name].get("dev")

        def evaluate(name: str = name, dev: TaskExamples | None = dev) -> dict[str, float]:
            return evaluate_task(predictor, name, dev).metrics if dev is not None else {}

        tasks.append(
            TrainingTask(
                name,
                splits[name]["train"],
                batch_size=data.batch_size or config.training.batch_size,
                batch_tokens=data.batch_tokens or (None if data.batch_size else config.training.batch_tokens),
                passes=data.passes,
                weight=data.weight or 1.0,
                clip_norm=data.clip_norm or min(config.training.clip_norm, head.level),
                final_stop=data.final_stop,
                role=data.role,
                until=data.until,
                reversal=data.reversal or 1.0,
                measure=model.encoder.measure,
                evaluate=evaluate if dev is not None else None,
            )
        )
    return tasks
