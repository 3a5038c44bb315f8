"""Which of a model's tasks a call runs: those it names, or those chosen for all calls, or all there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jmt.annotate.asked import shown_value
from jmt.errors import InputError


class TaskChoice:
    """The tasks that a model has, about single sentences and about pairs, and those that were chosen among them.

    Raises InputError where a chosen task is none of the model's.
    """

    def __init__(self, token_tasks: Sequence[str], pair_tasks: Sequence[str], chosen: Sequence[str] | None) -> None:
        self._all_token_tasks = list(token_tasks)
        self._all_pair_tasks = list(pair_tasks)
        self._chosen = None if chosen is None else known_tasks(chosen, [*token_tasks, *pair_tasks])

    @property
    def token_tasks(self) -> list[str]:
        """The tasks about single sentences that are run unless a call says otherwise, lowest first."""
        return [task for task in self._all_token_tasks if self._chosen is None or task in self._chosen]

    @property
    def pair_tasks(self) -> list[str]:
        """The tasks about pairs that are run unless a call says otherwise, lowest first."""
        return [task for task in self._all_pair_tasks if self._chosen is None or task in self._chosen]

    def about_sentences(self, tasks: Sequence[str] | None) -> list[str]:
        """Return the tasks to run on sentences, once each, lowest first.

        A model of a segmenter alone has no task of any kind: splitting is all that it does, and nothing is run.
        Raises InputError for a task that is none about sentences, and where there is nothing to run.
        """
        if not tasks and not self._all_token_tasks and not self._all_pair_tasks:
            return []
        if not self.token_tasks and tasks is None:
            raise self._nothing_to_run(
                "about single sentences", "a tagger, parser or classifier", self._all_token_tasks
            )
        return known_tasks(self.token_tasks if tasks is None else tasks, self._all_token_tasks)

    def about_pairs(self, tasks: Sequence[str] | None) -> list[str]:
        """Return the tasks to run on pairs; errors as in `about_sentences`."""
        if not self.pair_tasks and tasks is None:
            raise self._nothing_to_run("about pairs", "a pair_regressor or pair_classifier", self._all_pair_tasks)
        return known_tasks(self.pair_tasks if tasks is None else tasks, self._all_pair_tasks)

    def _nothing_to_run(self, what: str, kinds: str, offered: Sequence[str]) -> InputError:
        if offered:
            return InputError(f"no task {what} is among the chosen ones; name one of {', '.join(offered)}")
        others = ", ".join((*self._all_token_tasks, *self._all_pair_tasks))
        return InputError(f"this model has no task {what}, only {others}; train one with {kinds}")


def listed_tasks(tasks: Sequence[str]) -> tuple[str, ...]:
    """Return the names of tasks; a string is the name of one.

    Raises InputError for what holds no names.
    """
    if isinstance(tasks, str):
        return (tasks,)
    names = tuple(tasks) if isinstance(tasks, Iterable) else (tasks,)
    for name in names:
        if not isinstance(name, str):
            raise InputError(f'tasks are given by their names, as in tasks=["xpos", "dep"]; found {shown_value(name)}')
    return names


def known_tasks(tasks: Sequence[str], offered: Sequence[str]) -> list[str]:
    """Return the tasks once each, lowest first; refuse one that is not offered."""
    asked = listed_tasks(tasks)
    for task in asked:
        if task not in offered:
            raise InputError(f"no task `{task}` to run here; this model has {', '.join(offered) or 'none'}")
    return [task for task in offered if task in asked]
