"""The runs of a comparison of methods: a grid of learning rates for each at one seed, then the best at all seeds.

Beside the methods there are references: random static weights, and every task by itself, each tuned on the same grid.
A tuning run lies in OUTPUT/tuning/NAME-xFACTOR/SEED, any other in OUTPUT/NAME-xFACTOR/SEED: another grid never takes a
run for what it is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jmt.errors import ConfigError
from jmt.experiments.ablation import Cell, Scores, build_cells, read_for_comparison, results_of
from jmt.experiments.cell_records import is_diverged
from jmt.experiments.json_records import damaged
from jmt.experiments.judging.margin import MARGIN
from jmt.experiments.methods.references import SINGLE, static_weights, with_task_alone, with_weights
from jmt.experiments.methods.tuning import Tuned, beyond, tune
from jmt.experiments.methods.variants import (
    BASELINE,
    at_own_rate,
    at_rate,
    check_methods,
    has_own_rate,
    on_joint,
    own_rate,
    with_method,
)
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
    widen: int
    """How many rates are added beyond an end of that grid, one by one, while the best one lies there."""
    own_rates: tuple[float, ...]
    """Factors of the rate at which a method's own weights are learned, tried at the learning rate that was chosen."""
    tuning_seed: int
    seeds: tuple[int, ...]
    margin: float
    """Percent within which a method is as good as the sum."""
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
        return SINGLE if candidate in {f"{SINGLE}-{task}" for task in self.single} else candidate

    def tuning(self) -> list[Cell]:
        """List the runs of the grids as far as they are known: one that is widened grows with its results."""
        grids = (grid for name in self.candidates for grid in (self._grid(name), self._own_grid(name)))
        return list({cell.folder: cell for grid in grids for cell in grid.values()}.values())

    def tuned(self) -> dict[str, Tuned]:
        """Choose the learning rate of every candidate whose grid has ended.

        Raises:
            ConfigError: no task has a dev split; or the sum, which all are compared with, diverged at every rate.
        """
        found = {name: choice for name in self.candidates if (choice := self._tuned(name)) is not None}
        if BASELINE in found and found[BASELINE].best is None:
            raise ConfigError(f"--rates: `{BASELINE}` diverged at every rate of the grid: add lower ones")
        return found

    def own_tuned(self) -> dict[str, Tuned]:
        """Choose the rate of the weights of every method that learns them and whose grid has ended."""
        grids = {name: self._own_grid(name) for name in self.candidates}
        return {name: choice for name, grid in grids.items() if grid and (choice := _choice(grid)) is not None}

    def describe_rates(self, name: str, tuned: Mapping[str, Tuned], own: Mapping[str, Tuned]) -> str:
        """Say at which rates a candidate is compared, or why it is left out."""
        best, learned = tuned[name].best, own[name].best if name in own else 1.0
        if best is None or learned is None:
            return f"left out: it diverged at every rate{'' if best is None else ' of its weights'}"
        text = f"learning rate {best * self.rate:g} (x {best:g})"
        if name in self.methods and has_own_rate(name):
            text += f", that of its weights {learned * own_rate(self.candidates[name]):g} (x {learned:g})"
        return text

    def final(self, tuned: Mapping[str, Tuned], own: Mapping[str, Tuned]) -> list[Cell]:
        """List the runs with the rates that were chosen, seed by seed.

        Single tasks are left out together where one of them diverged at every rate: they are compared as one.
        """
        networks: dict[str, dict[str, Tables]] = {}
        for name, tables in self.candidates.items():
            choice, factor = tuned.get(name), own[name].best if name in own else 1.0
            if choice is None or choice.best is None or factor is None or (name not in own and self._own_grid(name)):
                continue
            network = at_rate(tables, choice.best)
            if factor != 1.0:
                network = at_own_rate(network, factor)
            networks.setdefault(self.kind_of(name), {})[_name_of(name, choice.best, factor)] = network
        if len(networks.get(SINGLE, {})) < len(self.single):
            networks.pop(SINGLE, None)
        return build_cells(networks, self.seeds, self.output)

    def _tuned(self, name: str) -> Tuned | None:
        """Choose the learning rate of a candidate; None while its grid has not ended."""
        return Tuned({}, (), self.rates[0]) if len(self.rates) == 1 else _choice(self._grid(name))

    def _grid(self, name: str) -> dict[float, Cell]:
        """Return by rate the runs that choose a candidate's learning rate, none where there is no choice."""
        if len(self.rates) == 1:
            return {}
        rates = list(self.rates)
        grid = self._cells(name, rates)
        for _ in range(self.widen):
            choice = _choice(grid)
            if choice is None or choice.best is None or not choice.at_edge:
                break
            further = beyond(rates, choice.best)
            if not 0 < further * self.rate < math.inf:
                break
            rates.append(further)
            grid = self._cells(name, rates)
        return grid

    def _own_grid(self, name: str) -> dict[float, Cell]:
        """Return by rate the runs that choose the rate of a method's weights; the one at factor 1 was run before."""
        learns = name in self.methods and has_own_rate(name)
        choice = self._tuned(name) if learns and len(self.own_rates) > 1 else None
        if choice is None or choice.best is None:
            return {}
        tables = at_rate(self.candidates[name], choice.best)
        networks = {
            _name_of(name, choice.best, factor): tables if factor == 1.0 else at_own_rate(tables, factor)
            for factor in self.own_rates
        }
        return dict(zip(self.own_rates, self._tuning_cells(name, networks), strict=True))

    def _cells(self, name: str, rates: Sequence[float]) -> dict[float, Cell]:
        """Return a candidate's run at each of some learning rates, the lowest first."""
        networks = {_name_of(name, rate): at_rate(self.candidates[name], rate) for rate in sorted(rates)}
        return dict(zip(sorted(rates), self._tuning_cells(name, networks), strict=True))

    def _tuning_cells(self, name: str, networks: Mapping[str, Tables]) -> list[Cell]:
        """Return the runs of these networks with the seed of tuning."""
        return build_cells({name: networks}, [self.tuning_seed], self.output / _TUNING)


