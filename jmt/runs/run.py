"""One training run, from a configuration to a trainer and its folder."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import datasets
import torch

from jmt.cascade.kinds import is_pair
from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.data.cards import Card, Family, family_of_kind
from jmt.data.catalogue import Corpus, find_corpus, load_corpus, score_range_of
from jmt.data.hints import count_words, hint_examples
from jmt.data.readers import Tokenizer
from jmt.data.task_examples import task_examples
from jmt.errors import ConfigError, JmtError
from jmt.evaluation.evaluate import evaluate_task
from jmt.network import checkpoint
from jmt.network.model import JointModel
from jmt.network.prediction import Predictor
from jmt.runs.config import RunConfig
from jmt.runs.place import accept_changes, claim, release
from jmt.runs.run_folder import RunFolder, load_last, resume
from jmt.training.batches.task import TrainingTask
from jmt.training.distillation import DistillationObjective, pair_anew, unlabelled_tasks
from jmt.training.events import Event
from jmt.training.listeners.log import JsonLog
from jmt.training.listeners.tensorboard import open_tensorboard
from jmt.training.settings.training import DistillationSettings
from jmt.training.starting.build import build_labels, build_model, sentences_of
from jmt.training.starting.continuation import grow, merge_configs, origin_anchor
from jmt.training.trainer import Trainer
from jmt.training.vectors.fitting import freeze_vectors, place_new


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is told besides its configuration."""

    output: Path
    folders: Sequence[Path] = ()
    """Where corpora are looked for first."""
    device: str = "cpu"
    start_from: str | None = None
    """A trained cascade to go on from."""
    resuming: bool = False
    teaching: Teaching | None = None
    """Of a distillation: who teaches, and on what besides the corpora."""


@dataclass(frozen=True, slots=True)
class Teaching:
    """A trained cascade that teaches, and raw text."""

    teacher: str
    raw: Sequence[Words] = ()
    """Sentences without labels."""


class Run:
    """A training run that is ready to go; `events` trains, saves and logs."""

    def __init__(self, config: RunConfig, options: RunOptions, tokenizer: Tokenizer) -> None:
        self.options = options
        check_teaching(config, options.teaching)
        self.config = with_score_ranges(config)
        self.changes: list[str] = []
        """Of a resumed run, what it is told now and was not told before."""
        if options.resuming:
            self.changes = accept_changes(options.output, self.config)
        else:
            claim(options.output, self.config)
        repeat_exactly(config.training.threads)
        try:
            self.splits = load_splits(config, options.folders, tokenizer)
            self.trainer = self._build_trainer()
        except JmtError:
            if not options.resuming:
                release(options.output)
            raise
        self.folder = RunFolder(
            options.output,
            checkpoint_seconds=config.training.checkpoint_seconds,
            card={**card_of(self.config, options.start_from), **taught_by(options.teaching)},
        )
        self.log = JsonLog(options.output / "log.jsonl", after=self.trainer.progress if options.resuming else None)
        self.curves = open_tensorboard(options.output / "tensorboard")

    def _build_trainer(self) -> Trainer:
        """Build model and trainer afresh, on top of a trained cascade, or as the interrupted run left them."""
        options, config = self.options, self.config
        train = {name: split["train"] for name, split in self.splits.items()}
        interrupted = load_last(options.output) if options.resuming else None
        origin = None
        if interrupted is not None:
            model = interrupted
        elif options.start_from:
            old = checkpoint.load(options.start_from)
            merged = merge_configs(old.config, config.model)
            labels = build_labels(config.model, train)
            model = grow(old, merged, labels, sentences_of(train.values()), seed=config.seed)
            if config.training.vectors is not None:
                place_new(model, old.lexicon, config.training.vectors)
            origin = origin_anchor(old, model, train, config.training.successive_regularization)
        else:
            taught = options.teaching
            model = build_model(
                config.model,
                train,
                chain(sentences_of(train.values()), taught.raw if taught else ()),
                seed=config.seed,
                vectors=config.training.vectors,
                labels=checkpoint.load(taught.teacher).labels if taught else None,
            )
        freeze_vectors(model, config.training.vectors)
        model = model.to(options.device)
        tasks = training_tasks(config, self.splits, model)
        if options.teaching:
            tasks += lessons(config, options.teaching, self.splits, model)
        ties = {int(name.removeprefix("level")): how for name, how in config.sharing.items()}
        seed = config.seed if config.training.seed is None else config.training.seed
        objective = None
        if options.teaching:
            teacher = checkpoint.load(options.teaching.teacher, device=options.device)
            weight = distillation_of(config).weight
            objective = DistillationObjective(model, {task.name: task for task in tasks}, teacher, weight=weight)
        trainer = Trainer(model, tasks, config.training, seed=seed, objective=objective, origin=origin, sharing=ties)
        if interrupted is not None:
            resume(options.output, trainer)
        return trainer

    def events(self) -> Iterator[Event]:
        """Train to the end; every event has been saved and logged where that was due when it comes out.

        A new run is saved before its first step, so that from then on there is always something to go on from.
        """
        if not self.folder.last.exists():
            self.save()
        for event in self.trainer.events():
            self.log.hear(event)
            if self.curves:
                self.curves.hear(event)
            self.folder.hear(event, self.trainer)
            yield event

    def save(self) -> None:
        """Save the state of training at once."""
        self.folder.save_last(self.trainer)


