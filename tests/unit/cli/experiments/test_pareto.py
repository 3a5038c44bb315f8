"""Runs compared from the command line: a table, files, figures, and what is refused."""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

import pytest

from jmt.cli.main import main
from tests.assets.toy_runs import write_run

METHOD = "training.weighting.method"
KNOWN = {
    "sum": {"xpos": 0.95, "dep": 0.70},
    "pcgrad": {"xpos": 0.90, "dep": 0.80},
    "mgda": {"xpos": 0.89, "dep": 0.79},
    "nash": {"xpos": 0.60, "dep": 0.90},
    "cagrad": {"xpos": 0.9009, "dep": 0.7991},
}
"""On the front: all but mgda, which pcgrad dominates and with it cagrad, its equal within the tolerance."""


@pytest.fixture
def runs(tmp_path: Path) -> list[str]:
    """One run for each method."""
    return [
        str(
            write_run(
                tmp_path / "runs" / method,
                scores,
                edits=[f"{METHOD}={method}"],
                stationarity=[0.5] if method == "mgda" else [],
            )
        )
        for method, scores in KNOWN.items()
    ]


def rows_of(text: str) -> dict[str, list[str]]:
    """The rows of the table by the method they are about."""
    table = text.split("\n\n")[0].splitlines()
    rows = [re.split(r" {2,}", line) for line in table[1:]]
    return {row[1].removeprefix(f"{METHOD}="): row for row in rows}


def test_the_table_tells_the_front_and_who_dominates(runs, capsys):
    assert main(["pareto", *runs]) == 0
    captured = capsys.readouterr()
    rows = rows_of(captured.out)

    assert captured.out.splitlines()[0].split() == (
        "# candidate seeds xpos accuracy dep las stationarity front dominated by".split()
    )
    assert {method: row[-2] for method, row in rows.items()} == {
        "sum": "yes",
        "pcgrad": "yes",
        "mgda": "no",
        "nash": "yes",
        "cagrad": "yes",
    }
    assert rows["mgda"][2:] == ["1", "0.8900", "0.7900", "0.5000", "no", f"{rows['cagrad'][0]}, {rows['pcgrad'][0]}"]
    assert rows["sum"][2:] == ["1", "0.9500", "0.7000", "-", "yes", "-"]
    assert "Where a candidate has one seed the tolerance is 0.002" in captured.out
    assert captured.err == ""
    assert "Stationarity, near the end of training: the length of the shortest weighted mean" in captured.out


def test_stationarity_is_left_out_where_no_run_recorded_it(runs, capsys):
    assert main(["pareto", *(run for run in runs if not run.endswith("mgda"))]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].split() == "# candidate seeds xpos accuracy dep las front dominated by".split()
    assert "tationarity" not in out


def test_the_order_of_the_runs_changes_nothing(runs, tmp_path, capsys):
    outputs = []
    for number in range(4):
        random.Random(number).shuffle(runs)
        assert main(["pareto", *runs, "--output", str(tmp_path / str(number))]) == 0
        files = ["pareto.json", "pareto.md", "pareto.svg", "pareto.png"]
        outputs.append((capsys.readouterr().out, *((tmp_path / str(number) / name).read_bytes() for name in files)))

    assert len(set(outputs)) == 1


def test_a_tolerance_that_swallows_every_difference_leaves_all_on_the_front(runs, capsys):
    assert main(["pareto", *runs, "--tolerance", "0.5"]) == 0
    assert {row[-2] for row in rows_of(capsys.readouterr().out).values()} == {"yes"}


