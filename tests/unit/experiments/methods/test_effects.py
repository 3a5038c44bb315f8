"""Differences from the tuned sum: paired, bootstrapped over examples, corrected, and called noise unless both agree."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from jmt.evaluation.bootstrap import Difference, paired_bootstrap
from jmt.evaluation.metrics import METRICS
from jmt.experiments.ablation import build_cells, read_for_comparison
from jmt.experiments.cell_records import DevCounts
from jmt.experiments.judging.holm import holm
from jmt.experiments.judging.intervals import Interval, student_interval
from jmt.experiments.judging.verdicts import t_test
from jmt.experiments.methods.effects import Effect, bootstrap, effects_of, relative_change, spread_over_seeds
from jmt.experiments.methods.seed_mean import SeedMean


def counts(right: list[int], words: int = 4) -> np.ndarray:
    """Sentences of so many words, of which so many were tagged rightly."""
    metric = METRICS["tags"]()
    for number in right:
        metric.update(["x"] * words, ["x"] * number + ["y"] * (words - number))
    return metric.statistics()


def seeds(*values: tuple[float, float]) -> dict[int, dict[str, dict[str, float]]]:
    return {seed: {"xpos": {"accuracy": a}, "dep": {"las": b}} for seed, (a, b) in enumerate(values, 1)}


def effect(gain: Interval, adjusted: float) -> Effect:
    return Effect("mgda", "xpos", "accuracy", 3, gain, None, adjusted, adjusted)


def test_of_one_seed_the_bootstrap_is_that_of_the_metric():
    first, second = counts([1, 2, 3, 4, 0, 2]), counts([2, 2, 4, 4, 1, 2])
    metrics = [METRICS["tags"](), METRICS["tags"]()]
    for metric, right in zip(metrics, ([1, 2, 3, 4, 0, 2], [2, 2, 4, 4, 1, 2]), strict=True):
        for number in right:
            metric.update(["x"] * 4, ["x"] * number + ["y"] * (4 - number))
    means = [SeedMean(METRICS["tags"](), [rows]) for rows in (first, second)]

    assert paired_bootstrap(means[0], means[1]) == paired_bootstrap(metrics[0], metrics[1])


def test_of_several_seeds_it_is_about_the_mean_of_their_scores_on_the_same_examples():
    baseline = [DevCounts("tags", counts([1, 2, 3])), DevCounts("tags", counts([2, 2, 2]))]  # 6 of 12 twice
    better = [DevCounts("tags", counts([2, 3, 4])), DevCounts("tags", counts([3, 3, 3]))]  # 9 of 12 twice
    found = bootstrap(baseline, better, "accuracy")

    assert found is not None
    assert found.difference == pytest.approx(0.25)
    assert (found.low, found.high) == pytest.approx((0.25, 0.25))  # one word more in every sentence of every seed
    assert found.p < 0.001
    same = bootstrap(baseline, baseline, "accuracy")
    assert same is not None
    assert (same.difference, same.p) == (0.0, 1.0)
    assert bootstrap([baseline[0], None], better, "accuracy") is None


def test_runs_on_different_dev_data_are_not_compared():
    with pytest.raises(ValueError, match="both need the same ones"):
        bootstrap([DevCounts("tags", counts([1, 2]))], [DevCounts("tags", counts([1, 2, 3]))], "accuracy")


def test_of_seeds_and_examples_the_one_that_doubts_more_decides():
    def p(examples: float | None, seeds: float) -> float:
        found = None if examples is None else Difference(0.1, 0.0, 0.2, examples)
        return Effect("mgda", "xpos", "accuracy", 3, Interval(0.1, 0.05), found, seeds).p

    assert (p(0.001, 0.03), p(0.04, 0.01), p(None, 0.02)) == (0.03, 0.04, 0.02)


def test_p_over_seeds_is_that_of_a_t_test():
    gains = [0.01, 0.02, -0.005, 0.015]
    assert t_test(gains) == pytest.approx(stats.ttest_1samp(gains, 0).pvalue)
    assert (t_test([0.3]), t_test([0.0, 0.0]), t_test([0.1, 0.1])) == (1.0, 1.0, 0.5)


@pytest.mark.parametrize(
    ("gain", "adjusted", "verdict"),
    [
        (Interval(0.02, 0.01), 0.01, "above sum"),
        (Interval(-0.02, 0.01), 0.05, "below sum"),
        (Interval(0.02, 0.03), 0.001, "open"),  # seeds differ that much
        (Interval(0.02, 0.01), 0.06, "open"),  # one of so many comparisons
        (Interval(0.02, math.inf), 0.001, "open"),  # one seed
        (Interval(0.02, 0.01), math.nan, "open"),  # not corrected
    ],
)
def test_a_difference_is_noise_unless_seeds_and_corrected_examples_both_say_otherwise(gain, adjusted, verdict):
    assert effect(gain, adjusted).verdict == verdict


def test_delta_m_is_the_mean_relative_change_over_tasks_and_needs_scores_above_zero():
    results = {"sum": seeds((0.5, 0.8), (0.5, 0.4)), "mgda": seeds((0.55, 0.8), (0.5, 0.44))}
    columns = [("xpos", "accuracy"), ("dep", "las")]
    found = relative_change(results, "mgda", columns)

    assert found == pytest.approx(student_interval([5.0, 5.0]))
    assert relative_change({**results, "sum": seeds((0.5, 0.0), (0.5, 0.4))}, "mgda", columns) is None
    assert relative_change({"sum": {}, "mgda": results["mgda"]}, "mgda", columns) is None


def test_the_spread_is_that_of_a_sample():
    found = spread_over_seeds(seeds((0.5, 0), (0.7, 0), (0.9, 0)), "xpos", "accuracy")
    assert found == pytest.approx((0.7, 0.2))
    assert math.isnan(spread_over_seeds(seeds((0.5, 0)), "xpos", "accuracy").deviation)


def test_a_difference_is_serialised_with_what_it_rests_on():
    from jmt.experiments.methods.report import effect_json

    one = Effect("mgda", "xpos", "accuracy", 1, Interval(0.1, math.inf), Difference(0.1, 0.0, 0.2, 0.04), 0.06, 0.08)
    content = effect_json(one)
    assert (content["half_over_seeds"], content["p"], content["p_holm"]) == (None, 0.06, 0.08)
    assert content["examples"] == {"difference": 0.1, "low": 0.0, "high": 0.2, "p": 0.04}


def test_effects_are_the_method_s_minus_the_sum_s_seed_by_seed_and_corrected_all_together(tmp_path: Path):
    tags = {
        ("sum", 1): [2, 1, 3, 2] * 6, ("sum", 2): [1, 2, 2, 3] * 6, ("sum", 3): [3, 2, 3, 3] * 6,
        ("mgda", 1): [3, 2, 4, 2] * 6, ("mgda", 2): [2, 3, 2, 4] * 6, ("mgda", 3): [4, 3, 4, 3] * 6,
        ("nash", 2): [1, 2, 2, 2] * 6, ("nash", 3): [2, 2, 2, 3] * 6,
    }  # fmt: skip
    trees = {("sum", 1): 0.5, ("sum", 2): 0.6, ("sum", 3): 0.7, ("mgda", 1): 0.49, ("mgda", 2): 0.62, ("mgda", 3): 0.7}
    tables = read_for_comparison("demo")
    cells = build_cells({name: {name: tables} for name in ("sum", "mgda", "nash")}, [3, 1, 2], tmp_path)
    results: dict[str, dict[int, dict[str, dict[str, float]]]] = {"sum": {}, "mgda": {}, "nash": {}}
    for cell in cells:
        if right := tags.get((cell.kind, cell.seed)):
            rows = {"metric": "tags", "rows": counts(right).tolist()}
            cell.folder.mkdir(parents=True)
            (cell.folder / "dev-counts.json").write_text(json.dumps({"xpos": rows}), encoding="utf-8")
            las = trees.get((cell.kind, cell.seed), 0.3)
            results[cell.kind][cell.seed] = {"dep": {"las": las}, "xpos": {"accuracy": sum(right) / 4 / len(right)}}
    found = {(one.method, one.task): one for one in effects_of(results, cells)}

    assert list(found) == [("mgda", "xpos"), ("mgda", "dep"), ("nash", "xpos"), ("nash", "dep")]
    assert [one.seeds for one in found.values()] == [3, 3, 2, 2]
    for (method, task), one in found.items():
        gains = [
            results[method][seed][task][one.metric] - results["sum"][seed][task][one.metric] for seed in results[method]
        ]
        assert one.gain == student_interval(gains)
        assert one.p_seeds == t_test(gains)
        assert (one.examples is None) == (task == "dep")
        if one.examples is not None:
            assert one.examples.difference == pytest.approx(one.gain.mean)
            assert one.examples.low <= one.gain.mean <= one.examples.high
    assert found["mgda", "xpos"].gain.mean > 0 > found["nash", "xpos"].gain.mean
    assert {pair: one.adjusted for pair, one in found.items()} == holm({pair: one.p for pair, one in found.items()})
    surest = min(found.values(), key=lambda one: one.p)
    assert surest.adjusted == pytest.approx(4 * surest.p)


def test_the_mean_over_seeds_is_that_of_scores_and_not_the_score_of_all_counts_together():
    """Of F1 they differ: a run that finds few chunks weighs as much as one that finds many."""
    gold, few, many = ["B-NP", "O", "B-NP", "O"], ["B-NP", "O", "O", "O"], ["B-NP", "B-VP", "B-VP", "B-VP"]
    runs = [METRICS["spans"](), METRICS["spans"]()]
    for metric, labels in zip(runs, (few, many), strict=True):
        metric.update(gold, labels)
    rows = [metric.statistics() for metric in runs]
    found = SeedMean(METRICS["spans"](), rows)
    f1 = float(found.scores(found.statistics().sum(0))["f1"])

    assert f1 == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert f1 != pytest.approx(float(METRICS["spans"]().scores(sum(rows).sum(0))["f1"]))
