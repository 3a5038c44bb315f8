"""Some of the examples: the same choice from the same inputs is one object, by which tasks know what they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jmt.cascade.symbols.examples import TaskExamples, Words

Inputs = Sequence[Words] | Sequence[tuple[Words, Words]]


class Selections:
    """Chooses examples, and knows the inputs that it has chosen before."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, tuple[int, ...]], tuple[Inputs, Inputs]] = {}

    def choose(self, examples: TaskExamples, kept: Sequence[int]) -> TaskExamples:
        """Return the examples at the places `kept`, all of them as they are where these are all places."""
        if len(kept) == len(examples):
            return examples
        gold = [examples.gold[place] for place in kept]
        lines = [examples.lines[place] for place in kept] if examples.lines else []
        return replace(examples, inputs=self._some(examples.inputs, kept), gold=gold, lines=lines)

    def _some(self, inputs: Inputs, kept: Sequence[int]) -> Inputs:
        key = (id(inputs), tuple(kept))
        if key not in self._known:  # the whole is kept beside it, so that no other object can get its id
            self._known[key] = (inputs, [inputs[place] for place in kept])  # type: ignore[assignment]
        return self._known[key][1]
