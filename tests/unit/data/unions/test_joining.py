"""Corpora one after another: nothing lost, nothing mixed up, and the same object for the same corpora."""

from __future__ import annotations

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.unions.joining import Joiner, Part
from jmt.data.unions.leaks import EvaluationSentences
from jmt.data.unions.names import joined_name, names_in

FIRST, SECOND = [["a", "b"], ["c"]], [["d"], ["a", "b"], ["e"]]


def part(corpus: str, inputs: list[list[str]], task: str = "tags") -> Part:
    gold = [[f"{task}-{word}" for word in words] for words in inputs]
    return Part(corpus, TaskExamples(task, "tagger", inputs, gold, list(range(1, len(inputs) + 1))))


def test_examples_follow_one_another_with_their_gold_and_their_corpus():
    joined = Joiner().join([part("one", FIRST), part("two", SECOND), part("one", FIRST)])

    assert list(joined.inputs) == FIRST + SECOND + FIRST
    assert list(joined.gold) == [[f"tags-{word}" for word in words] for words in FIRST + SECOND + FIRST]
    assert joined.parts == (("one", 2), ("two", 3), ("one", 2))


def test_tasks_on_the_same_corpora_share_their_inputs_and_others_do_not():
    joiner, evaluated = Joiner(), EvaluationSentences()
    evaluated.add("three", [["a", "b"]])

    def join(task: str, *corpora: tuple[str, list[list[str]]]) -> TaskExamples:
        return joiner.join([joiner.without_leaks(part(name, inputs, task), evaluated) for name, inputs in corpora])

    tags = join("tags", ("one", FIRST), ("two", SECOND))
    tree = join("tree", ("one", FIRST), ("two", SECOND))
    swapped = join("swap", ("two", SECOND), ("one", FIRST))

    assert tags.inputs is tree.inputs
    assert tags.inputs is not swapped.inputs
    assert list(tree.inputs) == [["c"], ["d"], ["e"]]
    assert list(tree.gold) == [["tree-c"], ["tree-d"], ["tree-e"]]
    assert tree.parts == (("one", 1), ("two", 2))


def test_names_in_one_word_are_read_back_each_of_them_once():
    assert joined_name(["ewt", "gum", "ewt"]) == "ewt+gum"
    assert names_in("ewt+gum") == ["ewt", "gum"]
    assert names_in("a+b", {"a+b": None}) == ["a+b"]
