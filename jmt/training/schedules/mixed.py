"""Tasks mixed from step to step, or within every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from jmt.training.schedules.base import ALL, Step
from jmt.training.schedules.sampling import Shares
from jmt.training.seeds import derive_seed


class SampledSchedule:
    """A corpus is drawn for every step; an epoch has as many steps as all corpora have batches."""

    def __init__(self, shares: Shares, seed: int) -> None:
        self.shares, self.seed = shares, seed

    def steps(self, epoch: int, batches: Mapping[str, int], left: Mapping[str, float]) -> list[Step]:
        """Return the groups in an order drawn for this epoch."""
        counts = self.shares.divide(sum(batches.values()), epoch, batches)
        return shuffled([((group,), count) for group, count in counts.items()], self.seed, epoch)


class JointSchedule:
    """Every step has a batch of every corpus; an epoch passes over the largest once, over smaller ones again."""

    def steps(self, epoch: int, batches: Mapping[str, int], left: Mapping[str, float]) -> list[Step]:
        """Return all groups as often as the largest has batches."""
        return [Step(tuple(batches), ALL)] * max(batches.values())


class GroupedSchedule:
    """Every step has a batch of each corpus of one set; an epoch passes over the largest corpus of every set once."""

    def __init__(self, sets: Sequence[tuple[str, ...]], seed: int) -> None:
        self.sets, self.seed = sets, seed

    def steps(self, epoch: int, batches: Mapping[str, int], left: Mapping[str, float]) -> list[Step]:
        """Return the sets in an order drawn for this epoch."""
        sets = [tuple(group for group in groups if group in batches) for groups in self.sets]
        counts = [(groups, max(batches[group] for group in groups)) for groups in sets if groups]
        return shuffled(counts, self.seed, epoch)


def shuffled(counts: Sequence[tuple[tuple[str, ...], int]], seed: int, epoch: int) -> list[Step]:
    """Return every set of groups as often as its count says, in an order drawn for an epoch."""
    drawn = [groups for groups, count in counts for _ in range(count)]
    generator = np.random.default_rng(derive_seed(seed, "order", epoch))
    return [Step(drawn[index], ALL) for index in generator.permutation(len(drawn))]
