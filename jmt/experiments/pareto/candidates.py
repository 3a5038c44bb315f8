"""Runs as candidates: those that differ in the seed alone are one, named by what sets it apart from the others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from jmt.errors import ConfigError
from jmt.experiments.ablation import Scores
from jmt.experiments.run_records import RunRecord

_MOST_SEARCHED = 3
"""Sets of up to so many keys are searched for the shortest that tells candidates apart; after that all keys do."""

_UNSET = "unset"
"""What a key is said to be in a configuration that does not have it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One configuration and its runs, by seed."""

    name: str
    """KEY=VALUE for every key that names candidates; or a folder."""
    label: str
    """The values alone, for a place where the keys are told once."""
    named_by: tuple[str, ...]
    differences: Mapping[str, Any]
    """Every key in which any two candidates differ, and its value here; a key that is unset is left out."""
    runs: tuple[RunRecord, ...]

    @property
    def seeds(self) -> dict[int, Scores]:
        """The scores of its runs."""
        return {run.seed: run.scores for run in self.runs}

    @property
    def stationarity(self) -> float | None:
        """The mean over the runs that have one on record."""
        found = [run.stationarity for run in self.runs if run.stationarity is not None]
        return sum(found) / len(found) if found else None


def build_candidates(records: Sequence[RunRecord]) -> list[Candidate]:
    """Group runs by their configuration and name the groups; the order of the runs does not matter.

    Raises:
        ConfigError: a run given twice, or fewer than two candidates.
    """
    _check_distinct(records)
    groups = group(records)
    if len(groups) < 2:
        raise ConfigError(
            f"{len(records)} run(s) of one configuration are one candidate; name runs that differ in more than the seed"
        )
    configurations = [runs[0].keys for runs in groups]
    varying = _differing(configurations)
    chosen = shortest(configurations, varying)
    told = [tuple(value_text(keys.get(key)) for key in chosen) for keys in configurations]
    places = _folder_names([runs[0].folder for runs in groups])
    candidates = []
    for runs, values, place in zip(groups, told, places, strict=True):
        alone = told.count(values) == 1
        parts = [f"{key}={value}" for key, value in zip(chosen, values, strict=True)]
        candidates.append(
            Candidate(
                name=", ".join(parts if alone else [*parts, place]),
                label=", ".join(values if alone else [*values, place]),
                named_by=chosen,
                differences={key: runs[0].keys[key] for key in varying if key in runs[0].keys},
                runs=tuple(runs),
            )
        )
    order = {candidate.name: [_sortable(candidate.differences.get(key)) for key in chosen] for candidate in candidates}
    return sorted(candidates, key=lambda candidate: (order[candidate.name], candidate.name))


def _check_distinct(records: Iterable[RunRecord]) -> None:
    """Refuse a folder that is given twice: it would count as two independent runs."""
    seen: set[Path] = set()
    for record in records:
        if record.folder.resolve() in seen:
            raise ConfigError(f"{record.folder}: this run is named twice")
        seen.add(record.folder.resolve())


def group(records: Iterable[RunRecord]) -> list[list[RunRecord]]:
    """Put the runs of one configuration together, by seed.

    Where a seed comes twice, something else sets the runs apart (what they started from, a teacher): each stands alone.
    """
    groups: dict[str, list[RunRecord]] = {}
    for record in sorted(records, key=lambda record: (record.seed, str(record.folder))):
        groups.setdefault(value_text(record.keys), []).append(record)
    parted: list[list[RunRecord]] = []
    for runs in groups.values():
        repeated = len({run.seed for run in runs}) < len(runs)
        parted += [[run] for run in runs] if repeated else [runs]
    return parted


def _differing(configurations: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the keys that do not have the same value everywhere, in alphabetical order."""
    keys = sorted({key for configuration in configurations for key in configuration})
    return [key for key in keys if len({value_text(configuration.get(key)) for configuration in configurations}) > 1]


def shortest(configurations: Sequence[Mapping[str, Any]], varying: Sequence[str]) -> tuple[str, ...]:
    """Return the fewest keys whose values are as different as all of them; among equals, names before numbers."""

    def told(keys: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(value_text(configuration.get(key)) for key in keys) for configuration in configurations)

    def burden(keys: Sequence[str]) -> tuple[int, int, Sequence[str]]:
        values = [configuration.get(key) for configuration in configurations for key in keys]
        return sum(not isinstance(value, str) for value in values), sum(map(len, map(value_text, values))), keys

    parts: dict[tuple[int, ...], str] = {}  # keys that part the candidates alike can stand for each other
    for key in sorted(varying, key=lambda key: burden([key])):
        values = told([key])
        parts.setdefault(tuple(values.index(value) for value in values), key)
    most = len(set(told(varying)))
    for size in range(min(_MOST_SEARCHED, len(parts)) + 1):
        enough = [keys for keys in combinations(parts.values(), size) if len(set(told(keys))) == most]
        if enough:
            return min(enough, key=burden)
    return tuple(sorted(parts.values()))


def _folder_names(folders: Sequence[Path]) -> list[str]:
    """Return the folders' own names, or where two are alike the whole paths."""
    names = [folder.resolve().name for folder in folders]
    return names if len(set(names)) == len(names) else [str(folder) for folder in folders]


def value_text(value: Any) -> str:
    """Write a value of a configuration on one line, always in the same way."""
    if value is None:
        return _UNSET
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _sortable(value: Any) -> tuple[int, float, str]:
    """Return what orders numbers by size, and all else after them by its text."""
    if isinstance(value, int | float):
        return 0, float(value), ""
    return 1, 0.0, value_text(value)