def plan_methods(
    source: str,
    methods: Sequence[str],
    seeds: Sequence[int],
    output: Path,
    *,
    rates: Sequence[float],
    tuning_seed: int,
    widen: int = 0,
    own_rates: Sequence[float] = (1.0,),
    margin: float = MARGIN,
    overrides: Sequence[str] = (),
    tasks: Sequence[str] | None = None,
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
    tables, notes = on_joint(read_for_comparison(source, overrides=overrides, tasks=tasks))
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
        widen=widen,
        own_rates=tuple(sorted(own_rates)),
        tuning_seed=tuning_seed,
        seeds=tuple(seeds),
        margin=margin,
        output=Path(output),
    )


def _name_of(candidate: str, factor: float, own: float = 1.0) -> str:
    """Name a candidate at its rates, as its folder is named."""
    return f"{candidate}-x{factor:g}" + (f"-w{own:g}" if own != 1.0 else "")


def _choice(grid: Mapping[float, Cell]) -> Tuned | None:
    """Choose among runs by rate; None while some of them have not ended, and where there are none."""
    results = results_of(list(grid.values()))
    found = {rate: (cell, scores) for (rate, cell), scores in zip(grid.items(), results, strict=True)}
    if not found or not all(scores is not None or is_diverged(cell.folder) for cell, scores in found.values()):
        return None
    return tune(
        {rate: None if scores is None else _main_scores(cell, scores) for rate, (cell, scores) in found.items()}
    )


def _main_scores(cell: Cell, results: Scores) -> dict[str, float]:
    """Return the main metric of every task.

    Raises:
        InputError: a task that is none, or has no main metric.
    """
    main = {}
    for task, scores in results.items():
        head = cell.config.model.tasks.get(task)
        metric = main_metric(head.kind, scores) if head else None
        if scores and metric not in scores:
            told = f"has no {metric} after the last epoch" if metric else "is no task of this run"
            raise damaged(cell.folder / "log.jsonl", f"{task} {told}")
        if scores and metric:
            main[task] = scores[metric]
    return main
