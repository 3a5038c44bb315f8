"""Which task helps which: what is trained, with equal updates of every main task, and what counts as a gain."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from scipy import stats

from benchmarks.planted_relations import write_planted
from jmt.errors import ConfigError, InputError
from jmt.experiments.relations.gains import measured_gains, plan_relations, read_outcome
from jmt.experiments.relations.step_log import StepLog
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from jmt.training.schedules import build_schedule
from tests.assets.tiny_corpus import write_tiny_corpus
from tests.assets.toy_relations import cells_of, outcome

TASKS = ("xpos", "chunk", "dep", "relatedness", "entailment")


def test_every_task_is_trained_alone_and_with_every_other_one_and_all_together_once(tmp_path: Path):
    cells = cells_of(tmp_path, [3, 1])

    assert Counter(cell.kind for cell in cells.values()) == {"all": 1, "single": 2 * 5, "pair": 2 * 10}
    assert ("all", 3) in cells
    config = read_config(str(tmp_path / "tiny.toml"))
    for cell in cells.values():
        model, training = cell.config.model, cell.config.training
        assert cell.config.seed == cell.seed
        assert cell.folder == tmp_path / "out" / cell.variant / str(cell.seed)
        assert training.schedule == ("joint" if cell.kind == "all" else "sampled")
        assert (training.weighting.method, training.epochs, training.evaluate_every) == ("sum", 2, 2)
        assert training.optimizer == config.training.optimizer
        for name, task in model.tasks.items():
            assert task.level == config.model.tasks[name].level
            assert {read.task for read in task.reads} == (
                {read.task for read in config.model.tasks[name].reads} & set(model.tasks)
            )
    assert list(cells["pair-chunk-relatedness", 1].config.model.tasks) == ["chunk", "relatedness"]


def test_what_would_make_updates_unequal_is_not_taken_from_the_configuration(tmp_path: Path):
    edits = [
        *("training.schedule=sampled", "training.sampling.by=ratio", "training.sampling.ratios.dep=7"),
        *("training.weighting.method=uncertainty", "training.selection.metrics=['dep.las']"),
    ]
    for cell in plan_relations(str(write_tiny_corpus(tmp_path)), [1], tmp_path / "out", overrides=edits):
        training = cell.config.training
        assert (training.sampling.by, training.weighting.method) == ("proportional", "sum")
        assert training.selection.metrics == ()


def test_an_epoch_of_a_pair_has_every_batch_of_both_corpora_once(tmp_path: Path):
    training = cells_of(tmp_path, [1])["pair-dep-relatedness", 1].config.training
    for batches in ({"dep": 1, "relatedness": 997}, {"dep": 333, "relatedness": 77}, {"dep": 49, "relatedness": 50}):
        schedule = build_schedule(training, {task: [task] for task in batches}, seed=1)
        for epoch in (1, 2):
            steps = schedule.steps(epoch, batches, {})
            assert Counter(group for step in steps for group in step.groups) == batches


def test_a_gain_is_paired_by_seed_and_serves_both_tasks_of_a_pair(tmp_path: Path):
    cells = cells_of(tmp_path, [1, 2, 3])
    single, pair = [0.80, 0.84, 0.88], [0.811, 0.850, 0.889]
    runs = [
        run
        for seed, before, after in zip((1, 2, 3), single, pair, strict=True)
        for run in (
            outcome(cells["single-xpos", seed], {"xpos": before}),
            outcome(cells["single-dep", seed], {"dep": 0.5}),
            outcome(cells["pair-xpos-dep", seed], {"xpos": after, "dep": 0.25}),
        )
    ]
    found = measured_gains(runs)
    expected = stats.ttest_rel(pair, single).confidence_interval(0.95)
    mean, half = found["xpos", "dep"].interval

    assert found.keys() == {("xpos", "dep"), ("dep", "xpos")}
    assert (mean - half, mean + half) == pytest.approx(tuple(expected))
    assert found["dep", "xpos"].by_seed == {1: -0.25, 2: -0.25, 3: -0.25}
    assert found["dep", "xpos"].metric == "las"
    assert not found["dep", "xpos"].interval.holds_zero


def test_an_error_that_falls_is_a_gain(tmp_path: Path):
    cells = cells_of(tmp_path, [1])
    metrics = {"relatedness": "mse", "xpos": "accuracy"}
    runs = [
        outcome(cells["single-relatedness", 1], {"relatedness": 0.75}, metrics=metrics),
        outcome(cells["single-xpos", 1], {"xpos": 0.75}, metrics=metrics),
        outcome(cells["pair-xpos-relatedness", 1], {"xpos": 0.5, "relatedness": 0.5}, metrics=metrics),
    ]
    found = measured_gains(runs)

    assert found["relatedness", "xpos"].by_seed == {1: 0.25}
    assert found["xpos", "relatedness"].by_seed == {1: -0.25}


def test_a_copy_that_helps_is_ranked_above_a_task_that_does_not(tmp_path: Path):
    cells = cells_of(tmp_path, [1, 2])
    runs = [outcome(cells["single-xpos", seed], {"xpos": 0.6}) for seed in (1, 2)]
    for helper, score in (("chunk", 0.7), ("dep", 0.55)):
        runs += [outcome(cells[f"pair-xpos-{helper}", seed], {"xpos": score, helper: 0.5}) for seed in (1, 2)]
    found = measured_gains(runs)

    assert found.keys() == {("xpos", "chunk"), ("xpos", "dep")}  # the helpers have no run of their own
    assert found["xpos", "chunk"].interval.mean > 0 > found["xpos", "dep"].interval.mean


def test_updates_are_counted_and_those_that_are_not_equal_are_known(tmp_path: Path):
    cells = cells_of(tmp_path, [1])
    runs = [
        outcome(cells["single-xpos", 1], {"xpos": 0.6}, updates=8),
        outcome(cells["single-chunk", 1], {"chunk": 0.6}, updates=7),
        outcome(cells["pair-xpos-chunk", 1], {"xpos": 0.6, "chunk": 0.6}, updates=7),
    ]
    found = measured_gains(runs)

    assert found["xpos", "chunk"].unequal == {1: (8, 7)}
    assert found["chunk", "xpos"].unequal == {}


def test_a_log_tells_scores_updates_losses_and_estimates_once_its_run_has_ended(tmp_path: Path):
    cell = cells_of(tmp_path, [1])["pair-xpos-dep", 1]
    assert read_outcome(cell) is None
    lines = [
        {"event": "step", "epoch": 1, "step": 1, "task": "xpos+dep", "loss": 3.0, "skipped": False},
        {"event": "step", "epoch": 1, "step": 2, "task": "dep", "loss": 2.0, "skipped": False},
        {"event": "step", "epoch": 1, "step": 3, "task": "dep", "loss": 9.0, "skipped": True},
        {"event": "affinity", "epoch": 1, "step": 2, "affinity": {"dep": {"xpos": 0.1}}},
        {"event": "epoch", "epoch": 1, "step": 3, "metrics": {}},
        {
            **{"event": "step", "epoch": 2, "step": 4, "task": "dep", "loss": 1.0, "skipped": False},
            "diagnosis": {"cosines": {"a/b": 1}},
        },
    ]
    cell.folder.mkdir(parents=True)
    log = cell.folder / "log.jsonl"
    log.write_text("".join(json.dumps({**line, "time": 1.0}) + "\n" for line in lines), encoding="utf-8")
    assert read_outcome(cell) is None

    scores = {"xpos": {"accuracy": 0.5}, "dep": {"las": 0.25}}
    with log.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"event": "epoch", "epoch": 2, "step": 4, "metrics": scores, "time": 2.0}) + "\n")
    found = read_outcome(cell)
    assert (found.scores, found.updates, found.losses) == (scores, {"xpos": 1, "dep": 3}, [3.0, 2.0, 1.0])
    assert (found.cosines, found.affinities) == ([{"a/b": 1}], [{"dep": {"xpos": 0.1}}])


@pytest.mark.parametrize("scores", [{}, {"dep": {"las": 0.25}}, {"xpos": {}, "dep": {"las": 0.25}}])
def test_a_run_whose_last_epoch_lacks_a_task_is_refused_with_what_to_do(tmp_path: Path, scores: dict):
    cell = cells_of(tmp_path, [1])["pair-xpos-dep", 1]
    cell.folder.mkdir(parents=True)
    line = {"event": "epoch", "epoch": 2, "step": 4, "metrics": scores, "time": 2.0}
    (cell.folder / "log.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"log\.jsonl: damaged: xpos has no scores after the last epoch\. Delete "):
        read_outcome(cell)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ("training.selection.patience=3", "all go to their last epoch"),
        ("sharing.level1.kind=soft", "sharing: a task by itself has nothing to share"),
        ("task.dep.role=aux", "task.dep.role = 'aux': here every task is main task and helper in turn"),
    ],
)
def test_what_cannot_be_compared_is_refused(tmp_path: Path, edit: str, message: str):
    with pytest.raises(ConfigError, match=message):
        plan_relations(str(write_tiny_corpus(tmp_path)), [1], tmp_path / "out", overrides=[edit])


def test_one_task_has_no_relations(tmp_path: Path):
    path = write_tiny_corpus(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("[task.chunk]")] + text[text.index("[training]") :], encoding="utf-8")
    with pytest.raises(ConfigError, match="relations are between tasks, and this configuration has xpos alone"):
        plan_relations(str(path), [1], tmp_path / "out")


def test_of_trained_tasks_a_copy_with_more_data_is_ranked_above_one_without_meaning_and_loses_nothing(tmp_path: Path):
    """The short form; that over two seeds is `slow`."""
    config, segmenter = str(write_planted(tmp_path)), RuleSegmenter("en")
    needed = {"single-few", "single-copy", "pair-few-copy", "pair-few-chance"}
    cells = [
        cell
        for cell in plan_relations(config, [1], tmp_path / "out", overrides=["training.epochs=6"])
        if cell.variant in needed
    ]
    for cell in cells:
        run = Run(cell.config, RunOptions(cell.folder), segmenter)
        run.log_by(StepLog(run.log.path))
        list(run.events())
    found = {pair: gain.by_seed[1] for pair, gain in measured_gains([read_outcome(cell) for cell in cells]).items()}

    assert found.keys() == {("few", "copy"), ("copy", "few"), ("few", "chance")}
    assert found["few", "copy"] > max(0.0, found["few", "chance"]) + 0.05
    assert found["copy", "few"] >= 0
