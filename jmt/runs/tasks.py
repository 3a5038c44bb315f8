"""The tasks that a run trains: their examples with what the configuration says of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jmt.cascade.kinds import is_graded
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import Gold, TaskExamples, Words
from jmt.errors import ConfigError
from jmt.evaluation.evaluate import evaluate_task
from jmt.evaluation.segmentation import score_segmentation
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from jmt.runs.config import RunConfig
from jmt.training.batches.rare_tokens import with_rare_tokens
from jmt.training.batches.stretches import stretches_of
from jmt.training.batches.task import TrainingTask

_ENTAILMENT = "entailment"
"""What corpora call the class of a second sentence that follows from the first."""
_SHOWN = 10
"""Classes that a message names."""


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
        itself_gold=_itself_gold(config, name, train),
        role=data.role,
        until=data.until if is_climbed else None,
        reversal=data.reversal or 1.0,
        measure=measure,
        evaluate=evaluate,
    )


def _itself_gold(config: RunConfig, name: str, train: TaskExamples) -> Gold | None:
    """Return the grade or the class of a sentence and itself, where training is to have such pairs.

    Raises:
        ConfigError: no class of the training data is known to be it, or one that is named is not among them.
    """
    variations, head = config.data[name].variations, config.model.tasks.get(name)
    if variations is None or head is None:
        return None
    if is_graded(head.kind):
        score_range: tuple[int, int] | None = getattr(head, "score_range", None)
        return float(score_range[1]) if variations.itself and score_range else None
    there = sorted({str(gold) for gold in train.gold})
    itself = [variations.itself_label] if variations.itself_label is not None else []
    for key, labels in (("itself_label", itself), ("symmetric_labels", list(variations.symmetric_labels))):
        if unknown := [label for label in labels if label not in there]:
            raise ConfigError(f"task.{name}.variations.{key}: no class is called {unknown[0]!r}; {_listed(there)}")
    if not variations.itself:
        return None
    found = itself or [label for label in there if label.lower() == _ENTAILMENT]
    if len(found) != 1:
        raise ConfigError(
            f"task.{name}.variations.itself: nothing says which class a sentence and itself have; {_listed(there)}. "
            f'Name it, as in variations.itself_label = "{there[0]}"'
        )
    return found[0]


def _listed(labels: list[str]) -> str:
    return f"classes here are {', '.join(labels[:_SHOWN])}{' ...' if len(labels) > _SHOWN else ''}"


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
