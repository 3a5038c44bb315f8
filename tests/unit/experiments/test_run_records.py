"""Runs read from their folders, grouped by configuration and named by what sets them apart."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest

from jmt.errors import ConfigError, InputError
from jmt.experiments.pareto.candidates import build_candidates
from jmt.experiments.run_records import read_runs, shared_columns, stationarity_of
from tests.assets.toy_runs import MAIN, write_run

SCORES = {"xpos": 0.9, "chunk": 0.8, "dep": 0.7, "relatedness": 0.6, "entailment": 0.5}
METHOD = "training.weighting.method"


def names_of(folders: list[Path]) -> list[str]:
    return [candidate.name for candidate in build_candidates(read_runs(folders))]


def test_a_run_is_its_scores_at_the_last_evaluated_epoch(tmp_path: Path):
    (record,) = read_runs([write_run(tmp_path / "run", SCORES, seed=7, epochs=3)])

    assert (record.seed, record.epoch, record.epochs) == (7, 2, 3)  # epoch 3 was not evaluated
    assert {task: metrics[MAIN[task]] for task, metrics in record.scores.items()} == SCORES
    assert shared_columns([record]) == list(MAIN.items())
    assert "seed" not in record.keys


def test_without_its_main_metric_a_task_is_compared_by_one_that_it_has(tmp_path: Path):
    metrics = {**MAIN, "relatedness": "mse", "chunk": "accuracy"}
    (record,) = read_runs([write_run(tmp_path / "run", SCORES, metrics=metrics)])

    assert dict(shared_columns([record])) == metrics


def test_stationarity_is_the_mean_of_the_last_tenth_of_the_steps_that_have_it(tmp_path: Path):
    values = [0.9] * 18 + [None] * 4 + [0.2, 0.4]
    (record,) = read_runs([write_run(tmp_path / "run", SCORES, stationarity=values)])
    assert record.stationarity == pytest.approx(0.3)

    steps = [{"event": "step"}, {"event": "step", "diagnosis": {"stationarity": float("nan")}}, {"event": "pass"}]
    assert stationarity_of(steps) is None
    assert stationarity_of([*steps, {"event": "step", "diagnosis": {"stationarity": 0.0}}]) == 0.0


def test_runs_that_differ_in_the_seed_alone_are_one_candidate_whatever_their_order(tmp_path: Path):
    folders = [
        write_run(
            tmp_path / method / str(seed), SCORES, seed=seed, edits=[f"{METHOD}={method}"], stationarity=[0.1 * seed]
        )
        for method in ("sum", "pcgrad")
        for seed in (1, 2)
    ]
    for order in permutations(folders):
        candidates = build_candidates(read_runs(list(order)))
        assert [(candidate.name, list(candidate.seeds)) for candidate in candidates] == [
            (f"{METHOD}=pcgrad", [1, 2]),
            (f"{METHOD}=sum", [1, 2]),
        ]
        assert candidates[0].label == "pcgrad"
        assert candidates[0].stationarity == pytest.approx(0.15)


def test_a_key_that_was_not_there_yet_is_what_it_is_by_default(tmp_path: Path):
    """A run from before a key existed and one that spells out its neutral value are one candidate."""
    old = write_run(tmp_path / "old", SCORES, seed=1)
    new = write_run(tmp_path / "new", SCORES, seed=2, edits=["training.accumulate=1"])
    other = write_run(tmp_path / "other", SCORES, edits=["training.accumulate=2"])

    assert names_of([old, new, other]) == ["training.accumulate=1", "training.accumulate=2"]
    broken = write_run(tmp_path / "broken", SCORES, edits=["training.forgotten_key=3"])
    assert names_of([old, broken]) == ["training.forgotten_key=3", "training.forgotten_key=unset"]


def test_names_have_the_fewest_keys_that_tell_apart_and_numbers_are_in_order(tmp_path: Path):
    edits = {
        "a": ["training.batch_size=2", "training.share=0.1", f"{METHOD}=sum"],
        "b": ["training.batch_size=10", "training.share=0.1", f"{METHOD}=sum"],
        "c": ["training.batch_size=2", "training.share=0.2", f"{METHOD}=pcgrad"],
        "d": ["training.batch_size=10", "training.share=0.2", f"{METHOD}=pcgrad"],
    }
    folders = [write_run(tmp_path / name, SCORES, edits=edit) for name, edit in edits.items()]
    candidates = build_candidates(read_runs(folders))

    assert [(candidate.runs[0].folder.name, candidate.label) for candidate in candidates] == [
        ("c", "pcgrad, 2"),
        ("d", "pcgrad, 10"),
        ("a", "sum, 2"),
        ("b", "sum, 10"),
    ]  # a method's name says more than the share that goes with it
    assert candidates[0].name == f"{METHOD}=pcgrad, training.batch_size=2"
    assert candidates[0].differences.keys() == {"training.batch_size", "training.share", METHOD}


def test_runs_that_no_key_tells_apart_are_named_by_their_folders(tmp_path: Path):
    same = [write_run(tmp_path / name, SCORES) for name in ("fresh", "continued")]
    assert names_of(same) == ["continued", "fresh"]

    other = write_run(tmp_path / "other", SCORES, edits=[f"{METHOD}=pcgrad"])
    assert names_of([*same, other]) == [f"{METHOD}=pcgrad", f"{METHOD}=sum, continued", f"{METHOD}=sum, fresh"]

    apart = [write_run(tmp_path / name / "1", SCORES) for name in ("left", "right")]
    assert names_of(apart) == [str(folder) for folder in apart]


def test_runs_with_different_tasks_are_refused_with_the_tasks_of_each(tmp_path: Path):
    all_tasks = write_run(tmp_path / "all", SCORES)
    tags = write_run(tmp_path / "tags", {"xpos": 0.9})
    with pytest.raises(ConfigError) as refused:
        shared_columns(read_runs([all_tasks, tags]))

    every = "chunk (f1), dep (las), entailment (accuracy), relatedness (pearson), xpos (accuracy)"
    assert f"{all_tasks}: {every}" in str(refused.value)
    assert f"{tags}: xpos (accuracy)" in str(refused.value)


def test_scores_that_are_no_numbers_or_of_other_dev_data_are_refused(tmp_path: Path):
    good = write_run(tmp_path / "good", SCORES)
    broken = write_run(tmp_path / "broken", {**SCORES, "dep": float("nan")})
    with pytest.raises(InputError, match=r"broken/log\.jsonl:2: damaged: .* dep las is nan, .* Leave this run out"):
        shared_columns(read_runs([good, broken]))

    other = write_run(tmp_path / "other", SCORES)
    log = other / "log.jsonl"
    log.write_text(log.read_text(encoding="utf-8").replace('"count": 100', '"count": 90', 6), encoding="utf-8")
    with pytest.raises(ConfigError, match="xpos was scored on different dev data"):
        shared_columns(read_runs([good, other]))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("task = 3", "task.xpos.kind is missing, where one of tagger, "),
        ('task.xpos.kind = "foo"', "task.xpos.kind is 'foo', where one of tagger, "),
        ('seed = "x"\ntask.xpos.kind = "tagger"', "seed is 'x', where a whole number is needed"),
        ('training.epochs = [1]\ntask.xpos.kind = "tagger"', "training.epochs is [1], where a whole number is needed"),
        ('task.xpos.kind = "tagger"\ntask.xpos.level = "x"', "task.xpos.level is 'x', where a whole number is needed"),
    ],
)
def test_a_configuration_that_does_not_say_what_is_compared_is_refused(text: str, message: str, tmp_path: Path):
    good, broken = (write_run(tmp_path / name, {"xpos": 0.9}) for name in ("good", "broken"))
    (broken / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        shared_columns(read_runs([good, broken]))
    assert str(refused.value).startswith(f"{broken / 'config.toml'}: damaged: {message}")
    assert str(refused.value).endswith(": leave this run out")


def test_what_is_no_run_is_refused(tmp_path: Path):
    run = write_run(tmp_path / "runs" / "1", SCORES)
    for folder, message in (
        (tmp_path / "nothing", "there is no such folder"),
        (run / "log.jsonl", "there is no such folder"),
        (tmp_path, f"it has no config.toml; there are runs in it, such as {run}"),
    ):
        with pytest.raises(ConfigError) as refused:
            read_runs([run, folder])
        assert str(refused.value).startswith(f"{folder}: ")
        assert message in str(refused.value)
    with pytest.raises(ConfigError, match="this run is named twice"):
        build_candidates(read_runs([run, tmp_path / "runs" / ".." / "runs" / "1"]))


def test_a_line_that_was_cut_off_at_the_end_is_forgiven_and_one_before_is_not(tmp_path: Path):
    run = write_run(tmp_path / "run", SCORES)
    log = run / "log.jsonl"
    whole = log.read_text(encoding="utf-8")
    log.write_text(whole + '{"event": "epo', encoding="utf-8")
    assert read_runs([run])[0].epoch == 2

    for line in ('{"event": "epo', "[]", '{"step": 1}'):
        log.write_text(f"{line}\n{whole}", encoding="utf-8")
        with pytest.raises(InputError, match=r"log\.jsonl:1: damaged: not an event of a run's log"):
            read_runs([run])
    for text in ("", json.dumps({"event": "epoch", "epoch": 1, "step": 3, "metrics": {}, "time": 1.0}) + "\n"):
        log.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError, match="no epoch was evaluated on dev yet"):
            read_runs([run])
