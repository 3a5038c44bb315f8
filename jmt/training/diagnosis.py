"""What a step tells about its tasks: their weights, and how their gradients lie to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from torch import Tensor

from jmt.training.weighting.solvers import stationarity


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """For the log; of gradients only where each task's was computed by itself."""

    task_weights: dict[str, float]
    """What each task's loss, or gradient on the shared parameters, was multiplied by."""
    norms: dict[str, float] = field(default_factory=dict)
    """Lengths of the tasks' gradients on the shared parameters."""
    cosines: dict[str, float] = field(default_factory=dict)
    """Between two of them, by `first/second`; below zero the two tasks are in conflict."""
    stationarity: float | None = None
    """||d|| / mean ||g_t||, d the shortest vector in the hull of the gradients: 0 where no step serves all tasks."""


def diagnose(task_weights: Mapping[str, float], tasks: Sequence[str], gram: Tensor) -> Diagnosis:
    """Describe a step by the inner products (T, T) of its tasks' gradients; zero where a task has none."""
    lengths = gram.diagonal().clamp_min(0).sqrt().tolist()
    present = [number for number, length in enumerate(lengths) if length > 0]
    cosines = {
        f"{tasks[first]}/{tasks[second]}": float(gram[first, second]) / (lengths[first] * lengths[second])
        for first, second in combinations(present, 2)
    }
    norms = {tasks[number]: lengths[number] for number in present}
    return Diagnosis(dict(task_weights), norms, cosines, stationarity(gram))