def load_splits(config: RunConfig, folders: Sequence[Path], tokenizer: Tokenizer) -> dict[str, dict[str, TaskExamples]]:
    """Load the examples of every task, train and (where the corpus has it) dev; a shared corpus is read once.

    Raises:
        CorpusError: a corpus that is missing or malformed; ConfigError: a column that it does not have.
    """
    loaded: dict[tuple[str, str], datasets.DatasetDict] = {}
    shared: dict[tuple[str, str, str], Any] = {}
    splits: dict[str, dict[str, TaskExamples]] = {}
    for name, task in config.model.tasks.items():
        corpus_name = config.data[name].corpus
        family = family_of_kind(task.kind)
        corpus = find_corpus(corpus_name, config.corpora)
        if (corpus_name, family) not in loaded:
            named = named_splits(corpus, family)
            splits_here = [split for split in ("train", "dev") if split == "train" or split in named]
            loaded[corpus_name, family] = load_corpus(
                corpus, family=family, splits=splits_here, folders=folders, tokenizer=tokenizer
            )
        splits[name] = {}
        for split, whole in loaded[corpus_name, family].items():
            dataset = thin(whole, config.training.share) if split == "train" else whole
            column = getattr(task, "column", None)
            if config.data[name].role == "hint":
                words = shared.setdefault((corpus_name, family, split), list(dataset["tokens"]))
                counts = count_words(shared[corpus_name, family, "train"])
                splits[name][split] = hint_examples(name, str(column), words, counts)
                continue
            examples = task_examples(dataset, name, task.kind, column, corpus=corpus_name)
            inputs = shared.setdefault((corpus_name, family, split), examples.inputs)
            splits[name][split] = TaskExamples(name, task.kind, inputs, examples.gold, examples.lines)
    return splits


def thin(split: datasets.Dataset, share: float) -> datasets.Dataset:
    """Keep a share of the examples of a split, at least one, evenly from its beginning to its end."""
    if share == 1:
        return split
    return split.select([int(number / share) for number in range(max(1, int(len(split) * share)))])


def check_teaching(config: RunConfig, teaching: Teaching | None) -> None:
    """Refuse a distillation without a teacher, and a teacher where tasks are trained one after the other."""
    if teaching is None and config.training.distillation is not None:
        raise ConfigError(
            "training.distillation: this configuration learns from a teacher: `jmt distill --teacher MODEL`"
        )
    if teaching is not None and "successive" in config.training.schedules:
        raise ConfigError("training.schedule = 'successive': a teacher needs `sampled` or `joint`; --set it")


def distillation_of(config: RunConfig) -> DistillationSettings:
    """Return the settings of a distillation, the usual ones where the configuration has none."""
    return config.training.distillation or DistillationSettings()


