"""The trainer of a run: around a new network, on top of a trained cascade, or as an interrupted run left it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from jmt.cascade.symbols.examples import TaskExamples
from jmt.network import checkpoint
from jmt.network.model import JointModel
from jmt.runs.config import RunConfig
from jmt.runs.options import RunOptions
from jmt.runs.run_folder import load_last, resume
from jmt.runs.tasks import dev_scorer, training_tasks
from jmt.runs.teaching import distillation_of, tasks_without_gold
from jmt.training.anchoring.anchor import Anchor
from jmt.training.distillation import DistillationObjective
from jmt.training.objective import Objective
from jmt.training.starting.build import build_labels, build_model, sentences_of
from jmt.training.starting.continuation import grow, origin_anchor
from jmt.training.trainer import Trainer
from jmt.training.vectors.fitting import freeze_vectors, place_new


def build_trainer(config: RunConfig, options: RunOptions, splits: Mapping[str, Mapping[str, TaskExamples]]) -> Trainer:
    """Build model and trainer; where the run is gone on with, they stand where its newest checkpoint does.

    Raises:
        JmtError: a model, a teacher or vectors that cannot be read or do not fit.
    """
    teaching = options.teaching
    teacher = checkpoint.load(teaching.teacher, device=options.device) if teaching else None
    interrupted = load_last(options.output) if options.resuming else None
    origin = None
    if interrupted is not None:
        model = interrupted
    elif options.start_from:
        model, origin = _grown(config, options.start_from, splits)
    else:
        model = _new(config, options, splits, teacher)
    freeze_vectors(model, config.training.vectors)
    model = model.to(options.device)
    tasks = training_tasks(config, splits, model)
    objective: Objective | None = None
    if teaching and teacher:
        tasks += tasks_without_gold(config, teaching, splits, model)
        named = {task.name: task for task in tasks}
        objective = DistillationObjective(model, named, teacher, weight=distillation_of(config).weight)
    trainer = Trainer(
        model,
        tasks,
        config.training,
        seed=config.seed if config.training.seed is None else config.training.seed,
        objective=objective,
        origin=origin,
        sharing={int(name.removeprefix("level")): how for name, how in config.sharing.items()},
        evaluate=dev_scorer(config, splits, model),
    )
    if interrupted is not None:
        resume(options.output, trainer)
    return trainer


def _new(
    config: RunConfig,
    options: RunOptions,
    splits: Mapping[str, Mapping[str, TaskExamples]],
    teacher: JointModel | None,
) -> JointModel:
    """Build a new network for the symbols of the training data; a student's tasks have its teacher's labels."""
    train = {name: split["train"] for name, split in splits.items()}
    sentences = sentences_of(train[name] for name in config.model.tasks)
    raw = options.teaching.raw if options.teaching else ()
    labels = build_labels(config.model, train)
    if teacher is not None:  # a segmenter is not taught, and teachers know tasks that their students do not have
        labels |= {name: known for name, known in teacher.labels.items() if name in config.model.tasks}
    return build_model(
        config.model,
        train,
        chain(sentences, raw),
        seed=config.seed,
        vectors=config.training.vectors,
        labels=labels,
    )


def _grown(
    config: RunConfig, start_from: str, splits: Mapping[str, Mapping[str, TaskExamples]]
) -> tuple[JointModel, Anchor]:
    """Put what is new into a trained cascade; return it with the anchor that holds it near where it was."""
    train = {name: split["train"] for name, split in splits.items()}
    old = checkpoint.load(start_from)
    labels = build_labels(config.model, train)
    sentences = sentences_of(train[name] for name in config.trained)
    model = grow(old, config.model, labels, sentences, seed=config.seed)
    if config.training.vectors is not None:
        place_new(model, old.lexicon, config.training.vectors)
    return model, origin_anchor(old, model, train, config.training.pull_to_origin)
