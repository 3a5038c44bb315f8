"""A choice among examples."""

from __future__ import annotations

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.unions.selecting import Selections

WORDS = [["a"], ["b"], ["c"]]


def test_what_is_chosen_keeps_its_gold_and_its_lines_and_the_same_choice_is_one_object():
    selections = Selections()
    genre = TaskExamples("genre", "classifier", WORDS, ["x", "y", "z"], [2, 3, 5])
    ease = TaskExamples("ease", "regressor", WORDS, [1.0, 2.0, 3.0])

    chosen, other = (selections.choose(examples, [0, 2]) for examples in (genre, ease))
    assert (chosen.inputs, chosen.gold, chosen.lines) == ([["a"], ["c"]], ["x", "z"], [2, 5])
    assert (other.gold, other.lines) == ([1.0, 3.0], [])
    assert other.inputs is chosen.inputs
    assert selections.choose(genre, [0, 1, 2]) is genre