def test_seeds_bring_intervals_that_take_the_place_of_the_tolerance(tmp_path, capsys):
    folders = [
        str(
            write_run(
                tmp_path / method / str(seed),
                {"xpos": base + 0.01 * seed + wobble * (seed == 2), "dep": 0.5},
                seed=seed,
                edits=[f"{METHOD}={method}"],
            )
        )
        for method, base, wobble in (("sum", 0.8, 0.0), ("pcgrad", 0.81, 0.001), ("mgda", 0.81, 0.05))
        for seed in (1, 2, 3)
    ]
    assert main(["pareto", *folders, "--tolerance", "0.5", "--output", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    rows = rows_of(out)

    assert rows["sum"][2:4] == ["3", "0.8200 ± 0.0248"]
    assert rows["sum"][-1] == rows["pcgrad"][0]  # surely better, seed by seed; mgda may be better by chance
    assert "paired by seed" in out
    content = json.loads((tmp_path / "out" / "pareto.json").read_text(encoding="utf-8"))
    assert content["front"] == [f"{METHOD}=mgda", f"{METHOD}=pcgrad"]
    assert {pair["tasks"]["xpos"]["basis"] for pair in content["comparisons"]} == {"paired seeds"}


def test_files_for_programs_and_readers_and_figures(runs, tmp_path, capsys):
    out = tmp_path / "deep" / "out"
    assert main(["pareto", *runs, "--output", str(out)]) == 0
    content = json.loads((out / "pareto.json").read_text(encoding="utf-8"))
    by_name = {candidate["name"]: candidate for candidate in content["candidates"]}
    mgda = by_name[f"{METHOD}=mgda"]

    assert content["tasks"] == {"xpos": "accuracy", "dep": "las"}
    assert (mgda["on_front"], mgda["dominated_by"]) == (False, [f"{METHOD}=cagrad", f"{METHOD}=pcgrad"])
    assert mgda["scores"]["dep"] == {"mean": 0.79, "half": None}
    assert mgda["runs"][0]["folder"].endswith("mgda")
    assert len(content["comparisons"]) == 20
    markdown = (out / "pareto.md").read_text(encoding="utf-8")
    assert f"| {METHOD}=mgda | 1 | 0.8900 | 0.7900 | 0.5000 | no |" in markdown
    assert f"| {METHOD} | cagrad | nash | pcgrad | sum | mgda |" in markdown
    assert (out / "pareto.png").read_bytes().startswith(b"\x89PNG")
    drawn = (out / "pareto.svg").read_text(encoding="utf-8")
    for shown in (*KNOWN, "xpos", "accuracy", "dep", "las", "#0072B2".lower()):
        assert shown in drawn
    assert "matplotlib.pyplot" not in sys.modules


def test_without_matplotlib_all_but_the_figures_is_written(runs, tmp_path, capsys, monkeypatch):
    for module in [name for name in sys.modules if name.startswith(("matplotlib", "jmt.experiments.figures"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.delitem(sys.modules, "jmt.experiments.pareto.figure", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["pareto", *runs, "--output", str(tmp_path / "out")]) == 0

    captured = capsys.readouterr()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["pareto.json", "pareto.md"]
    assert captured.err.startswith("no figures were drawn")
    assert captured.err.count("\n") == 1
    assert rows_of(captured.out).keys() == KNOWN.keys()


def test_a_run_that_has_not_ended_is_compared_and_said_to_be(runs, tmp_path, capsys):
    early = write_run(tmp_path / "early", KNOWN["sum"], edits=["training.batch_size=3"], epochs=30)
    assert main(["pareto", runs[0], str(early)]) == 0
    captured = capsys.readouterr()

    assert captured.err == f"{early}: compared as it was after epoch 2 of 30\n"
    assert "The candidates differ in more than their names say: " in captured.out


def test_an_empty_front_is_explained(tmp_path, capsys):
    circle = {"a": (0.2, 0.1, 0.0), "b": (0.0, 0.2, 0.1), "c": (0.1, 0.0, 0.2)}
    folders = [
        str(write_run(tmp_path / name, dict(zip(("xpos", "chunk", "dep"), scores, strict=True))))
        for name, scores in circle.items()
    ]
    assert main(["pareto", *folders, "--tolerance", "0.15", "--output", str(tmp_path / "out")]) == 0
    assert "Nothing is on the front" in capsys.readouterr().out


def test_what_cannot_be_compared_is_refused_before_anything_is_written(runs, tmp_path, capsys):
    another_seed = str(write_run(tmp_path / "seed2", KNOWN["sum"], seed=2))
    other_tasks = str(write_run(tmp_path / "other", {"xpos": 0.9}))
    empty = write_run(tmp_path / "empty", KNOWN["sum"])
    (empty / "log.jsonl").write_text("", encoding="utf-8")
    bare = tmp_path / "bare"
    bare.mkdir()
    for words, message in (
        ([runs[0]], "are one candidate; name runs that differ in more than the seed"),
        ([runs[0], another_seed], "are one candidate; name runs that differ in more than the seed"),
        ([runs[0], runs[0]], "this run is named twice"),
        ([runs[0], other_tasks], f"{other_tasks}: xpos (accuracy)"),
        ([runs[0], str(empty)], "no epoch was evaluated on dev yet"),
        ([runs[0], str(bare)], "this is no folder of a run: it has no config.toml"),
        ([runs[0], "nowhere"], "nowhere: there is no such folder"),
    ):
        assert main(["pareto", *words, "--output", str(tmp_path / "out")]) == 2
        captured = capsys.readouterr()
        assert message in captured.err
        assert captured.err.count("jmt: error: ") == 1
        assert captured.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["-0.1", "nan", "inf", "much"])
def test_a_tolerance_is_a_number_from_zero_upwards(text, capsys):
    with pytest.raises(SystemExit) as left:
        main(["pareto", "a", "b", f"--tolerance={text}"])
    assert left.value.code == 2
    assert "a number from 0 upwards is needed" in capsys.readouterr().err