def lessons(
    config: RunConfig, teaching: Teaching, splits: Mapping[str, Mapping[str, TaskExamples]], model: JointModel
) -> list[TrainingTask]:
    """Put together what is learned from the teacher alone."""
    settings, training = distillation_of(config), config.training
    pairs = [splits[name]["train"] for name, task in config.model.tasks.items() if is_pair(task)]
    made = pair_anew(pairs[0], settings.pairs, seed=config.seed) if pairs else []
    raw = teaching.raw[: settings.raw_sentences]
    return unlabelled_tasks(
        raw,
        made,
        settings,
        batch_size=training.batch_size,
        clip_norm=training.clip_norm,
        batch_tokens=training.batch_tokens,
        measure=model.encoder.measure,
    )


def named_splits(corpus: Corpus, family: Family) -> Container[str]:
    """Return the splits that a corpus says it has; a hub corpus is taken to have all."""
    if isinstance(corpus, Card):
        return corpus.part(family).splits.named()
    return ("train", "dev") if corpus.hub else corpus.splits.named()


def with_score_ranges(config: RunConfig) -> RunConfig:
    """Fill in the range of every graded task from its corpus."""
    tasks = dict(config.model.tasks)
    for name, task in tasks.items():
        if task.kind == "pair_regressor" and getattr(task, "score_range", None) is None:
            found = score_range_of(find_corpus(config.data[name].corpus, config.corpora))
            if found is None:
                raise ConfigError(f"task.{name}.score_range: the corpus does not say; give [lowest, highest]")
            tasks[name] = task.model_copy(update={"score_range": (int(found[0]), int(found[1]))})
    model = config.model.model_copy(update={"tasks": tasks})
    return config.model_copy(update={"model": model})


def training_tasks(
    config: RunConfig, splits: Mapping[str, Mapping[str, TaskExamples]], model: JointModel
) -> list[TrainingTask]:
    """Put together the tasks to train, lowest level first."""
    predictor = Predictor(model)
    tasks = []
    for name, head in sorted(config.model.tasks.items(), key=lambda item: item[1].level):
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


def card_of(config: RunConfig, start_from: str | None) -> dict[str, Any]:
    """Return what a checkpoint says about its making: corpora with licence and release, seed, where it started."""
    corpora = {name: data.corpus for name, data in config.data.items() if data.role != "hint"}
    known = {name: find_corpus(name, config.corpora) for name in set(corpora.values())}
    before: dict[str, Any] = checkpoint.read_card(checkpoint.find(start_from)) if start_from else {}
    return {
        "seed": config.seed,
        "corpora": {**before.get("corpora", {}), **corpora},
        "own_corpora": {
            **before.get("own_corpora", {}),
            **{name: spec.model_dump(mode="json", exclude_none=True) for name, spec in config.corpora.items()},
        },
        "licences": {
            **before.get("licences", {}),
            **{name: corpus.licence for name, corpus in sorted(known.items()) if isinstance(corpus, Card)},
        },
        "releases": {
            **before.get("releases", {}),
            **{name: corpus.release for name, corpus in sorted(known.items()) if isinstance(corpus, Card)},
        },
        **({"vectors": [Path(name).name for name in named_vectors(config)]} if named_vectors(config) else {}),
        **({"started_from": checkpoint.model_hash(start_from)} if start_from else {}),
    }


def named_vectors(config: RunConfig) -> list[str]:
    """Return the files of vectors that the tables start from."""
    vectors = config.training.vectors
    return [str(name) for name in (vectors.words, vectors.ngrams) if name] if vectors else []


def taught_by(teaching: Teaching | None) -> dict[str, Any]:
    """Return what a card says about a teacher: a student has seen, at second hand, what its teacher's encoder has."""
    if teaching is None:
        return {}
    folder = checkpoint.find(teaching.teacher)
    named = folder.parent if folder.name in ("best", "last") else folder
    teacher = {"name": named.resolve().name, "sha256": checkpoint.model_hash(folder)}
    pretrained = getattr(checkpoint.read_config(folder).encoder, "pretrained", None)
    return {"distilled_from": {**teacher, **({"pretrained": pretrained} if pretrained else {})}}


def repeat_exactly(threads: int) -> None:
    """Make torch compute the same bits in every run on the same number of threads (0: as many as torch likes)."""
    torch.set_deterministic_debug_mode("warn")  # what use_deterministic_algorithms does, without its slow import
    # No tensor of ours is read before it is written, so filling fresh memory would be lost time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.backends.cudnn.allow_tf32 = False
    if threads:
        torch.set_num_threads(threads)
