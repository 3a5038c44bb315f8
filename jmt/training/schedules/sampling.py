"""How often each corpus is drawn: shares of the steps of an epoch, exact and not only expected."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from jmt.training.settings.schedule import SamplingSettings


class Shares:
    """A group with n batches has a share in proportion to its ratio times min(n, cap)^alpha.

    alpha is 1 (proportional), 0 (uniform, ratio), 1 / temperature, or annealed: from 1 in the first epoch to
    1 / temperature in the last (Stickland and Murray 2019; cap: Raffel et al. 2020, section 3.5.2).
    """

    def __init__(self, settings: SamplingSettings, groups: Mapping[str, list[str]], epochs: int) -> None:
        self.settings, self.epochs = settings, epochs
        self.ratios = {
            group: max((settings.ratios[task] for task in tasks if task in settings.ratios), default=1.0)
            for group, tasks in groups.items()
        }

    def alpha(self, epoch: int) -> float:
        """Return the exponent of an epoch."""
        end = 1 / self.settings.temperature
        if self.settings.by == "annealed":
            return 1 + (end - 1) * (epoch - 1) / max(1, self.epochs - 1)
        return {"proportional": 1.0, "temperature": end}.get(self.settings.by, 0.0)

    def divide(self, steps: int, epoch: int, batches: Mapping[str, int]) -> dict[str, int]:
        """Divide the steps of an epoch among groups."""
        cap = self.settings.cap or max(batches.values(), default=1)
        counts = np.array([min(count, cap) for count in batches.values()], dtype=float)
        weights = counts ** self.alpha(epoch) * np.array([self.ratios[group] for group in batches])
        exact = weights / weights.sum() * steps
        whole = np.floor(exact).astype(int)
        for place in np.argsort(whole - exact, kind="stable")[: steps - whole.sum()]:
            whole[place] += 1  # what rounding left over goes to the largest remainders
        return dict(zip(batches, whole.tolist(), strict=True))
