"""The examples of several corpora one after another, for all tasks that are learned from the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.cards import ScoreRange
from jmt.data.unions.grades import mapped_grades
from jmt.data.unions.leaks import EvaluationSentences
from jmt.data.unions.selecting import Inputs, Selections


@dataclass(frozen=True, slots=True)
class Part:
    """What one corpus has for a task in a split."""

    corpus: str
    examples: TaskExamples
    score_range: ScoreRange | None = None
    """Of a graded corpus."""


class Joiner:
    """Joins corpora; tasks on the same corpora get the same `inputs`, not only equal ones, and share a forward pass."""

    def __init__(self) -> None:
        self._selections = Selections()
        self._joined: dict[tuple[int, ...], tuple[list[Inputs], Inputs]] = {}
        self._free: dict[int, tuple[Inputs, list[int]]] = {}

    def join(self, parts: Sequence[Part], score_range: ScoreRange | None = None) -> TaskExamples:
        """Return the examples of all parts in their order, grades in `score_range`, with which corpus each is of.

        `parts` is not empty; what lines the examples have in their files is no longer known.
        """
        first = parts[0].examples
        gold = [gold for part in parts for gold in mapped_grades(part.examples.gold, part.score_range, score_range)]
        sizes = tuple((part.corpus, len(part.examples)) for part in parts)
        inputs = self._inputs([part.examples.inputs for part in parts])
        return TaskExamples(first.task, first.kind, inputs, gold, parts=sizes)

    def without_leaks(self, part: Part, evaluated: EvaluationSentences) -> Part:
        """Return the training examples of a corpus that have no sentence of an evaluation split.

        Raises:
            CorpusError: there is none.
        """
        inputs = part.examples.inputs
        if id(inputs) not in self._free:  # the inputs are kept beside it, so that no other object can get their id
            self._free[id(inputs)] = (inputs, evaluated.free_of_them(part.corpus, inputs))
        return replace(part, examples=self._selections.choose(part.examples, self._free[id(inputs)][1]))

    def _inputs(self, every: list[Inputs]) -> Inputs:
        """Return inputs one after another, the same object for the same ones."""
        key = tuple(map(id, every))
        if key not in self._joined:
            self._joined[key] = (every, [item for inputs in every for item in inputs])  # type: ignore[assignment]
        return self._joined[key][1]
