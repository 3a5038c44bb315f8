"""What methods are held against: weights drawn from the simplex, single tasks of as many updates, Delta-m over them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from jmt.experiments.ablation import Scores
from jmt.experiments.methods.effects import relative_change
from jmt.experiments.methods.reference_report import front_of, front_part, relative_part, static_part
from jmt.experiments.methods.references import (
    LEAST,
    draw_weights,
    joint_passes,
    static_weights,
    with_task_alone,
    with_weights,
)
from jmt.experiments.methods.runs import MethodRuns, plan_methods
from jmt.experiments.methods.tuning import Tuned
from jmt.experiments.methods.variants import on_joint
from jmt.runs.config import build_config, read_config
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_corpus import write_tiny_corpus

TASKS = ("xpos", "chunk", "dep", "relatedness", "entailment")
COLUMNS = [("xpos", "accuracy"), ("dep", "las")]


def tables(*overrides: str) -> dict:
    return on_joint(read_config("demo", overrides=overrides, tasks=TASKS).to_tables())[0]


def seeds(*values: tuple[float, float]) -> dict[int, Scores]:
    return {seed: {"xpos": {"accuracy": a}, "dep": {"las": b}} for seed, (a, b) in enumerate(values, 1)}


def plan(output: Path, *, rates: list[float], static: int = 2, passes: dict[str, float] | None = None) -> MethodRuns:
    return plan_methods(
        "demo",
        ["mgda"],
        [1, 2],
        output,
        rates=rates,
        tuning_seed=0,
        static=static,
        passes=lambda _: passes or {},
    )


def test_weights_are_drawn_uniformly_from_the_simplex_once_for_all_runs():
    tasks = ["a", "b", "c"]
    drawn = np.array([list(draw_weights(tasks, number).values()) for number in range(1, 2001)])
    assert drawn.sum(axis=1) == pytest.approx(3, abs=3e-3)
    assert drawn.min() >= LEAST
    assert drawn.mean(axis=0) == pytest.approx(1, abs=0.05)
    # of a uniform point each share has density 2 (1 - x): variance 1/18 and (1 - .5)^2 of it above one half
    assert drawn.var(axis=0) == pytest.approx(9 / 18, abs=0.05)
    assert (drawn > 1.5).mean(axis=0) == pytest.approx(0.25, abs=0.04)
    assert draw_weights(tasks, 7) == draw_weights(tasks, 7) != draw_weights(tasks, 8)


def test_static_weights_are_those_of_the_sum_and_leave_adversaries_alone():
    changed = with_weights(tables("training.weighting.method=mgda", "training.schedule=joint"), {"dep": 2.5})
    config = build_config(changed)
    assert (config.training.weighting.method, config.data["dep"].weight) == ("sum", 2.5)
    assert config.data["xpos"].weight is None
    found = static_weights(tables("task.chunk.role=adversarial", "task.dep.reads=['xpos']", *UNREAD), 3)
    assert list(found) == ["static-1", "static-2", "static-3"]
    assert all("chunk" not in weights and len(weights) == 4 for weights in found.values())


UNREAD = ("task.relatedness.reads=['xpos']", "task.entailment.reads=['xpos']")


def test_a_task_alone_is_cut_off_above_its_level_and_goes_over_its_corpus_as_often():
    config = build_config(with_task_alone(tables("sharing.level2={reg='l2', strength=0.1}"), "dep", 2.5))
    assert list(config.model.tasks) == ["dep"]
    assert (config.model.levels, config.data["dep"].passes, config.training.schedule) == (3, 2.5, "joint")
    assert config.sharing == {}  # nobody is left to share with


def test_passes_make_as_many_updates_as_the_largest_corpus_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    given = read_config(str(write_tiny_corpus(tmp_path)), overrides=["task.chunk.batch_size=7", "task.dep.passes=2"])
    found = joint_passes(on_joint(given.to_tables())[0], [], RuleSegmenter("en"))
    sentences, batch = 20, given.training.batch_size
    steps = 2 * -(-sentences // batch)
    assert found["dep"] == 2
    assert found["chunk"] == pytest.approx(steps / 3)  # 20 sentences make 3 batches of up to 7
    assert found.keys() == given.model.tasks.keys()


def test_references_are_tuned_on_the_same_grid_and_single_tasks_are_one_row(tmp_path: Path):
    runs = plan(tmp_path, rates=[0.5, 1.0], passes={"xpos": 1.0, "dep": 2.0})
    names = {str(cell.folder.relative_to(tmp_path)) for cell in runs.tuning()}
    candidates = ("sum", "random", "mgda", "static-1", "static-2", "single-xpos", "single-dep")
    assert names == {f"tuning/{name}-x{rate}/0" for name in candidates for rate in ("0.5", "1")}

    tuned = {name: Tuned({}, (), 0.5 if name == "single-dep" else 1.0) for name in candidates}
    final = runs.final(tuned, {})
    assert {cell.kind for cell in final} == {"sum", "random", "mgda", "static-1", "static-2", "single"}
    rates = {cell.variant: cell.config.training.optimizer.learning_rate for cell in final if cell.kind == "single"}
    assert rates == {"single-xpos-x1": 4e-3, "single-dep-x0.5": 2e-3}
    diverged = runs.final({**tuned, "single-dep": Tuned({}, (0.5, 1.0), None)}, {})
    assert "single" not in {cell.kind for cell in diverged}


def test_delta_m_is_over_single_tasks_and_over_the_sum():
    results = {
        "single": seeds((0.5, 0.8), (0.5, 0.8)),
        "sum": seeds((0.55, 0.72), (0.5, 0.8)),
        "mgda": seeds((0.6, 0.8), (0.6, 0.8)),
    }
    over_single = relative_change(results, "mgda", COLUMNS, base="single")
    assert over_single is not None
    assert over_single == pytest.approx((10.0, 0.0), abs=1e-9)  # (20 % + 0 %) / 2 with both seeds
    assert relative_change(results, "sum", COLUMNS, base="single").mean == pytest.approx(0.0)  # type: ignore[union-attr]
    over_sum = relative_change(results, "mgda", COLUMNS)
    assert over_sum is not None
    assert over_sum.mean == pytest.approx(100 * ((0.6 / 0.55 - 1 + 0.8 / 0.72 - 1) / 2 + (0.6 / 0.5 - 1) / 2) / 2)
    table = relative_part(results, COLUMNS)[-1].splitlines()
    assert table[0] == "| method | over single tasks % | over the sum % | xpos accuracy % | dep las % |"
    assert table[2].startswith("| sum | +0.00 ")
    assert table[3].startswith("| mgda | +10.00 ± 0.00 | +10.05 ")
    assert table[3].endswith("| +20.00 ± 0.00 | +0.00 ± 0.00 |")


def test_an_auxiliary_task_without_a_network_of_its_own_is_left_out_of_delta_m():
    single = {1: {"xpos": {"accuracy": 0.5}}}
    found = relative_change({"single": single, "sum": seeds((0.6, 0.1))}, "sum", COLUMNS, base="single")
    assert found is not None
    assert found.mean == pytest.approx(20.0)


def test_the_report_says_on_which_tasks_a_method_is_above_all_static_weights():
    results = {
        "sum": seeds((0.6, 0.5)),
        "mgda": seeds((0.8, 0.5)),
        "static-1": seeds((0.7, 0.4)),
        "static-2": seeds((0.5, 0.6)),
    }
    drawn = {"static-1": {"xpos": 1.5, "dep": 0.5}, "static-2": {"xpos": 0.25, "dep": 1.75}}
    heading, text, weights, _, above = static_part(drawn, results, COLUMNS)
    assert "(2 vectors)" in text
    assert "(1 vector)" in static_part({"static-1": drawn["static-1"]}, results, COLUMNS)[1]
    assert heading == "## Random static weights"
    assert weights.splitlines()[2:] == ["| static-1 | 1.5 | 0.5 |", "| static-2 | 0.25 | 1.75 |"]
    assert above.splitlines()[2:] == ["| sum | none |", "| mgda | xpos |"]
    assert static_part({}, results, COLUMNS) == []


def test_the_front_is_made_of_methods_and_references_alike():
    results = {"sum": seeds((0.6, 0.5)), "mgda": seeds((0.8, 0.5)), "static-1": seeds((0.5, 0.6)), "single": {}}
    comparison = front_of(results, COLUMNS)
    assert {name: list(others) for name, others in comparison.dominators.items()} == {
        "sum": ["mgda"], "mgda": [], "static-1": []
    }  # fmt: skip
    assert "| sum | no | mgda |" in front_part(comparison)[-1]


def test_the_front_leaves_out_an_auxiliary_task_without_a_network_of_its_own_and_says_so():
    alone = {seed: {"xpos": {"accuracy": 0.9}} for seed in (1, 2)}
    text = front_part(front_of({"sum": seeds((0.6, 0.5), (0.7, 0.5)), "single": alone}, COLUMNS))[1]
    assert "Left out, since not all have it: dep las." in text


def test_a_task_that_is_called_like_a_method_does_not_take_its_row(tmp_path: Path):
    source = tmp_path / "odd.toml"
    text = write_tiny_corpus(tmp_path).read_text(encoding="utf-8")
    text = text.replace("[task.xpos]", "[task.sum]").replace('["xpos"', '["sum"')
    source.write_text(text, encoding="utf-8")
    runs = plan_methods(
        str(source), ["mgda"], [1], tmp_path / "out", rates=[1.0], tuning_seed=0, passes=lambda _: {"sum": 1.0}
    )
    kinds = {cell.variant: cell.kind for cell in runs.final(runs.tuned(), {})}
    assert {kind for name, kind in kinds.items() if name.startswith("single-")} == {"single"}
    assert {"sum", "random", "mgda", "single"} == set(kinds.values())


def test_a_grid_is_not_widened_beyond_what_a_rate_can_be(tmp_path: Path):
    runs = plan_methods("demo", ["sum"], [1], tmp_path, rates=[1e-200, 1.0], tuning_seed=0, widen=3)
    for cell in runs.tuning():
        if cell.kind == "sum":
            score = 0.9 if "1e-200" in cell.variant else 0.5
            scores = {"xpos": {"accuracy": score}}
            event = {"event": "epoch", "epoch": cell.config.training.epochs, "step": 8, "metrics": scores, "time": 1.0}
            cell.folder.mkdir(parents=True)
            (cell.folder / "log.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")
    rates = [cell.config.training.optimizer.learning_rate for cell in runs.tuning() if cell.kind == "sum"]
    assert min(rates) > 0
    assert runs.tuned()["sum"].best == 1e-200
