"""A comparison of methods as Markdown and as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from jmt.experiments.ablation import Cell, Scores, collect_results, minutes_by_kind, read_log
from jmt.experiments.cell_records import Cost, has_ended, is_diverged, read_cost
from jmt.experiments.judging.gate import Gate, not_judged
from jmt.experiments.judging.intervals import CONFIDENCE, Interval
from jmt.experiments.judging.tables import markdown_table
from jmt.experiments.judging.verdicts import ALPHA, Verdict, judge, verdict_json, verdict_lines
from jmt.experiments.methods.effects import (
    SAMPLES,
    Effect,
    Results,
    effects_of,
    relative_change,
    scored_columns,
    spread_over_seeds,
)
from jmt.experiments.methods.endpoints import Reference, questions_of, reference_of
from jmt.experiments.methods.reference_report import front_of, front_part, relative_part, static_part
from jmt.experiments.methods.references import SINGLE
from jmt.experiments.methods.runs import MethodRuns
from jmt.experiments.methods.tuning import Tuned
from jmt.experiments.methods.tuning_report import tuning_part
from jmt.experiments.methods.variants import BASELINE


@dataclass(frozen=True, slots=True)
class MethodReport:
    """All that is known so far."""

    runs: MethodRuns
    tuned: Mapping[str, Tuned]
    own_tuned: Mapping[str, Tuned]
    """Of the methods that learn weights, at what rate."""
    cells: Sequence[Cell]
    """The runs at the chosen rates."""
    results: Results
    columns: Sequence[tuple[str, str]]
    effects: Sequence[Effect]
    """Task by task."""
    reference: Reference
    """What scores are percentages of, in the verdicts."""
    verdicts: Sequence[Verdict]
    """What every method comes to at its endpoint."""
    gate: Gate
    """What answers without a model score."""

    @property
    def ended(self) -> list[str]:
        """The methods and references with a score of one seed at least."""
        return [method for method, seeds in self.results.items() if seeds]


def read_report(runs: MethodRuns, baselines: Mapping[str, Scores] = MappingProxyType({})) -> MethodReport:
    """Read what the runs have left; no run is needed but those that have ended.

    `baselines`, by name, are answers without a model: what does not beat them says nothing about a method.

    Only methods are tested against the sum; references would make Holm's correction stricter for nothing.
    """
    tuned, own = runs.tuned(), runs.own_tuned()
    cells = runs.final(tuned, own)
    results = collect_results(cells)
    compared = {name: seeds for name, seeds in results.items() if name in runs.methods}
    columns = scored_columns(results, cells)
    gate = Gate(baselines)
    reference = reference_of(results, columns, gate, waiting=_waiting_for(cells))
    verdicts = judge(questions_of(results, runs.methods, reference), margin=runs.margin)
    effects = effects_of(compared, cells)
    return MethodReport(runs, tuned, own, cells, results, columns, effects, reference, verdicts, gate)


def _waiting_for(cells: Sequence[Cell]) -> bool:
    """Whether single tasks, or without these the sum, have runs to come: what is a percentage of them would change."""
    kinds = {cell.kind for cell in cells}
    base = SINGLE if SINGLE in kinds else BASELINE
    return not all(has_ended(cell) for cell in cells if cell.kind == base)


def report_json(report: MethodReport) -> dict[str, Any]:
    """Return the comparison for programs."""
    return {
        "kind": "methods",
        "baseline": BASELINE,
        "notes": list(report.runs.notes),
        "learning_rate": report.runs.rate,
        "tuning_seed": report.runs.tuning_seed,
        "tuning": {method: _tuned_json(choice) for method, choice in report.tuned.items()},
        "tuning_of_weights": {method: _tuned_json(choice) for method, choice in report.own_tuned.items()},
        "verdicts": [verdict_json(one) for one in report.verdicts],
        "margin": report.runs.margin,
        "left_out": [" ".join(column) for column in report.reference.left_out],
        "baselines": dict(report.gate.baselines),
        "results": report.results,
        "minutes": minutes_by_kind(report.cells),
        "examples_per_run": {method: _examples_per_run(report.cells, method) for method in report.ended},
        "seconds_per_run": {m: cost.seconds for m in report.ended if (cost := mean_cost(report.cells, m))},
        "seconds_per_step": {m: cost.per_step for m in report.ended if (cost := mean_cost(report.cells, m))},
        "diverged": [str(cell.folder) for cell in report.cells if is_diverged(cell.folder)],
        "effects": [effect_json(effect) for effect in report.effects],
        "delta_m_percent": {
            base: _changes_json(report, base) for base in (SINGLE, BASELINE) if report.results.get(base)
        },
        "static_weights": {name: dict(weights) for name, weights in report.runs.static.items()},
        "dominated_by": {
            name: list(others) for name, others in front_of(report.results, report.columns).dominators.items()
        },
    }


def _tuned_json(choice: Tuned) -> dict[str, Any]:
    """Return what a grid came to."""
    return {
        "mean_ranks": {f"{rate:g}": rank for rate, rank in choice.ranks.items()},
        "diverged": list(choice.diverged),
        "best": choice.best,
        "at_edge": choice.at_edge,
    }


def _changes_json(report: MethodReport, base: str) -> dict[str, Any]:
    """Return Delta-m over single tasks or over the sum."""
    return {
        name: {"mean": change.mean, "half": finite(change.half)} if change else None
        for name in report.ended
        if name not in (base, SINGLE)
        for change in [relative_change(report.results, name, report.columns, base=base)]
    }


def effect_json(effect: Effect) -> dict[str, Any]:
    """Return one effect, scores as fractions; what is not known is null."""
    return {
        "method": effect.method,
        "task": effect.task,
        "metric": effect.metric,
        "seeds": effect.seeds,
        "difference": effect.gain.mean,
        "half_over_seeds": finite(effect.gain.half),
        "examples": asdict(effect.examples) if effect.examples else None,
        "p_seeds": effect.p_seeds,
        "p": effect.p,
        "p_holm": effect.adjusted,
        "verdict": effect.verdict,
    }


def finite(value: float) -> float | None:
    """Return a number that JSON has."""
    return value if math.isfinite(value) else None


def report_markdown(report: MethodReport) -> str:
    """Return the comparison for readers."""
    parts = [
        "# Methods of weighting, compared with the tuned sum",
        *report.runs.notes,
        budgets(report),
        *tuning_part(report.runs, report.tuned, report.own_tuned),
        *_score_part(report),
        *_verdict_part(report),
        *_effect_part(report),
        *static_part(report.runs.static, report.results, report.columns),
        *front_part(front_of(report.results, report.columns)),
        *relative_part(report.results, report.columns),
    ]
    return "\n\n".join(parts) + "\n"


def budgets(report: MethodReport) -> str:
    """Say what is equal for all methods, as their logs have it."""
    training = report.runs.tables["training"]
    text = (
        f"Every method has its own learning rate, and the same batches of the same corpora (training.epochs "
        f"{training['epochs']}, training.share {training['share']:g}); what counts are dev scores after the last epoch."
    )
    seen = {method: _examples_per_run(report.cells, method) for method in report.ended if method != SINGLE}
    if len(set(seen.values())) == 1:
        return f"{text} A run of each has trained on {next(iter(seen.values())):,.0f} examples."
    if seen:  # steps that were left out, where a loss was not finite
        text += f" Examples a run: {', '.join(f'{method} {count:,.0f}' for method, count in seen.items())}."
    return text


def _examples_per_run(cells: Sequence[Cell], method: str) -> float:
    """Return how many sentences and pairs a seed of a method has trained on, on average over its runs that ended."""
    ended = [cell for cell in cells if cell.kind == method and cell.result() is not None]
    logs = [record for cell in ended for record in read_log(cell.folder)]
    seeds = len({cell.seed for cell in ended})
    return sum(float(record["examples"]) for record in logs if record["event"] == "pass") / seeds


def _score_part(report: MethodReport) -> list[str]:
    """Return scores and costs."""
    if not report.ended:
        return ["## Scores", "No seed of any method has ended."]
    rows: list[list[object]] = [
        [
            name,
            "",
            "",
            "",
            *(f"{of[task][metric]:.4f}" if metric in of.get(task, ()) else "" for task, metric in report.columns),
        ]
        for name, of in report.gate.baselines.items()
    ]
    rows += [
        [
            method,
            _seeds_text(report, method),
            *_cost_texts(mean_cost(report.cells, method)),
            *(_spread_text(report, method, *column) for column in report.columns),
        ]
        for method in report.ended
    ]
    header = ["method", "seeds", "s a run", "ms a step", *(f"{task} {metric}" for task, metric in report.columns)]
    text = (
        "Mean and standard deviation over seeds. Seconds are wall-clock time of training on this machine and whatever "
        "else it was doing, checkpoints included, dev evaluation not."
    )
    if SINGLE in report.ended:
        text += f" Those of `{SINGLE}` are of all its networks together, one per task."
    if report.gate.baselines:
        text += " The first rows are answers without a model; † marks what does not beat them."
    lost = [f"{cell.kind} at seed {cell.seed}" for cell in report.cells if is_diverged(cell.folder)]
    if lost:
        text += (
            f" Diverged, and so without a score: {', '.join(lost)}; the other seeds of these methods are those that "
            "survived, which flatters them."
        )
    return ["## Scores", text, "\n".join(markdown_table(header, rows))]


def _seeds_text(report: MethodReport, method: str) -> str:
    """Return how many seeds have scores, of how many where some are missing."""
    count, asked = len(report.results[method]), len(report.runs.seeds)
    return str(count) if count == asked else f"{count} of {asked}"


def _spread_text(report: MethodReport, method: str, task: str, metric: str) -> str:
    """Return mean and standard deviation; nothing of an auxiliary task, which has no network of its own."""
    if not all(task in scores for scores in report.results[method].values()):
        return ""
    found = spread_over_seeds(report.results[method], task, metric)
    spread = "" if math.isnan(found.deviation) else f" (sd {found.deviation:.4f})"
    return f"{found.mean:.4f}{spread}{report.gate.mark(task, metric, found.mean)}"


def mean_cost(cells: Sequence[Cell], method: str) -> Cost | None:
    """Return what one run of a method takes, on average over its runs that have ended; None where no record says.

    Of single tasks it is what all of their networks take together.
    """
    networks = dict.fromkeys(cell.variant for cell in cells if cell.kind == method)
    found = [_network_cost([cell for cell in cells if cell.variant == network]) for network in networks]
    known = [cost for cost in found if cost is not None]
    return Cost(sum(cost.steps for cost in known), sum(cost.seconds for cost in known)) if known else None


def _network_cost(cells: Sequence[Cell]) -> Cost | None:
    """Return what one run of a network takes, on average over its runs that have ended.

    Steps whose time a kill took along are taken to have been as long as the others.
    """
    ended = [cell for cell in cells if cell.result() is not None]
    known = [(cell, cost) for cell in ended if (cost := read_cost(cell.folder)) is not None]
    if not known:
        return None
    steps = [max(int(record["step"]) for record in read_log(cell.folder)) for cell, _ in known]
    seconds = [count * cost.per_step for count, (_, cost) in zip(steps, known, strict=True)]
    return Cost(round(sum(steps) / len(known)), sum(seconds) / len(known))


def _cost_texts(cost: Cost | None) -> list[str]:
    """Return seconds a run and milliseconds a step."""
    return [f"{cost.seconds:.1f}", f"{1000 * cost.per_step:.1f}"] if cost else ["", ""]


def _verdict_part(report: MethodReport) -> list[str]:
    """Return what every method comes to."""
    gone = [" ".join(column) for column in report.reference.left_out]
    lines = verdict_lines(report.verdicts, margin=report.runs.margin)
    if not lines:
        return ["\n".join(not_judged(gone)).strip()] if gone else []
    against = (
        "what every task has by itself" if report.reference.by_itself else f"what the {BASELINE} has on every task"
    )
    told = f"Percent of {against}, the mean over seeds: 100 in all tasks is as good as that. So is the margin."
    if gone:
        told += f" Left out, where it is not above zero or no better than an answer without a model: {', '.join(gone)}."
    return ["\n".join(lines), told]


def _effect_part(report: MethodReport) -> list[str]:
    """Return the differences and what they amount to."""
    if not report.effects:
        return []
    rows = [
        [
            f"{effect.method}, {effect.task} {effect.metric}",
            effect.seeds,
            points(effect.gain),
            _examples_text(effect),
            f"{effect.examples.p:.4f}" if effect.examples else "",
            f"{effect.p_seeds:.4f}",
            f"{effect.adjusted:.4f}",
            effect.verdict,
        ]
        for effect in report.effects
    ]
    header = ["method, task", "seeds", "difference ± over seeds", "over examples", "p examples", "p seeds"]
    header += ["p (Holm)", "reads as"]
    text = (
        f"Points more or less than the tuned {BASELINE}, paired by seed, ± half of the {CONFIDENCE:.0%} t-interval "
        f"over seeds; beside it the {CONFIDENCE:.0%} interval of a paired bootstrap over the dev examples "
        f"({SAMPLES:,} samples, the mean over the same seeds). Two p-values, of the bootstrap and of the t-test over "
        f"seeds; the larger one is corrected by Holm's method for the {len(report.effects)} comparisons here, and a "
        f"difference is open unless it is then at most {ALPHA:g}."
    )
    if any(effect.examples is None for effect in report.effects):
        text += " Where the bootstrap is missing (no counts per example were kept), seeds alone decide."
    if min(effect.seeds for effect in report.effects) < 5:
        text += " Fewer than five seeds show hardly anything: a difference not found may still be there."
    return [f"## Task by task: differences from {BASELINE}", text, "\n".join(markdown_table(header, rows))]


def points(value: Interval) -> str:
    """Return a difference in points."""
    return f"{100 * value.mean:+.2f}" + (f" ± {100 * value.half:.2f}" if math.isfinite(value.half) else "")


def _examples_text(effect: Effect) -> str:
    """Return the interval over dev examples."""
    return f"{100 * effect.examples.low:+.2f} to {100 * effect.examples.high:+.2f}" if effect.examples else ""
