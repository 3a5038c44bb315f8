"""Successive regularisation: while a task is trained, the parameters of the one before stay near where it left them.

Section 3 and appendix A of Hashimoto et al. 2017 (eq. 6-10).  At the start of every pass the snapshot is taken anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from jmt.network.model import JointModel
from jmt.network.parts import head_of, word_parameters
from jmt.training.anchoring.anchor import Anchor
from jmt.training.optimization import tables_of
from jmt.training.reach import cumulative_reach
from jmt.training.settings.training import SuccessiveRegularizationSettings


class SuccessiveRegularization:
    """Takes the snapshot theta' at the start of each task's pass, and says which parameters it holds how strongly."""

    def __init__(self, model: JointModel, settings: SuccessiveRegularizationSettings) -> None:
        self.model = model
        self.settings = settings
        self._parameters = dict(model.named_parameters())
        self._tables = tables_of(model)

    def start_pass(self, task: str, previous: str | None, *, first_of_epoch: bool) -> Anchor:
        """Snapshot what the pass of `task` shall not forget.

        That is theta of the task trained just before, in the same epoch; for the first pass of an epoch theta_e alone
        (J_1); for the very first pass of all, before which nothing was learned, nothing.
        """
        if previous is None:
            return Anchor({}, {})
        names = word_parameters(self.model) if first_of_epoch else cumulative_reach(self.model, previous)
        return Anchor.take(self._parameters, self.deltas(names, task), self._tables)

    def deltas(self, names: Iterable[str], task: str) -> dict[str, float]:
        """Return delta for each parameter: larger for the heads of other tasks than the one being trained."""
        return {
            name: self.settings.default if head_of(name) in (None, task) else self.settings.lower_classifiers
            for name in sorted(names)
        }
