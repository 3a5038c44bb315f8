"""What is probed: whatever judges pairs of raw sentences, as an `Annotator` and a `Client` do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from jmt.document import Judgement
from jmt.errors import InputError
from jmt.formats.pairs import ENTAILMENT


class Judge(Protocol):
    """What an `Annotator` offers for pairs."""

    def compare_many(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Judge pairs of sentences, in order."""
        ...

    def describe(self) -> dict[str, Any]:
        """Return what the model is: its language, and its tasks with their labels."""
        ...


def check_judge(judge: Judge) -> None:
    """Refuse a model that does not say whether a sentence follows from another.

    Raises:
        InputError: naming its tasks, or its classes.
    """
    tasks = {task["name"]: task["labels"] for task in judge.describe()["tasks"]}
    if ENTAILMENT not in tasks:
        raise InputError(
            f"a model is probed by its task `{ENTAILMENT}`, and this one has none; its tasks are {', '.join(tasks)}"
        )
    if ENTAILMENT not in map(str.lower, tasks[ENTAILMENT]):
        raise InputError(
            f"the classes of `{ENTAILMENT}` are {', '.join(tasks[ENTAILMENT])}: none is called `{ENTAILMENT}`, so that "
            "nothing says which one means it"
        )


def class_of(judgement: Judgement) -> str:
    """Return the class of a pair, in lower case."""
    return (judgement.entailment or "").lower()
