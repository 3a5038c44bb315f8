"""Which task helps which, as Markdown and as JSON: gains first, what may lie behind them beside, and how much n is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jmt.cascade.kinds import sign_of
from jmt.experiments.judging.gate import OPEN_GATE, Gate, not_judged
from jmt.experiments.judging.intervals import CONFIDENCE, Interval, student_interval
from jmt.experiments.judging.margin import MARGIN
from jmt.experiments.judging.tables import markdown_table
from jmt.experiments.judging.verdicts import Verdict, judge, verdict_lines
from jmt.experiments.relations.branching import branch_lines
from jmt.experiments.relations.estimates import (
    Matrix,
    RankCorrelation,
    mean_affinities,
    mean_cosines,
    rank_correlation,
)
from jmt.experiments.relations.gains import (
    Gain,
    Outcome,
    measured_gains,
    metric_of,
    points,
    question_of,
    runs_alone,
)
from jmt.experiments.relations.learning_curve import SLOPES_AT, TENTHS, loss_levels, loss_slopes, mean_curve
from jmt.experiments.relations.placebo import Control, control_lines, controls_of
from jmt.experiments.relations.task_features import TaskFeatures

NO_VERDICT = (
    "Slopes and features are reported as they are. They are not turned into a verdict, and no classifier is fitted: "
    "the rule of Bingel and Søgaard (2017) reads one way in the paper and the other way in its released data, and "
    "rests on ten main tasks; here there are {mains}."
)

_ESTIMATES = {
    "gradient cosine": "the mean over {steps} steps of the cosine between the two tasks' gradients on the shared "
    "parameters; the same both ways round",
    "lookahead affinity": "TAG's Z (Fifty et al. 2021), the mean over {steps} steps: the share of the main task's loss "
    "that one step of the helper alone takes away",
}


@dataclass(frozen=True, slots=True)
class Single:
    """A task by itself."""

    metric: str
    score: Interval
    losses: list[float | None]
    """At 10 % ... 100 % of the steps."""
    slopes: list[float | None]
    """At 10, 20, 30, 50 and 70 %."""


@dataclass(frozen=True)  # no slots: a verdict is kept once it is asked for
class Relations:
    """All that is reported."""

    tasks: list[str]
    seeds: list[int]
    runs: tuple[int, int]
    """How many have ended, of how many."""
    gains: Mapping[tuple[str, str], Gain]
    singles: Mapping[str, Single]
    features: Mapping[str, TaskFeatures]
    divergences: Mapping[str, Mapping[str, float]]
    estimates: Mapping[str, Matrix]
    steps: Mapping[str, int]
    """How many steps each estimate is a mean over."""
    levels: Mapping[str, int]
    """The level of every task where levels can be split among tasks, else empty."""
    controls: Mapping[tuple[str, str], Control]
    """By main task and helper: what runs without the helper's labels bring, where there are any."""
    margin: float = MARGIN
    """Points that a helper must bring, or cost, to matter."""
    gate: Gate = OPEN_GATE
    """What answers without a model score."""

    @cached_property
    def verdicts(self) -> dict[tuple[str, str], Verdict]:
        """Whether each helper helps, by main task and helper; none where the main task was not learned."""
        asked = {pair: gain for pair, gain in self.gains.items() if self.has_learned(pair)}
        found = judge([question_of(gain) for gain in asked.values()], margin=self.margin)
        return dict(zip(asked, found, strict=True))

    @cached_property
    def label_verdicts(self) -> dict[tuple[str, str], Verdict]:
        """Whether it is the labels that help, of the gains that are judged."""
        asked = {
            pair: control.question(self.gains[pair])
            for pair, control in self.controls.items()
            if pair in self.verdicts and control.labels(self.gains[pair])
        }
        return dict(zip(asked, judge(list(asked.values()), margin=self.margin), strict=True))

    def has_learned(self, pair: tuple[str, str]) -> bool:
        """Whether a main task beats every answer without a model, alone or with a helper."""
        gain = self.gains[pair]
        alone = self.singles[pair[0]].score.mean
        helped = alone + sign_of(gain.metric) * gain.interval.mean
        return self.gate.passes(gain.main, gain.metric, alone, helped)

    @property
    def unlearned(self) -> list[str]:
        """The gains that are not judged, by name."""
        return [f"{main} with {helper}" for main, helper in self.gains if not self.has_learned((main, helper))]

    @property
    def correlations(self) -> dict[str, RankCorrelation]:
        """How each estimate ranks the mean gains."""
        measured = {pair: gain.interval.mean for pair, gain in self.gains.items()}
        return {name: rank_correlation(estimate, measured) for name, estimate in self.estimates.items() if estimate}


