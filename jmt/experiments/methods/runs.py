"""The runs of a comparison of methods: a grid of learning rates for each at one seed, then the best at all seeds.

Beside the methods there are references: random static weights, and every task by itself, each tuned on the same grid.
A tuning run lies in OUTPUT/tuning/NAME-xFACTOR/SEED, any other in OUTPUT/NAME-xFACTOR/SEED: another grid never takes a
run for what it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jmt.errors import ConfigError
from jmt.experiments.ablation import Cell, build_cells, read_for_comparison
from jmt.experiments.cell_records import is_diverged
from jmt.experiments.methods.references import SINGLE, static_weights, with_task_alone, with_weights
from jmt.experiments.methods.tuning import Tuned, tune
from jmt.experiments.methods.variants import BASELINE, at_rate, check_methods, on_joint, with_method
from jmt.experiments.variants import Tables
from jmt.training.selection import main_metric

_TUNING = "tuning"


@dataclass(frozen=True, slots=True)
class MethodRuns:
    """What is to be trained."""

    tables: Tables
    """The configuration under schedule `joint`."""
    notes: tuple[str, ...]
    """What that changed in it."""
    methods: tuple[str, ...]
    static: Mapping[str, Mapping[str, float]]
    """Name to weights that were drawn once for all runs."""
    single: Mapping[str, float]
    """Task to the passes of an epoch, where it is trained by itself; empty: none is."""
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
    def candidates(self) -> dict[str, Tables]:
        """Name to configuration of all that is tuned: methods, static weights, single tasks as single-TASK."""
        return {
            **{method: with_method(self.tables, method) for method in self.methods},
            **{name: with_weights(self.tables, weights) for name, weights in self.static.items()},
            **{f"{SINGLE}-{task}": with_task_alone(self.tables, task, passes) for task, passes in self.single.items()},
        }

    def kind_of(self, candidate: str) -> str:
        """Return the row of the report that a candidate belongs to: single tasks make one together."""
        return SINGLE if candidate.removeprefix(f"{SINGLE}-") in self.single else candidate

    def tuning(self) -> list[Cell]:
        """List the runs of the grid, none where there is nothing to choose from."""
        if len(self.rates) == 1:
            return []
        networks = {
            name: {_name_of(name, rate): at_rate(tables, rate) for rate in self.rates}
            for name, tables in self.candidates.items()
        }
        return build_cells(networks, [self.tuning_seed], self.output / _TUNING)

    def tuned(self) -> dict[str, Tuned]:
        """Choose the rate of every candidate whose grid has ended.

        Raises:
            ConfigError: no task has a dev split; or the sum, which all are compared with, diverged at every rate.
        """
        if len(self.rates) == 1:
            return {name: Tuned({}, (), self.rates[0]) for name in self.candidates}
        cells = self.tuning()
        found: dict[str, Tuned] = {}
        for name in self.candidates:
            grid = dict(zip(self.rates, (cell for cell in cells if cell.kind == name), strict=True))
            if all(cell.result() is not None or is_diverged(cell.folder) for cell in grid.values()):
                found[name] = tune({rate: _main_scores(cell) for rate, cell in grid.items()})
        if BASELINE in found and found[BASELINE].best is None:
            raise ConfigError(f"--rates: `{BASELINE}` diverged at every rate of the grid: add lower ones")
        return found

    def final(self, tuned: dict[str, Tuned]) -> list[Cell]:
        """List the runs with the rates that were chosen, seed by seed.

        Single tasks are left out together where one of them diverged at every rate: they are compared as one.
        """
        networks: dict[str, dict[str, Tables]] = {}
        for name, tables in self.candidates.items():
            choice = tuned.get(name)
            if choice is not None and choice.best is not None:
                networks.setdefault(self.kind_of(name), {})[_name_of(name, choice.best)] = at_rate(tables, choice.best)
        if len(networks.get(SINGLE, {})) < len(self.single):
            networks.pop(SINGLE, None)
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
    static: int = 0,
    passes: Callable[[Tables], Mapping[str, float]] = lambda _: {},
) -> MethodRuns:
    """Plan a comparison of methods, beside them so many static weights, and the single tasks that `passes` has.

    `passes` is given the configuration under schedule `joint`, and returns how often an epoch goes over each corpus.

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
    for method in names:  # whatever one cannot mean here is said before anything is read or trained
        networks = {_name_of(method, rate): at_rate(with_method(tables, method), rate) for rate in rates}
        build_cells({method: networks}, seeds[:1], output)
    return MethodRuns(
        tables=tables,
        notes=tuple(notes),
        methods=tuple(names),
        static=static_weights(tables, static),
        single=passes(tables),
        rates=tuple(sorted(rates)),
        tuning_seed=tuning_seed,
        seeds=tuple(seeds),
        output=Path(output),
    )


def _name_of(candidate: str, factor: float) -> str:
    """Name a candidate at a rate, as its folder is named."""
    return f"{candidate}-x{factor:g}"


def _main_scores(cell: Cell) -> dict[str, float] | None:
    """Return the main metric of every task after the last epoch; None of a run that diverged."""
    results = cell.result()
    if results is None:
        return None
    kinds = {task: head.kind for task, head in cell.config.model.tasks.items()}
    return {task: scores[main_metric(kinds[task], scores)] for task, scores in results.items() if scores}
