"""The part of a comparison of methods that is about rates: how each did on its grid, and which was taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from jmt.experiments.judging.tables import markdown_table
from jmt.experiments.methods.runs import MethodRuns
from jmt.experiments.methods.tuning import HOW, Tuned


def tuning_part(runs: MethodRuns, tuned: Mapping[str, Tuned], own_tuned: Mapping[str, Tuned]) -> list[str]:
    """Return the grids of learning rates, and of the rates of weights, and what was chosen."""
    if len(runs.rates) == 1:
        return ["## Learning rates", f"Not tuned: --rates names one, {runs.rates[0]:g} times {runs.rate:g}."]
    text = f"Mean rank of every learning rate, from one run each at seed {runs.tuning_seed}. {HOW}"
    if runs.widen:
        text += f" Where the best rate was at an end of the grid, others beyond it were tried, {runs.widen} at most."
    if any(choice.at_edge for choice in tuned.values()):
        text += " `(edge)`: the grid ends there, and a wider one might hold a better rate."
    parts = ["## Learning rates", text, _tuning_table(tuned, runs.candidates, runs.rates, unit=runs.rate)]
    if own_tuned:
        told = "The rate at which methods learn their weights, as a factor of the configuration's, chosen alike:"
        parts += [told, _tuning_table(own_tuned, own_tuned, runs.own_rates, unit=1.0)]
    return parts


def _tuning_table(tuned: Mapping[str, Tuned], names: Collection[str], rates: Sequence[float], *, unit: float) -> str:
    """Return the ranks of all rates that were tried, and which was taken."""
    tried = sorted({*rates, *(rate for choice in tuned.values() for rate in (*choice.ranks, *choice.diverged))})
    rows = []
    for method in names:
        choice = tuned.get(method)
        if choice is None:
            rows.append([method, *("" for _ in tried), "not all run yet"])
            continue
        taken = "none: all diverged" if choice.best is None else f"{choice.best * unit:g}"
        rows.append([method, *(_rank_text(choice, rate) for rate in tried), taken + " (edge)" * choice.at_edge])
    return "\n".join(markdown_table(["method", *(f"{rate * unit:g}" for rate in tried), "rate taken"], rows))


def _rank_text(choice: Tuned, rate: float) -> str:
    """Return a mean rank, or that there is none."""
    if rate in choice.diverged:
        return "diverged"
    if rate not in choice.ranks:
        return ""
    text = f"{choice.ranks[rate]:.2f}"
    return f"**{text}**" if rate == choice.best else text
