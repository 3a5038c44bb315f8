"""The runs of a comparison of methods: a grid of learning rates per method at one seed, then the best at all seeds.

A tuning run lies in OUTPUT/tuning/METHOD-xFACTOR/SEED, any other in OUTPUT/METHOD-xFACTOR/SEED: another grid never
takes a run for what it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jmt.errors import ConfigError
from jmt.experiments.ablation import Cell, build_cells, read_for_comparison
from jmt.experiments.cell_records import is_diverged
from jmt.experiments.method_variants import BASELINE, check_methods, on_joint, with_method
from jmt.experiments.tuning import Tuned, tune
from jmt.experiments.variants import Tables
from jmt.training.selection import main_metric

TUNING = "tuning"


@dataclass(frozen=True, slots=True)
class MethodRuns:
    """What is to be trained."""

    tables: Tables
    """The configuration under schedule `joint`."""
    notes: tuple[str, ...]
    """What that changed in it."""
    methods: tuple[str, ...]
    rates: tuple[float, ...]
    """Factors of the configuration's learning rate."""
    tuning_seed: int
    seeds: tuple[int, ...]
    output: Path

    @property
    def rate(self) -> float:
        """The configuration's learning rate."""
        return float(self.tables["training"]["optimizer"]["learning_rate"])

    @property
    def kinds(self) -> dict[str, str]:
        """Task to its kind."""
        return {task: table["kind"] for task, table in self.tables["task"].items()}

    def tuning(self) -> list[Cell]:
        """List the runs of the grid, none where there is nothing to choose from."""
        if len(self.rates) == 1:
            return []
        networks = {
            method: {name_of(method, rate): with_method(self.tables, method, rate) for rate in self.rates}
            for method in self.methods
        }
        return build_cells(networks, [self.tuning_seed], self.output / TUNING)

    def tuned(self) -> dict[str, Tuned]:
        """Choose the rate of every method whose grid has ended.

        Raises:
            ConfigError: no task has a dev split; or the sum, which all are compared with, diverged at every rate.
        """
        if len(self.rates) == 1:
            return {method: Tuned({}, (), self.rates[0]) for method in self.methods}
        cells = self.tuning()
        found: dict[str, Tuned] = {}
        for method in self.methods:
            grid = dict(zip(self.rates, (cell for cell in cells if cell.kind == method), strict=True))
            if all(cell.result() is not None or is_diverged(cell.folder) for cell in grid.values()):
                found[method] = tune({rate: main_scores(cell) for rate, cell in grid.items()})
        if BASELINE in found and found[BASELINE].best is None:
            raise ConfigError(f"--rates: `{BASELINE}` diverged at every rate of the grid: add lower ones")
        return found

    def final(self, tuned: dict[str, Tuned]) -> list[Cell]:
        """List the runs with the rates that were chosen, seed by seed."""
        networks = {
            method: {name_of(method, choice.best): with_method(self.tables, method, choice.best)}
            for method, choice in tuned.items()
            if choice.best is not None
        }
        return build_cells(networks, self.seeds, self.output)


def plan_methods(
    source: str,
    methods: Sequence[str],
    seeds: Sequence[int],
    output: Path,
    *,
    rates: Sequence[float],
    tuning_seed: int,
    overrides: Sequence[str] = (),
) -> MethodRuns:
    """Plan a comparison of methods.

    Raises:
        ConfigError: an unknown method, a tuning seed among the seeds, a configuration that cannot be built.
    """
    names = check_methods(methods)
    if tuning_seed in seeds:
        raise ConfigError(
            f"--tuning-seed {tuning_seed}: it is among --seeds, and a rate would be judged by the run that chose it; "
            "take another one"
        )
    tables, notes = on_joint(read_for_comparison(source, overrides=overrides))
    runs = MethodRuns(tables, tuple(notes), tuple(names), tuple(sorted(rates)), tuning_seed, tuple(seeds), Path(output))
    for method in names:  # whatever one cannot mean here is said before anything is trained
        networks = {name_of(method, rate): with_method(tables, method, rate) for rate in rates}
        build_cells({method: networks}, seeds[:1], runs.output)
    return runs


def name_of(method: str, factor: float) -> str:
    """Name a method at a rate, as its folder is named."""
    return f"{method}-x{factor:g}"


def main_scores(cell: Cell) -> dict[str, float] | None:
    """Return the main metric of every task after the last epoch; None of a run that diverged."""
    results = cell.result()
    if results is None:
        return None
    kinds = {task: head.kind for task, head in cell.config.model.tasks.items()}
    return {task: scores[main_metric(kinds[task], scores)] for task, scores in results.items() if scores}
