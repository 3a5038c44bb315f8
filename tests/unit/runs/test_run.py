"""From a configuration to a trainer: what each task is told, and what a checkpoint says about its making."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from jmt.errors import ConfigError
from jmt.network.engine import TorchEngine
from jmt.runs.building import build_trainer
from jmt.runs.card import card_of
from jmt.runs.config import RunConfig, read_config
from jmt.runs.options import RunOptions
from jmt.runs.place import clear
from jmt.runs.run import Run
from jmt.runs.splits import with_score_ranges
from jmt.runs.tasks import dev_scorer, training_tasks
from jmt.safety.leftovers import OwnedError, owned_while_used
from jmt.segmentation import RuleSegmenter
from jmt.training.settings.variations import PairVariations
from jmt.training.trainer import Trainer
from tests.assets.tiny_corpus import write_tiny_corpus
from tests.assets.tiny_examples import tiny_examples
from tests.assets.tiny_model import tiny_model


@pytest.fixture
def config(tmp_path: Path) -> RunConfig:
    return with_score_ranges(read_config(str(write_tiny_corpus(tmp_path))))


def splits() -> dict:
    return {name: {"train": examples} for name, examples in tiny_examples().items()}


def test_gradients_are_clipped_at_three_or_the_level(config: RunConfig):
    tasks = training_tasks(config, splits(), tiny_model())

    assert [(task.name, task.clip_norm) for task in tasks] == [
        ("xpos", 1),
        ("chunk", 2),
        ("dep", 3),
        ("relatedness", 3),
        ("entailment", 3),
    ]


def test_a_task_s_own_batch_size_and_clipping_come_first(tmp_path: Path):
    edits = ["task.dep.batch_size=15", "task.dep.clip_norm=0.5", "task.entailment.variations.final_stop=0.25"]
    config = read_config(str(write_tiny_corpus(tmp_path)), overrides=edits)
    tasks = {task.name: task for task in training_tasks(config, splits(), tiny_model())}

    assert (tasks["dep"].batch_size, tasks["dep"].clip_norm) == (15, 0.5)
    assert (tasks["xpos"].batch_size, tasks["chunk"].clip_norm) == (5, 2)
    assert tasks["relatedness"].variations == PairVariations(final_stop=0.5)
    assert tasks["entailment"].variations == PairVariations(final_stop=0.25)


def test_tasks_are_trained_from_the_lowest_level_up_whatever_the_file_s_order(tmp_path: Path):
    path = write_tiny_corpus(tmp_path)
    text = path.read_text(encoding="utf-8")
    first, second = text.index("[task.xpos]"), text.index("[task.chunk]")
    end = text.index("[training]")
    path.write_text(text[:first] + text[second:end] + text[first:second] + text[end:], encoding="utf-8")
    config = with_score_ranges(read_config(str(path)))

    assert list(config.model.tasks)[-1] == "xpos"
    tasks = training_tasks(config, splits(), tiny_model())
    assert [task.name for task in tasks] == ["xpos", "chunk", "dep", "relatedness", "entailment"]


def test_dev_is_scored_from_the_lowest_level_up_in_one_climb_for_tasks_on_the_same_sentences(
    config: RunConfig, monkeypatch: pytest.MonkeyPatch
):
    model, found = tiny_model(), splits()
    for name in ("dep", "entailment", "chunk", "xpos"):  # relatedness has no dev split
        found[name]["dev"] = found[name]["train"]
    alone = [dev_scorer(config, {**splits(), name: found[name]}, model)() for name in found if "dev" in found[name]]
    climbs: list[list[str]] = []
    score = TorchEngine.score

    def counted(engine: TorchEngine, rows: Any, tasks: Any, **options: Any) -> Any:
        climbs.append(list(tasks))
        return score(engine, rows, tasks, **options)

    monkeypatch.setattr(TorchEngine, "score", counted)
    scores = dev_scorer(config, found, model)()

    assert list(scores) == ["xpos", "chunk", "dep", "entailment"]
    assert scores == {name: result for one in alone for name, result in one.items()}
    assert climbs == [["xpos", "chunk", "dep"], ["entailment"]]


def test_the_range_of_scores_comes_from_the_corpus(tmp_path: Path):
    path = str(write_tiny_corpus(tmp_path))

    for edit, expected in (
        ("task.relatedness.corpus=sick", (1, 5)),
        ("task.relatedness.corpus=stsb", (0, 5)),
        ("corpora.pairs.score_range=[0, 3]", (0, 3)),
        ("task.relatedness.score_range=[2, 4]", (2, 4)),
    ):
        config = with_score_ranges(read_config(path, overrides=[edit]))
        assert config.model.tasks["relatedness"].score_range == expected  # type: ignore[attr-defined]


def test_a_corpus_without_a_range_asks_for_one(tmp_path: Path):
    path = write_tiny_corpus(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("score_range = [1, 5]\n", ""), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"task.relatedness.score_range: the corpus does not say; give \[lowest"):
        with_score_ranges(read_config(str(path)))


def test_the_card_names_corpora_licences_releases_and_seed():
    card = card_of(with_score_ranges(read_config("jmt2017")), None)

    assert card["corpora"]["dep"] == "ewt"
    assert set(card["licences"]) == set(card["releases"]) == {"ewt", "conll2000", "sick"}
    assert card["licences"]["ewt"].startswith("CC BY-SA")
    assert card["seed"] == 1
    assert "started_from" not in card


def test_two_processes_do_not_train_in_one_folder(config: RunConfig, tmp_path: Path):
    run = Run(config, RunOptions(tmp_path / "run"), RuleSegmenter("en"))
    with owned_while_used(tmp_path / "run"), pytest.raises(OwnedError, match="another process is writing here"):
        next(run.events())
    assert not (tmp_path / "run" / "last").exists()
    for _ in run.events():
        pass
    kept = (tmp_path / "run" / "log.jsonl").read_bytes()
    (tmp_path / "run" / "log.jsonl").write_bytes(
        kept + b'{"event": "step", "epoch": 9, "step": 99999}\n'
    )  # of the other
    told = RunOptions(tmp_path / "run", resuming=True)
    changed = read_config(str(write_tiny_corpus(tmp_path)), overrides=["training.checkpoint_seconds=7"])
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir() if path.is_file()}
    with owned_while_used(tmp_path / "run"), pytest.raises(OwnedError):
        Run(changed, told, RuleSegmenter("en"))
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir() if path.is_file()} == before
    shutil.rmtree(tmp_path / "run" / "last")
    with owned_while_used(tmp_path / "run"), pytest.raises(OwnedError):
        clear(tmp_path / "run", before)
    assert (tmp_path / "run" / "config.toml").exists()


def test_the_log_of_a_run_that_another_process_began_meanwhile_is_not_cut(
    config: RunConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "run"
    for _ in Run(config, RunOptions(folder), RuleSegmenter("en")).events():
        pass
    log = folder / "log.jsonl"
    log.write_bytes(log.read_bytes() + b'{"event": "step", "epoch": 9, "step": 99999}\n')
    before = log.read_bytes()
    with ExitStack() as other:

        def build(*told: Any) -> Trainer:
            other.enter_context(owned_while_used(folder))
            return build_trainer(*told)

        monkeypatch.setattr("jmt.runs.run.build_trainer", build)
        with pytest.raises(OwnedError):
            Run(config, RunOptions(folder, resuming=True), RuleSegmenter("en"))
    assert log.read_bytes() == before
