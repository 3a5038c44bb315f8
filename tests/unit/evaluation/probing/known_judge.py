"""A judge whose answers are known: two sentences of the same words are entailment with the highest grade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jmt.document import Judgement


class KnownJudge:
    """Judges by a rule, and remembers what it was asked."""

    def __init__(
        self,
        rule: Callable[[str, str], str],
        grade: Callable[[str, str], float | None] = lambda first, second: None,
        labels: Sequence[str] = ("CONTRADICTION", "ENTAILMENT", "NEUTRAL"),
        language: str = "en",
        task: str = "entailment",
    ) -> None:
        self.rule, self.grade, self.labels, self.language, self.task = rule, grade, labels, language, task
        self.asked: list[tuple[str, str]] = []

    def compare_many(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        self.asked += pairs
        return [Judgement(a, b, relatedness=self.grade(a, b), entailment=self.rule(a, b)) for a, b in pairs]

    def describe(self) -> dict[str, Any]:
        return {"language": self.language, "tasks": [{"name": self.task, "labels": list(self.labels)}]}


def equal_texts(first: str, second: str) -> str:
    """The rule of one who looks at letters."""
    return "ENTAILMENT" if first == second else "CONTRADICTION"
