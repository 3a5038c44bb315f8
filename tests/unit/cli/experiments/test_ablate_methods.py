"""Methods compared from the command line: a grid for each, the best rate for every seed, tables from what runs left."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from jmt.cli.main import main
from jmt.evaluation.metrics import METRICS
from jmt.experiments.cell_records import read_counts
from jmt.experiments.methods.references import draw_weights
from jmt.runs.config import read_tables
from jmt.training.listeners.log_reading import read_events
from tests.assets.tiny_corpus import write_tiny_corpus

MAIN = {"xpos": "accuracy", "dep": "las"}
METHODS_HERE = ("sum", "random")


def command_in(folder: Path) -> list[str]:
    """Two tasks and two methods, so that the many runs of a comparison take seconds."""
    config = write_tiny_corpus(folder)
    told = f"--output {folder / 'out'} --tasks {','.join(MAIN)} --set training.epochs=1 --seeds 1,2"
    references = "--static 0 --no-single"
    grid = "--widen 0 --rates 0.5,1"
    return f"ablate {config} {told} {references} --methods {','.join(METHODS_HERE)} {grid}".split()


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison that has ended; not to be written to."""
    folder = tmp_path_factory.mktemp("methods")
    assert main(command_in(folder)) == 0
    return folder


@pytest.fixture
def command(compared: Path, tmp_path: Path) -> list[str]:
    """The same comparison, in a copy of its own."""
    shutil.copytree(compared / "out", tmp_path / "out")
    return [argument.replace(str(compared / "out"), str(tmp_path / "out")) for argument in command_in(compared)]


def results_in(folder: Path) -> dict:
    return json.loads((folder / "out" / "ablation.json").read_text(encoding="utf-8"))


def test_every_method_has_its_grid_and_its_best_rate_with_every_seed(compared: Path):
    out = compared / "out"
    grid = {str(path.parent.relative_to(out)) for path in out.glob("tuning/*/*/log.jsonl")}
    assert grid == {f"tuning/{m}-x{rate}/0" for m in METHODS_HERE for rate in ("0.5", "1")}

    content = results_in(compared)
    best = {method: choice["best"] for method, choice in content["tuning"].items()}
    runs = {str(path.parent.relative_to(out)) for path in out.glob("*/[12]/log.jsonl")}
    assert runs == {f"{method}-x{rate:g}/{seed}" for method, rate in best.items() for seed in (1, 2)}
    assert {method: sorted(seeds) for method, seeds in content["results"].items()} == {
        m: ["1", "2"] for m in METHODS_HERE
    }
    assert len(content["effects"]) == len(MAIN)
    assert (content["verdicts"], content["left_out"]) == ([], ["xpos accuracy", "dep las"])  # words alone tell more
    assert "Not judged" in (out / "ablation.md").read_text(encoding="utf-8")
    assert len(set(content["examples_per_run"].values())) == 1  # equal budgets
    assert all(seconds > 0 for seconds in content["seconds_per_step"].values())
    for run in [*out.glob("*/[12]"), *out.glob("tuning/*/0")]:
        origin = json.loads((run / "origin.json").read_text(encoding="utf-8"))
        assert set(origin["versions"]) == {"python", "jmt", "torch"}
        (files,) = origin["corpora"].values()  # both tasks are on one treebank
        train = next(compared.glob(files["train"]["file"]))
        assert files["train"]["sha256"] == hashlib.sha256(train.read_bytes()).hexdigest()
        assert set(files) == {"train", "dev"}
    assert not list(out.glob("*/*/last")) + list(out.glob("tuning/*/*/last"))
    assert {path.name for path in out.glob("ablation.*")} >= {"ablation.md", "ablation.json", "ablation.png"}
    assert not (out / "verdicts.svg").exists()


def test_the_counts_that_a_run_keeps_are_those_of_its_scores(compared: Path):
    scores = results_in(compared)["results"]["random"]["1"]
    (folder,) = (compared / "out").glob("random-x*/1")
    found = read_counts(folder)

    assert set(found) == set(MAIN)
    for task, counts in found.items():
        computed = METRICS[counts.metric]().scores(counts.rows.sum(0))
        assert float(computed[MAIN[task]]) == pytest.approx(scores[task][MAIN[task]], abs=1e-9)


def test_a_second_call_trains_nothing_and_makes_the_same_tables_from_the_runs(command, compared, tmp_path, capsys):
    for path in (tmp_path / "out").glob("ablation.*"):
        path.unlink()
    assert main(command) == 0
    told = capsys.readouterr()

    assert "run 1 of" not in told.err
    for name in ("ablation.md", "ablation.json", "ablation.svg"):
        assert (tmp_path / "out" / name).read_bytes() == (compared / "out" / name).read_bytes()
    assert told.out == (tmp_path / "out" / "ablation.md").read_text(encoding="utf-8")
    assert "training.schedule was `successive` and is `joint` here" in told.err
    assert "training.schedule was `successive` and is `joint` here" in told.out


def test_what_is_missing_is_trained_again_and_comes_to_the_same(command, compared, tmp_path, capsys):
    out = tmp_path / "out"
    shutil.rmtree(out / "tuning" / "random-x0.5")  # stopped within the grid
    (lost,) = out.glob("random-x*/2")  # and with a run that was killed before its first step
    for path in sorted(lost.rglob("*"), reverse=True):
        if path.name != "config.toml":
            path.unlink() if path.is_file() else path.rmdir()
    assert main(command) == 0

    told = capsys.readouterr().err
    assert told.count("epoch 1/1  dev:") == 2
    assert told.index("choosing rates, 1 to go") < told.index("run 1 of 1") < told.index("comparing: 4 runs")
    found, whole = results_in(tmp_path), results_in(compared)
    for key in ("results", "tuning", "effects", "verdicts", "delta_m_percent", "examples_per_run"):
        assert found[key] == whole[key]