def relations_of(
    outcomes: Sequence[Outcome],
    *,
    tasks: Sequence[str],
    seeds: Sequence[int],
    planned: int,
    features: Mapping[str, TaskFeatures],
    divergences: Mapping[str, Mapping[str, float]],
    levels: Mapping[str, int],
    margin: float = MARGIN,
    gate: Gate = OPEN_GATE,
) -> Relations:
    """Put together what is known so far."""
    everything = next((outcome for outcome in outcomes if outcome.cell.kind == "all"), None)
    cosines, affinities = (everything.cosines, everything.affinities) if everything else ((), ())
    estimates = {"gradient cosine": mean_cosines(cosines), "lookahead affinity": mean_affinities(affinities)}
    return Relations(
        list(tasks),
        list(seeds),
        (len(outcomes), planned),
        measured_gains(outcomes),
        {task: _single_of(task, list(runs.values())) for task, runs in runs_alone(outcomes).items()},
        features,
        divergences,
        estimates,
        {"gradient cosine": len(cosines), "lookahead affinity": len(affinities)},
        levels,
        controls_of(outcomes),
        margin,
        gate,
    )


def _single_of(task: str, runs: Sequence[Outcome]) -> Single:
    """Describe a task by itself, over its seeds."""
    metric = metric_of(runs[0].cell, runs[0].scores, task)
    return Single(
        metric,
        student_interval([run.scores[task][metric] for run in runs]),
        mean_curve([loss_levels(run.losses) for run in runs]),
        mean_curve([loss_slopes(run.losses) for run in runs]),
    )


