"""Which epoch is the best one: a mean of dev scores in which higher is better."""

from __future__ import annotations

from collections.abc import Mapping

from jmt.cascade.kinds import MEASURES, metrics_of_kind, sign_of
from jmt.errors import ConfigError
from jmt.training.settings.training import SelectionSettings


class Selection:
    """Turns the dev scores of an epoch into the number that selects."""

    def __init__(self, settings: SelectionSettings, kinds: Mapping[str, str]) -> None:
        self.metrics = settings.metrics
        self.kinds = dict(kinds)
        for name in self.metrics:
            task = name.partition(".")[0]
            if task not in self.kinds:
                raise ConfigError(
                    f"training.selection.metrics: `{name}` names no task here; write TASK.METRIC with one of "
                    f"{', '.join(self.kinds)}"
                )

    def score(self, results: Mapping[str, Mapping[str, float]]) -> float:
        """Return the mean of the selected metrics.

        Raises:
            ConfigError: a metric that the task's result does not have.
        """
        chosen = [name.partition(".")[::2] for name in self.metrics] or [
            (task, main_metric(self.kinds[task], result)) for task, result in results.items() if task in self.kinds
        ]
        values = []
        for task, metric in chosen:
            if metric not in results.get(task, {}):
                raise ConfigError(
                    f"training.selection.metrics: `{task}` has no `{metric}` on dev; it has "
                    f"{', '.join(results.get(task, {})) or 'no dev split'}"
                )
            values.append(sign_of(metric) * results[task][metric])
        return sum(values) / len(values)


def main_metric(kind: str, result: Mapping[str, float]) -> str:
    """Return the name of the one metric that speaks for a task."""
    headlines = [MEASURES[metric].headline for metric in metrics_of_kind(kind)]
    return next((name for name in headlines if name in result), headlines[-1])