def test_runs_of_another_configuration_are_not_taken_for_these(command, tmp_path, capsys):
    assert main([*command, "--set", "training.share=0.5"]) == 2
    told = capsys.readouterr().err
    assert "this run was begun with another configuration: training.share = 0.5 (was 1.0)" in told
    assert main([*command, "--set", "training.threads=2"]) == 0  # what does not change the result may change


def test_a_rate_that_diverges_is_told_and_not_taken(tmp_path, capsys):
    command = command_in(tmp_path)
    command[-1] = "1,1e30"
    command += ["--methods", "sum", "--seeds", "1", "--set", "training.epochs=2"]
    assert main(command) == 0

    told = capsys.readouterr()
    assert "diverged, and counts as having no score" in told.err
    assert "| diverged | 0.5 (edge) |" in told.out
    content = results_in(tmp_path)
    assert {m: (of["best"], of["diverged"]) for m, of in content["tuning"].items()} == {
        "sum": (1.0, [1e30]), "random": (1.0, [1e30])
    }  # fmt: skip
    assert all(effect["verdict"] == "open" for effect in content["effects"])  # one seed proves nothing


def test_what_cannot_be_compared_is_refused(tmp_path, capsys):
    command = command_in(tmp_path)
    plain = command[: command.index("--static")]
    for given, message in (
        ([*command, "--methods", "sum,gradnrom"], "--methods: no `gradnrom`; did you mean `gradnorm`?"),
        ([*command, "--rates", "1,0"], "--rates 1,0: different numbers above 0"),
        ([*command, "--tuning-seed", "2"], "--tuning-seed 2: it is among --seeds"),
        ([*command, "--paper"], "not allowed with argument"),
        ([*command, "--static", "-1"], "--static -1: a number from 0 upwards is needed"),
        ([*command, "--widen", "-1"], "--widen -1: a number from 0 upwards is needed"),
        ([*command, "--own-rates", "x"], "--own-rates x: different numbers above 0"),
        ([*command, "--margin", "0"], "--margin 0: points above 0 are needed"),
        ([*plain, "--widen", "1"], "--widen: it is of --methods alone"),
        ([*plain, "--own-rates", "1"], "--own-rates: it is of --methods alone"),
        ([*plain, "--paper", "withuot-labels"], "--paper: no `withuot-labels`; there are all, without-shortcut"),
        ([*plain, "--rates", "1,2"], "--rates: it is of --methods alone"),
        ([*plain, "--paper", "--tuning-seed", "7"], "--tuning-seed: it is of --methods alone"),
        ([*plain, "--no-single"], "--single: it is of --methods alone"),
        ([*plain, "--static", "2"], "--static: it is of --methods alone"),
    ):
        try:
            code = main(given)
        except SystemExit as usage:
            code = usage.code
        assert code == 2
        assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_references_stand_beside_the_methods_and_are_trained_as_they_are(tmp_path, capsys):
    command = command_in(tmp_path)
    before = command.index("--static")
    command = [*command[:before], "--methods", "sum", "--static", "2", "--rates", "1", "--seeds", "3"]
    assert main(command) == 0

    told, out = capsys.readouterr().out, tmp_path / "out"
    runs = {path.parent.parent.name: path.parent for path in out.glob("*-x1/3/log.jsonl")}
    references = {"static-1-x1", "static-2-x1", "single-xpos-x1", "single-dep-x1"}
    assert set(runs) == {"sum-x1", "random-x1", *references}
    steps = {name: read_events(folder / "log.jsonl")[-1]["step"] for name, folder in runs.items()}
    assert len(set(steps.values())) == 1  # as many updates of a task alone as beside the other

    content = results_in(tmp_path)
    assert set(content["results"]) == {"sum", "random", "static-1", "static-2", "single"}
    assert set(content["results"]["single"]["3"]) == set(MAIN)
    assert {effect["method"] for effect in content["effects"]} == {"random"}  # references are no hypotheses
    for name, drawn in content["static_weights"].items():
        weights = {
            task: table["weight"]
            for task, table in read_tables(str(runs[f"{name}-x1"] / "config.toml"))["task"].items()
        }
        assert weights == drawn == draw_weights(list(MAIN), int(name[-1]))
        diagnosed = [
            of["diagnosis"]["task_weights"]
            for of in read_events(runs[f"{name}-x1"] / "log.jsonl")
            if of["event"] == "step"
        ]
        assert all(found == dict.fromkeys(MAIN, 1.0) for found in diagnosed)

    scores = {name: of["3"] for name, of in content["results"].items()}
    changes = [scores["sum"][task][metric] / scores["single"][task][metric] - 1 for task, metric in MAIN.items()]
    assert content["delta_m_percent"]["single"]["sum"]["mean"] == pytest.approx(100 * sum(changes) / 2)
    assert set(content["delta_m_percent"]["sum"]) == {"random", "static-1", "static-2"}
    assert set(content["dominated_by"]) == set(content["results"])
    for heading in ("## Random static weights", "## Pareto front", "over single tasks %"):
        assert heading in told