def relations_markdown(found: Relations) -> str:
    """Return relations.md."""
    parts = [
        _gain_lines(found),
        [*verdict_lines(list(found.verdicts.values()), margin=found.margin), *not_judged(found.unlearned), ""],
        control_lines(found.controls, found.gains, list(found.label_verdicts.values()), margin=found.margin),
        _feature_lines(found),
        _curve_lines(found),
        _estimate_lines(found),
        _branch_lines(found),
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _gain_lines(found: Relations) -> list[str]:
    """Return the gain matrix and what it means."""
    many = len(found.seeds)
    ended, planned = found.runs
    lines = [
        "# Which task helps which",
        "",
        f"{ended} of {planned} runs have ended; seeds {', '.join(map(str, found.seeds))}. Each row is a main task: its "
        "dev score after the last epoch alone, and in points what it has more (of an error: less) when trained with "
        "the task of the column, paired by seed.",
    ]
    if many > 1:
        lines[-1] += (
            f" ±: half of the {CONFIDENCE:.0%} interval (Student's t) over {many} seeds. Bold: above or below by the "
            "verdicts that follow."
        )
    else:
        lines[-1] += " One seed says nothing about noise: every gain may be chance."
    rows = [
        [
            task,
            *(
                [found.singles[task].metric, score_text(found.singles[task].score) + _mark(found, task)]
                if task in found.singles
                else ["", ""]
            ),
            *("" if helper == task else _points_of(found, (task, helper)) for helper in found.tasks),
        ]
        for task in found.tasks
    ]
    lines += ["", *markdown_table(["main task", "metric", "alone", *(f"+ {task}" for task in found.tasks)], rows), ""]
    return [*lines, *_caveats(found), ""]


def _caveats(found: Relations) -> list[str]:
    """Return what must be known before a gain is believed."""
    unequal = [gain for gain in found.gains.values() if gain.unequal]
    lines = [
        "Every task had the same number of gold batches alone and in each of its pairs, as counted in the logs: the "
        "runs have schedule `sampled` with every corpus once an epoch, and the plain sum of losses."
    ]
    if unequal:
        told = "; ".join(
            f"{gain.main} with {gain.helper}, seed {seed}: {before} alone, {after} in the pair"
            for gain in unequal
            for seed, (before, after) in gain.unequal.items()
        )
        lines = [f"Updates were NOT equal everywhere (steps without a finite loss are left out): {told}."]
    if any(_mark(found, task) for task in found.singles):
        lines.append("† does not beat an answer without a model. Unless a helper lifts it above, no gain is judged.")
    if len(found.seeds) > 1 and found.gains:
        lines.append("Intervals cover noise between seeds, not that of the dev split.")
    return lines


def _feature_lines(found: Relations) -> list[str]:
    """Return the sizes, labels and words of every task."""
    header = ["task", "examples", "words", "gold batches", "labels", "kinds", "entropy (bits)", "unknown words of dev"]
    rows = [
        [
            task,
            of.examples,
            of.words,
            _updates_of(found, task),
            of.labels,
            of.label_kinds,
            f"{of.label_entropy:.3f}",
            f"{of.unknown:.2%}",
        ]
        for task, of in found.features.items()
    ]
    rows_apart = [
        [task, *("" if other == task else f"{of[other]:.4f}" for other in found.tasks)]
        for task, of in found.divergences.items()
    ]
    return [
        "## Tasks",
        "",
        "Training data, as much of it as the runs had. Scores count as labels by the nearest whole number.",
        "",
        *markdown_table(header, rows),
        "",
        "Jensen-Shannon divergence of the training vocabularies in bits, in lower case: 0 same, 1 nothing shared.",
        "",
        *markdown_table(["task", *found.tasks], rows_apart),
        "",
    ]


def _updates_of(found: Relations, task: str) -> str:
    """Return how many batches a task had by itself in one run; empty where no gain is known."""
    counts = {before for (main, _), gain in found.gains.items() if main == task for before, _ in gain.updates.values()}
    return ", ".join(map(str, sorted(counts)))


def _curve_lines(found: Relations) -> list[str]:
    """Return how the loss of every task fell when it was alone."""
    losses = [[task, *(number(value) for value in of.losses)] for task, of in found.singles.items()]
    falls = [[task, *(number(value) for value in of.slopes)] for task, of in found.singles.items()]
    return [
        "## Learning alone",
        "",
        "Training loss at shares of the steps: the mean over the tenth of the steps that ends there, and over seeds.",
        "",
        *markdown_table(["task", *(f"{10 * tenth} %" for tenth in TENTHS)], losses),
        "",
        "Slope of that loss: per tenth of the steps, as a share of the loss at 10 %.",
        "",
        *markdown_table(["task", *(f"{10 * tenth} %" for tenth in SLOPES_AT)], falls),
        "",
        NO_VERDICT.format(mains=len(found.tasks)),
        "",
    ]


def _estimate_lines(found: Relations) -> list[str]:
    """Return the cheap estimates, and how they rank the gains."""
    if not any(found.estimates.values()):
        return []
    lines = ["## Cheap estimates", "", "From one run of all tasks in every step, with the first seed.", ""]
    for name, estimate in found.estimates.items():
        form = ".3f" if name == "gradient cosine" else "+.2e"
        rows = [
            [
                main,
                *(f"{estimate[main, helper]:{form}}" if (main, helper) in estimate else "" for helper in found.tasks),
            ]
            for main in found.tasks
        ]
        lines += [f"{name.capitalize()}: {_ESTIMATES[name].format(steps=found.steps[name])}.", ""]
        lines += [*markdown_table(["main task", *(f"+ {task}" for task in found.tasks)], rows), ""]
    told = [
        [name, number(of.spearman), number(of.within), of.pairs, of.mains] for name, of in found.correlations.items()
    ]
    return [
        *lines,
        "Spearman's rank correlation with the measured mean gains: over all ordered pairs, and within each main task, "
        "averaged over them (empty where none has three helpers).",
        "",
        *markdown_table(["estimate", "all pairs", "within main tasks", "n ordered pairs", "n main tasks"], told),
        "",
        f"n is {len(found.gains)} ordered pairs of {len(found.tasks)} main tasks. Pairs with a task in common are not "
        "independent, so that no p-value is given, and what holds here need not hold for other tasks.",
    ]


def _branch_lines(found: Relations) -> list[str]:
    """Return the trees that the affinities propose."""
    lines = branch_lines(dict(found.estimates["lookahead affinity"]), found.levels)
    return ["", *lines] if lines else []


def _points_of(found: Relations, pair: tuple[str, str]) -> str:
    """Return a gain, in bold where it is decided; nothing where there is none."""
    if (gain := found.gains.get(pair)) is None:
        return ""
    text = points(gain.interval, gain.metric)
    verdict = found.verdicts.get(pair)
    return f"**{text}**" if verdict and verdict.decided else text


def _mark(found: Relations, task: str) -> str:
    """Return what stands beside the score of a task by itself."""
    of = found.singles[task]
    return found.gate.mark(task, of.metric, of.score.mean)


def score_text(value: Interval) -> str:
    """Write a mean, with its interval where there is one."""
    return f"{value.mean:.4f}" + (f" ± {value.half:.4f}" if math.isfinite(value.half) else "")


def number(value: float | None) -> str:
    """Write a number that may not be known."""
    return "" if value is None else f"{value:.3f}"
