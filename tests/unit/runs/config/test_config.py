"""Configurations: read from TOML, kept in part, edited key by key, refused with the keys that are valid."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import tomli_w
import torch

from jmt.errors import ConfigError
from jmt.runs.config import RunConfig, apply_override, build_config, keep_tasks, read_config, read_tables
from jmt.runs.splits import with_score_ranges
from jmt.training.batches.task import TrainingTask
from jmt.training.events import StepDone
from jmt.training.starting.build import build_model, sentences_of
from jmt.training.trainer import Trainer
from tests.assets.tiny_examples import tiny_examples

RATES = ["task.xpos.input_dropout=0.1", "task.chunk.input_dropout=0.3"]
SMALL = ["encoder.hidden_size=8", "encoder.word_size=8", "encoder.ngram_size=8", "encoder.label_size=4"]


FREE = ["successive_regularization.default=1e-3", "successive_regularization.lower_classifiers=1e-2"]
"""The defaults, which are no choice."""


def tables(config: RunConfig) -> str:
    return tomli_w.dumps(config.to_tables())


@pytest.mark.parametrize("name", ["jmt2017", "bilstm", "demo"])
def test_a_packaged_configuration_is_read_by_name_and_survives_a_round_trip(name: str, tmp_path: Path):
    config = with_score_ranges(read_config(name))
    (tmp_path / "again.toml").write_text(tables(config), encoding="utf-8")

    assert read_config(str(tmp_path / "again.toml")) == config


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("training.epoch=3", r"training.epoch: unknown key; valid keys here: schedule, "),
        ("training.optimizer.momentum=0.9", r"training.optimizer.momentum: unknown key"),
        ("encoder.hidden=3", r"encoder.hidden: unknown key; valid keys here: kind, word_size"),
        ("task.dep.schema='x'", r"task.dep.schema: unknown key; valid keys of a parser: .*tree.*corpus"),
        ("task.dep.tree='cky'", r"task.dep.tree = 'cky': Input should be 'mst' or 'eisner'"),
        ("task.Dep.kind='parser'", r"task.Dep: a task's name is made of a-z"),
        (
            "tasks.dep=1",
            r"tasks: unknown key; valid keys here: language, seed, encoder, corpora, task, sharing, training",
        ),
        ("task.dep.level=0", r"task.dep.level = 0"),
        ("training.epochs=true", r"training.epochs = true: a number belongs here, and true and false are none"),
        ("training.optimizer.betas=[0.9, true]", r"training.optimizer.betas = \[0.9, True\]: a number belongs here"),
        ("training.sampling={by='ratio', ratios={xpos=true}}", r"training.sampling.ratios .*: a number belongs here"),
        ("training.phase=[{epochs=true}]", r"training.phase.0.epochs = true: a number belongs here"),
        ("encoder.ngrams=[true]", r"encoder.ngrams = \[True\]: a number belongs here"),
        ("task.dep.passes=true", r"task.dep.passes = true: a number belongs here"),
        ("seed=false", r"seed = false: a number belongs here"),
        ("task.dep.dropout=1.0", r"task.dep.dropout = 1.0: Input should be less than 1"),
        ("task.xpos.reads=['chunk']", r"`chunk` is on level 2, not below `xpos` on level 1"),
        ("task.chunk.reads=['chunk']", r"`chunk` is on level 2, not below `chunk`"),
        ("task.dep.reads=['relatedness']", r"`relatedness` is on level 4, not below `dep` on level 3"),
        (
            "task.dep.reads=['lemma']",
            r"there is no task `lemma`; tasks here: xpos, .*, and those of a model",
        ),
        ("task.entailment.reads=[{task='xpos', gradient='none'}]", r"Input should be 'flow', 'stop' or 'stop_input'"),
        ("training.optimizer.learning_rate=600", r"must not exceed 1, or a step would overshoot"),
    ],
)
def test_a_mistake_is_refused_with_what_is_allowed(override: str, message: str):
    with pytest.raises(ConfigError, match=message):
        read_config("jmt2017", overrides=[override])


MEANINGLESS = [
    (["schedule=sampled"], "training: successive_regularization holds .* no task before: drop the table"),
    (["order=random", "schedule=joint", *FREE], "`joint` has no passes whose order could be `random`"),
    (["sampling.by=uniform"], "`successive` draws nothing: drop .*, or set replay"),
    (["sampling.by=uniform", "sampling.cap=9", "replay=0.1"], "does not look at the size of a corpus: drop cap"),
    (["sampling.by=ratio", "replay=0.1"], "ratios goes with by = `ratio`, and says for at least one task"),
    (["sampling.ratios.dep=2", "replay=0.1"], "ratios goes with by = `ratio`"),
    (["sampling.ratios.dep=0", "sampling.by=ratio", "replay=0.1"], "must be above 0: .* left out by --tasks"),
    (["sampling.ratios.nought=2", "sampling.by=ratio", "replay=0.1"], "no task `nought`; tasks here: xpos, chunk"),
    (["schedule=grouped", *FREE], "groups goes with schedule `grouped`, and lists the tasks of every step"),
    (["groups=[['xpos']]"], "groups goes with schedule `grouped`"),
    (["groups=[['xpos'], ['xpos']]", "schedule=grouped", *FREE], "every task is in one list"),
    (["groups=[['xpos']]", "schedule=grouped", *FREE], "groups: chunk, dep, relatedness, entailment: in no list"),
    (["schedule=asynchronous", *FREE], "effective_batch goes with schedule `asynchronous`"),
    (["effective_batch=64"], "effective_batch goes with schedule `asynchronous`"),
    (["phase=[{epochs=2}]", "order=random"], "order: with .*phase.* each phase has its own; move it there"),
    (["phase=[{epochs=2}]"], "epochs: with .*phase.* it is the sum of theirs; drop it"),
    (["replay=0.1", "schedule=sampled", *FREE], "mixes all tasks anyway: drop replay, or take `successive`"),
    (["replay=0.1", "sampling.temperature=3"], "`proportional` has no temperature: .* take by = `temperature`"),
    (["optimizer.warmup=0.1"], "warmup needs optimizer.schedule `linear` or `cosine`"),
    (["optimizer.schedule=linear"], "`linear` lets the rate fall to zero: drop decay, or take `epochs`"),
    (["freezing.gradual=true"], "after freezing.epochs, which is 0: set it to 1 or more"),
    (["freezing.epochs=1"], "a `bilstm` has no pretrained encoder to freeze"),
    (["weighting.method=uncertainty", "TASK.weight=2"], "weighs tasks itself, .* drop weight, or take .*: sum, mean"),
    (["TASK.batch_tokens=9"], "batch_tokens takes the place of batch_size: give one of them"),
]


@pytest.mark.parametrize(("keys", "message"), MEANINGLESS)
def test_a_key_that_means_nothing_beside_others_is_refused_with_what_would(keys: list[str], message: str):
    overrides = [f"training.{key}".replace("training.TASK", "task.dep") for key in keys]
    with pytest.raises(ConfigError, match=f"^jmt2017: .*{message}") as caught:
        read_config("jmt2017", overrides=overrides)
    assert len(str(caught.value)) < 250  # the reason, not the whole table


def test_a_task_about_sentences_cannot_read_one_about_pairs():
    extra = 'task.late={kind="tagger", level=6, corpus="ewt", column="upos", reads=["relatedness"]}'
    with pytest.raises(ConfigError, match="`relatedness` is about pairs, `late` about single sentences"):
        read_config("jmt2017", overrides=[extra])


def test_tasks_of_one_level_agree_about_the_encoder_they_share():
    second = "task.upos={kind='tagger', level=2, corpus='ewt', column='upos', reads=[{task='xpos', gradient='stop'}]}"
    with pytest.raises(ConfigError, match="share level 2 and disagree on xpos's gradient"):
        read_config("jmt2017", overrides=[second])
    with pytest.raises(ConfigError, match="must agree on input_dropout"):
        read_config("jmt2017", overrides=["task.chunk.level=1", "task.chunk.reads=[]", *RATES])


def test_a_level_without_any_input_is_refused():
    with pytest.raises(ConfigError, match="level 2 has no input"):
        read_config("jmt2017", overrides=["encoder.shortcut=false", "encoder.vertical=false", "task.chunk.reads=[]"])


@pytest.mark.parametrize(
    ("override", "message"),
    [("training.epochs", "write KEY=VALUE"), ("=3", "write KEY=VALUE"), ("seed.x=3", "`seed` is a value, not a table")],
)
def test_an_override_that_says_nothing_is_refused(override: str, message: str):
    with pytest.raises(ConfigError, match=message):
        read_config("jmt2017", overrides=[override])


def test_an_override_is_toml_or_plain_text():
    config = read_config("jmt2017", overrides=["language=fr", "seed=9", "training.selection.metrics=['dep.las']"])

    assert (config.model.language, config.seed, config.training.selection.metrics) == ("fr", 9, ("dep.las",))


def test_a_file_that_is_not_there_is_met_with_the_packaged_names(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"give the path of a .toml file, or one of bilstm, demo, "):
        read_config("jmt2018")
    with pytest.raises(ConfigError, match="no such configuration"):
        read_config(str(tmp_path / "mine.toml"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(ConfigError, match="this is a folder"):
        read_config(str(tmp_path / "folder.toml"))


def test_broken_toml_is_refused_with_its_line(tmp_path: Path):
    path = tmp_path / "broken.toml"
    path.write_text('language = "en"\nseed = = 1\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="line 2"):
        read_config(str(path))
    path.write_bytes(b"language = \xff")
    with pytest.raises(ConfigError, match="not UTF-8, as TOML is, but most likely Windows-1252"):
        read_config(str(path))
    path.write_bytes('language = "en"\n'.encode("utf-16"))
    with pytest.raises(ConfigError, match="most likely UTF-16LE"):
        read_config(str(path))


def test_without_tasks_there_is_nothing_to_train():
    with pytest.raises(ConfigError, match=r"at least one \[task.NAME\]"):
        build_config({"language": "en"})


@pytest.mark.parametrize(
    ("kept", "levels", "reads"),
    [
        ("xpos,chunk", {"xpos": 1, "chunk": 2}, {"chunk": ["xpos"]}),
        ("relatedness,entailment", {"relatedness": 1, "entailment": 2}, {"entailment": ["relatedness"]}),
        ("dep,relatedness", {"dep": 1, "relatedness": 2}, {}),
        ("dep,entailment", {"dep": 1, "entailment": 2}, {}),
        ("chunk", {"chunk": 1}, {}),
    ],
)
def test_a_subset_closes_up_and_drops_the_reads_of_what_is_gone(kept: str, levels: dict, reads: dict):
    model = read_config("jmt2017", tasks=kept.split(",")).model

    assert {name: task.level for name, task in model.tasks.items()} == levels
    found = {name: [read.task for read in task.reads] for name, task in model.tasks.items() if task.reads}
    assert found == reads


def test_a_subset_selects_by_the_tasks_it_has(tmp_path: Path):
    text = tables(read_config("demo", overrides=["training.selection.metrics=['xpos.accuracy', 'dep.las']"]))
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")

    assert read_config(str(tmp_path / "mine.toml"), tasks=["dep"]).training.selection.metrics == ("dep.las",)


def test_an_unknown_task_of_a_subset_is_met_with_those_there_are():
    with pytest.raises(ConfigError, match="--tasks: no task `ner`; there are xpos, chunk, dep"):
        read_config("jmt2017", tasks=["xpos", "ner"])


NO_READS = [f"task.{task}.reads=[]" for task in ("chunk", "dep", "relatedness", "entailment")]
ABLATIONS: dict[str, tuple[str | None, list[str], list[int]]] = {
    "the whole cascade": (None, [], [16, 36, 36, 36, 36]),
    "without shortcuts": (None, ["encoder.shortcut=false"], [16, 20, 20, 20, 20]),
    "without label embeddings": (None, NO_READS, [16, 32, 32, 32, 32]),
    "without either": (None, ["encoder.shortcut=false", *NO_READS], [16, 16, 16, 16, 16]),
    "without successive regularisation": (
        None,
        [f"training.successive_regularization.{key}=0.0" for key in ("default", "lower_classifiers")],
        [16, 36, 36, 36, 36],
    ),
    "without vertical connections": (None, ["encoder.vertical=false"], [16, 20, 20, 20, 20]),
    "random order": (None, ["training.order=random"], [16, 36, 36, 36, 36]),
    "all three on the third level": (
        "xpos,chunk,dep",
        ["encoder.shortcut=false", *(f"task.{t}.level=3" for t in ("xpos", "chunk", "dep")), *NO_READS[:2]],
        [16, 16, 16],
    ),
    "words only": (None, ["encoder.ngrams=[]"], [8, 28, 28, 28, 28]),
    "AB": ("xpos,chunk", [], [16, 36]),
    "ABC": ("xpos,chunk,dep", [], [16, 36, 36]),
    "DE": ("relatedness,entailment", [], [16, 32]),
    "CD": ("dep,relatedness", [], [16, 32]),
    "CE": ("dep,entailment", [], [16, 32]),
    **{f"single {task}": (task, [], [16]) for task in ("xpos", "chunk", "dep", "relatedness", "entailment")},
    "single+ dep": ("dep", ["task.dep.level=3"], [16, 32, 32]),
    "single+ entailment": ("entailment", ["task.entailment.level=5"], [16, 32, 32, 32, 32]),
    "eisner": ("dep", ["task.dep.tree=eisner"], [16]),
    "adam": (None, ["training.optimizer.kind=adam", "training.optimizer.learning_rate=0.01"], [16, 36, 36, 36, 36]),
    "a stopped edge": (
        "xpos,chunk",
        ["task.chunk.reads=[{task='xpos', gradient='stop'}]"],
        [16, 36],
    ),
    "uncertainty": ("xpos,chunk", ["training.weighting.method=uncertainty"], [16, 36]),
}


def train_once(config: RunConfig) -> tuple[Trainer, list[StepDone]]:
    """Build a model for the tiny examples and make one epoch of steps."""
    train = {name: tiny_examples()[name] for name in config.model.tasks}
    model = build_model(config.model, train, sentences_of(train.values()), seed=config.seed)
    tasks = sorted(config.model.tasks, key=lambda name: config.model.tasks[name].level)
    training = [TrainingTask(name, train[name], batch_size=3, clip_norm=1.0) for name in tasks]
    settings = config.training.model_copy(update={"epochs": 1})
    trainer = Trainer(model, training, settings, seed=config.seed)
    return trainer, [event for event in trainer.events() if isinstance(event, StepDone)]


@pytest.mark.parametrize("name", ABLATIONS)
def test_every_ablation_of_the_paper_is_an_edit_that_trains(name: str):
    tasks, overrides, inputs = ABLATIONS[name]
    small: Sequence[str] = [*SMALL, *overrides]
    config = with_score_ranges(read_config("jmt2017", overrides=small, tasks=tasks.split(",") if tasks else None))
    trainer, steps = train_once(config)

    assert [level.bilstm.forwards.input_size for level in trainer.model.encoder.levels] == inputs
    assert sorted(step.task for step in steps) == sorted(config.model.tasks)
    assert not any(step.skipped for step in steps)
    assert all(torch.isfinite(parameter).all() for parameter in trainer.model.parameters())


def test_a_subset_of_tasks_takes_the_others_out_of_every_key_that_names_tasks():
    free = [f"training.{key}" for key in FREE]
    grouped = [
        "training.schedule=grouped",
        "training.groups=[['xpos', 'dep'], ['chunk'], ['relatedness', 'entailment']]",
    ]
    kept = read_config("jmt2017", overrides=[*free], tasks=["xpos", "chunk"])
    assert list(kept.model.tasks) == ["xpos", "chunk"]
    tables = read_tables("jmt2017")
    for override in [*free, *grouped, "training.subnetwork.dep.rate=2", "training.subnetwork.xpos.rate=3"]:
        apply_override(tables, override)
    config = build_config(keep_tasks(tables, ["xpos", "chunk"]))
    assert config.training.groups == (("xpos",), ("chunk",))
    assert list(config.training.subnetwork) == ["xpos"]

    tables = read_tables("jmt2017")
    for override in [*free, "training.schedule=sampled", "training.sampling={by='ratio', ratios={dep=3.0}}"]:
        apply_override(tables, override)
    assert build_config(keep_tasks(tables, ["xpos", "dep"])).training.sampling.ratios == {"dep": 3.0}
    assert build_config(keep_tasks(tables, ["xpos", "chunk"])).training.sampling.by == "proportional"
