"""The parts of a comparison of methods that are about references: single tasks, static weights, the Pareto front."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from jmt.experiments.ablation import Scores
from jmt.experiments.judging.intervals import CONFIDENCE
from jmt.experiments.judging.tables import markdown_table
from jmt.experiments.methods.effects import Results, relative_change, relative_changes, spread_over_seeds
from jmt.experiments.methods.references import SINGLE
from jmt.experiments.methods.variants import BASELINE
from jmt.experiments.pareto.dominance import Column, Comparison, compare_candidates

_TOLERANCE = 0.002
"""What scores must differ by where a candidate has one seed, or seeds show no spread."""


def front_of(results: Results, columns: Sequence[Column]) -> Comparison:
    """Compare all that has ended, references too, by Pareto dominance."""
    return compare_candidates({name: seeds for name, seeds in results.items() if seeds}, columns, tolerance=_TOLERANCE)


def relative_part(results: Results, columns: Sequence[Column]) -> list[str]:
    """Return Delta-m, which weighs all tasks alike, and so decides nothing."""
    bases = [base for base in (SINGLE, BASELINE) if results.get(base)]
    rows = [
        [
            name,
            *(_over_text(results, name, base, columns) for base in bases),
            *(_over_text(results, name, SINGLE, [column]) for column in columns if SINGLE in bases),
        ]
        for name, seeds in results.items()
        if seeds and name != SINGLE
    ]
    if not bases or not (SINGLE in bases or len(rows) > 1):
        return []
    header = ["method", *(f"over {'single tasks' if base == SINGLE else f'the {base}'} %" for base in bases)]
    header += [f"{task} {metric} %" for task, metric in columns if SINGLE in bases]
    text = (
        f"Secondary: the relative change of the main metric, averaged over tasks (± half of the {CONFIDENCE:.0%} "
        "t-interval over seeds, paired; not corrected). It adds up scores of unlike "
        "tasks; what a method does is in the tables above."
    )
    if SINGLE in bases:
        text += (
            " Single tasks are networks of their own, each cut off above its task, tuned on the same grid, with as "
            "many updates from as many of its examples as beside the others; the columns of tasks are relative to them."
        )
    return ["## Delta-m", text, "\n".join(markdown_table(header, rows))]


def _over_text(results: Results, name: str, base: str, columns: Sequence[Column]) -> str:
    """Return a relative change, and whether it is within noise."""
    if name == base:
        return ""
    change = relative_change(results, name, columns, base=base)
    if change is None:
        return "not defined" if relative_changes(results, name, columns, base=base) is None else ""
    half = f" ± {change.half:.2f}" if math.isfinite(change.half) else ""
    return f"{change.mean:+.2f}{half}"


def static_part(static: Mapping[str, Mapping[str, float]], results: Results, columns: Sequence[Column]) -> list[str]:
    """Return the weights that were drawn, and what the best of them reach on every task."""
    ended = [name for name in static if results.get(name)]
    if not ended:
        return []
    tasks = list(next(iter(static.values())))
    rows = [[name, *(f"{static[name][task]:g}" for task in tasks)] for name in ended]
    others = [name for name, seeds in results.items() if seeds and name not in static and name != SINGLE]
    above = [
        [name, ", ".join(column[0] for column in columns if beyond(results, name, ended, column)) or "none"]
        for name in others
    ]
    text = (
        f"Sums with weights that were drawn once, uniformly from the simplex, times the number of tasks ({len(ended)} "
        f"vector{'' if len(ended) == 1 else 's'}): what a sum reaches by other weights, without a method. The weights:"
    )
    then = "On which tasks a mean over seeds is above that of every one of these sums, a plain comparison of means:"
    return [
        "## Random static weights",
        text,
        "\n".join(markdown_table(["weights", *tasks], rows)),
        then,
        "\n".join(markdown_table(["method", "tasks"], above)),
    ]


def beyond(results: Results, name: str, static: Sequence[str], column: Column) -> bool:
    """Whether a mean over seeds is above those of all static weights."""
    return _mean_of(results[name], column) > max(_mean_of(results[other], column) for other in static)


def _mean_of(seeds: Mapping[int, Scores], column: Column) -> float:
    """Return the mean of a metric over seeds."""
    task, metric = column
    return spread_over_seeds(seeds, task, metric).mean


def front_part(comparison: Comparison) -> list[str]:
    """Return who dominates whom."""
    if len(comparison.dominators) < 2:
        return []
    rows = [
        [name, "no" if others else "yes", ", ".join(others) or "-"] for name, others in comparison.dominators.items()
    ]
    text = (
        "One dominates another where it is worse on no task and better on one at least, by more than half of the "
        f"{CONFIDENCE:.0%} interval of the difference over paired seeds (with one seed, or where all differ by "
        f"the same: by more than {_TOLERANCE:g}); "
        "the front is what none dominates. Few seeds prove little, and nothing is corrected for the number of pairs."
    )
    if SINGLE in comparison.dominators:
        text += f" `{SINGLE}` is one network per task."
    if comparison.left_out:
        text += f" Left out, since not all have it: {', '.join(map(' '.join, comparison.left_out))}."
    return ["## Pareto front", text, "\n".join(markdown_table(["method", "front", "dominated by"], rows))]
