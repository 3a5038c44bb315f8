"""The learning rate of a grid is the one whose tasks rank best, from scores and from the logs of runs."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from jmt.errors import ConfigError
from jmt.experiments.ablation import Cell
from jmt.experiments.cell_records import write_divergence
from jmt.experiments.methods.report import read_report, report_json, report_markdown
from jmt.experiments.methods.runs import MethodRuns, plan_methods
from jmt.experiments.methods.tuning import Tuned, beyond, ranked, read_rates, tune
from jmt.experiments.methods.writing import write_methods
from tests.assets.tiny_corpus import write_tiny_corpus

MAIN = {"xpos": "accuracy", "chunk": "f1", "dep": "las", "relatedness": "pearson", "entailment": "accuracy"}


def write_log(cell: Cell, scores: dict[str, float]) -> None:
    metrics = {task: {MAIN[task]: value, "uas": 1.0, "count": 9} for task, value in scores.items()}
    cell.folder.mkdir(parents=True)
    event = {"event": "epoch", "epoch": cell.config.training.epochs, "step": 8, "metrics": metrics, "time": 1.0}
    (cell.folder / "log.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")


@pytest.fixture
def runs(tmp_path: Path) -> MethodRuns:
    config = write_tiny_corpus(tmp_path / "corpus")
    return plan_methods(str(config), ["mgda"], [1, 2], tmp_path / "out", rates=[2, 0.5, 1], tuning_seed=0)


def test_ranks_are_shared_by_equals_and_what_is_no_number_is_last():
    assert ranked([0.5, 0.9, 0.7]) == [3, 1, 2]
    assert ranked([0.5, 0.5, 0.7]) == [2.5, 2.5, 1]
    assert ranked([math.nan, 0.1, -math.inf]) == [2.5, 1, 2.5]


def test_one_task_with_a_large_difference_does_not_outvote_the_others():
    small = {"xpos": 0.91, "chunk": 0.81, "relatedness": 0.20}
    large = {"xpos": 0.90, "chunk": 0.80, "relatedness": 0.70}
    found = tune({0.5: large, 1.0: small})

    assert found.best == 1.0
    assert found.ranks == pytest.approx({0.5: 5 / 3, 1.0: 4 / 3})


def test_of_equal_rates_the_nearest_to_the_configurations_is_taken_then_the_lower():
    same = {"xpos": 0.9}
    assert tune({0.5: same, 1.0: same, 2.0: same}).best == 1.0
    assert tune({0.5: same, 2.0: same}).best == 0.5
    assert tune({0.25: same, 2.0: same}).best == 2.0


def test_the_edge_of_the_grid_is_told():
    scores = {0.5: {"xpos": 0.7}, 1.0: {"xpos": 0.9}, 2.0: {"xpos": 0.8}}
    assert not tune(scores).at_edge
    assert tune({**scores, 2.0: {"xpos": 0.95}}).at_edge


def test_a_rate_that_diverged_is_last_and_never_taken():
    found = tune({0.5: None, 1.0: {"xpos": 0.0}, 2.0: None})
    assert (found.best, found.diverged, found.ranks[0.5]) == (1.0, (0.5, 2.0), 2.5)
    assert tune({0.5: None, 1.0: None}).best is None
    with pytest.raises(ConfigError, match="no task has a dev split"):
        tune({0.5: {}, 1.0: {}})


def test_the_planted_best_rate_is_found_in_the_logs_of_the_grid_and_used_with_every_seed(runs: MethodRuns):
    planted = {"sum": 0.5, "random": 2.0, "mgda": 1.0}
    for cell in runs.tuning():
        assert cell.seed == 0
        good = cell.variant == f"{cell.kind}-x{planted[cell.kind]:g}"
        write_log(cell, dict.fromkeys(MAIN, 0.8 if good else 0.7))

    tuned = runs.tuned()
    assert {method: choice.best for method, choice in tuned.items()} == planted
    cells = runs.final(tuned, {})
    assert [(cell.kind, cell.seed) for cell in cells] == [(m, seed) for seed in (1, 2) for m in planted]
    for cell in cells:
        assert cell.config.training.optimizer.learning_rate == pytest.approx(0.5 * planted[cell.kind])
        assert cell.config.training.weighting.method == cell.kind
        assert cell.folder == runs.output / f"{cell.kind}-x{planted[cell.kind]:g}" / str(cell.seed)


def test_a_method_waits_for_its_whole_grid_and_one_that_never_trains_is_left_out(runs: MethodRuns):
    first, *others = [cell for cell in runs.tuning() if cell.kind != "random"]
    for cell in others:
        write_log(cell, dict.fromkeys(MAIN, 0.5))
    assert list(runs.tuned()) == ["mgda"]  # the sum lacks one run, random has none

    for cell in (first, *(cell for cell in runs.tuning() if cell.kind == "random")):
        cell.folder.mkdir(parents=True)
        write_divergence(cell.folder, "not finite")
    tuned = runs.tuned()
    assert tuned["random"].best is None
    assert tuned["sum"].best == 1.0
    assert {cell.kind for cell in runs.final(tuned, {})} == {"sum", "mgda"}


def test_a_sum_that_never_trains_ends_the_comparison(runs: MethodRuns):
    for cell in runs.tuning():
        cell.folder.mkdir(parents=True)
        write_divergence(cell.folder, "not finite")
    with pytest.raises(ConfigError, match="`sum` diverged at every rate of the grid: add lower ones"):
        runs.tuned()


def test_the_next_rate_beyond_an_end_is_as_far_from_it_as_its_neighbour():
    assert beyond([1, 3, 0.5], 3) == 9
    assert beyond([1, 3, 0.5], 0.5) == 0.25


def test_a_grid_grows_beyond_the_end_where_its_best_rate_lies_until_it_is_inside_or_enough_were_tried(tmp_path: Path):
    config = write_tiny_corpus(tmp_path / "corpus")
    runs = plan_methods(str(config), ["mgda"], [1], tmp_path / "out", rates=[0.5, 1], tuning_seed=0, widen=3)
    planted = {"sum": 4.0, "random": 0.25, "mgda": 100.0}  # the nearer to it, the better
    for _ in range(4):
        for cell in runs.tuning():
            rate = cell.config.training.optimizer.learning_rate / 0.5
            if cell.result() is None:
                write_log(cell, dict.fromkeys(MAIN, 1 / (1 + abs(rate - planted[cell.kind]))))
    tried: dict[str, list[float]] = {}
    for cell in runs.tuning():
        tried.setdefault(cell.kind, []).append(float(cell.variant.partition("-x")[2]))
    assert tried == {"sum": [0.5, 1, 2, 4, 8], "random": [0.125, 0.25, 0.5, 1], "mgda": [0.5, 1, 2, 4, 8]}
    assert {kind: (of.best, of.at_edge) for kind, of in runs.tuned().items()} == {
        "sum": (4.0, False), "random": (0.25, False), "mgda": (8.0, True)
    }  # fmt: skip
    assert "(edge)" in report_markdown(read_report(runs))


def test_the_rate_of_learned_weights_is_chosen_at_the_learning_rate_that_was_chosen(tmp_path: Path):
    config = write_tiny_corpus(tmp_path / "corpus")
    options = {"rates": [1, 2], "own_rates": [0.2, 1, 5], "tuning_seed": 0}
    runs = plan_methods(str(config), ["uncertainty"], [1, 2], tmp_path / "out", **options)  # type: ignore[arg-type]
    assert len(runs.tuning()) == 6  # three methods at two rates: which of them is not known yet
    for cell in runs.tuning():
        write_log(cell, dict.fromkeys(MAIN, 0.8 if cell.variant.endswith("x2") else 0.7))
    added = [cell for cell in runs.tuning() if cell.result() is None]
    assert [cell.variant for cell in added] == ["uncertainty-x2-w0.2", "uncertainty-x2-w5"]
    assert [cell.config.training.weighting.learning_rate for cell in added] == pytest.approx([0.005, 0.125])
    assert {cell.config.training.optimizer.learning_rate for cell in added} == {1.0}
    assert {cell.kind for cell in runs.final(runs.tuned(), runs.own_tuned())} == {"sum", "random"}  # it must wait

    for cell, score in zip(added, (0.9, 0.5), strict=True):
        write_log(cell, dict.fromkeys(MAIN, score))
    final = [cell for cell in runs.final(runs.tuned(), runs.own_tuned()) if cell.kind == "uncertainty"]
    assert [cell.variant for cell in final] == ["uncertainty-x2-w0.2"] * 2
    assert final[0].config.training.weighting.learning_rate == pytest.approx(0.005)
    assert "| uncertainty | **1.00** | 2.00 | 3.00 | 0.2 (edge) |" in report_markdown(read_report(runs))
    told = {name: runs.describe_rates(name, runs.tuned(), runs.own_tuned()) for name in ("sum", "uncertainty")}
    assert told == {
        "sum": "learning rate 1 (x 2)",
        "uncertainty": "learning rate 1 (x 2), that of its weights 0.005 (x 0.2)",
    }
    assert runs.describe_rates("sum", {"sum": Tuned({}, (1,), None)}, {}) == "left out: it diverged at every rate"


def test_one_rate_is_not_tuned_and_the_report_says_so(tmp_path: Path):
    config = write_tiny_corpus(tmp_path / "corpus")
    runs = plan_methods(str(config), ["mgda"], [1], tmp_path / "out", rates=[2.0], tuning_seed=0)

    assert runs.tuning() == []
    assert {method: choice.best for method, choice in runs.tuned().items()} == dict.fromkeys(runs.methods, 2.0)
    assert "Not tuned: --rates names one, 2 times 0.5." in report_markdown(read_report(runs))


def test_a_task_of_which_nothing_is_a_percentage_is_named_beside_the_verdicts(tmp_path: Path):
    config = write_tiny_corpus(tmp_path / "corpus")
    runs = plan_methods(str(config), ["mgda"], [1], tmp_path / "out", rates=[2.0], tuning_seed=0)
    for cell in runs.final(runs.tuned(), {}):
        write_log(cell, {task: -0.1 if task == "relatedness" else 0.5 for task in MAIN})
    report = read_report(runs)
    assert (
        "Left out, where it is not above zero or no better than an answer without a model: relatedness pearson."
        in report_markdown(report)
    )
    assert report_json(report)["left_out"] == ["relatedness pearson"]
    write_methods(runs, tell=print)
    assert "worst task, 4 of 5, %" in (tmp_path / "out" / "verdicts.svg").read_text(encoding="utf-8")

    beaten = {"majority": {task: dict.fromkeys(("accuracy", "f1", "las", "pearson"), 0.5) for task in MAIN}}
    write_methods(runs, tell=print, baselines=beaten)
    assert not list((tmp_path / "out").glob("verdicts.*"))  # nothing is judged any more
    text = (tmp_path / "out" / "ablation.md").read_text(encoding="utf-8")
    assert "Not judged, since neither side beats an answer without a model: xpos accuracy; " in text
    assert "| majority |  |  |  | 0.5000 |" in text
    assert "| sum | 1 |  |  | 0.5000 † |" in text


def test_a_report_of_half_a_grid_says_what_is_missing_and_shows_no_scores(runs: MethodRuns):
    for cell in runs.tuning():
        if cell.kind == "sum":
            write_log(cell, dict.fromkeys(MAIN, 0.5))
    text = report_markdown(read_report(runs))

    assert "| sum | 2.00 | **2.00** | 2.00 | 0.5 |" in text
    assert "| mgda |  |  |  | not all run yet |" in text
    assert "No seed of any method has ended." in text
    assert "Differences" not in text


def test_a_grid_is_a_list_of_different_numbers_above_zero():
    assert read_rates("2,0.5,1") == [0.5, 1.0, 2.0]
    for text in ("", "1,1", "1,1.0", "0,1", "-1", "one", "inf", "nan", "1,,2"):
        with pytest.raises(ConfigError, match="different numbers above 0 are needed"):
            read_rates(text)
