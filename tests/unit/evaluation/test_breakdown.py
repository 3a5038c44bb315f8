"""Parts of the examples add up to the whole."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

from jmt.cascade.symbols.examples import GoldTree, TaskExamples
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Choice, Tree
from jmt.evaluation.breakdown import by_length, by_vocabulary, lengths_of
from jmt.evaluation.confusion import confusion_matrix, most_common_mistakes
from jmt.evaluation.evaluate import TaskResult, score_predictions


def result_of(metric: str, examples: TaskExamples, predictions: list[object]) -> TaskResult:
    model = SimpleNamespace(metrics={"task": metric}, labels={"task": LabelSet([])})
    return score_predictions(model, examples, predictions)  # type: ignore[arg-type]


def known(word: str) -> bool:
    return not word.startswith("x")


def test_tags_of_known_and_unknown_words() -> None:
    examples = TaskExamples("task", "tagger", [["a", "xb"], ["xc", "d", "xe"]], [["N", "V"], ["N", "N", "V"]])
    result = result_of("tags", examples, [["N", "N"], ["N", "V", "V"]])
    groups = by_vocabulary(result, examples, known)
    assert [(group.name, group.scores) for group in groups] == [
        ("known words", {"accuracy": 0.5, "count": 2}),
        ("unknown words", {"accuracy": 2 / 3, "count": 3}),
    ]


def test_arcs_of_known_and_unknown_words() -> None:
    gold = GoldTree(Tree([2, 0, 2], ["nsubj", "root", "punct"]), ["NOUN", "VERB", "PUNCT"])
    examples = TaskExamples("task", "parser", [["xa", "b", "c"]], [gold])
    result = result_of("attachment", examples, [Tree([2, 0, 1], ["obj", "root", "punct"])])
    groups = {group.name: group.scores for group in by_vocabulary(result, examples, known)}
    assert groups["known words"] == {"uas": 0.5, "las": 0.5, "uas_ptb": 1.0, "las_ptb": 1.0, "count": 2}
    assert groups["unknown words"] == {"uas": 1.0, "las": 0.0, "uas_ptb": 1.0, "las_ptb": 0.0, "count": 1}


def test_spans_with_an_unknown_word_are_a_group() -> None:
    examples = TaskExamples("task", "tagger", [["a", "xb", "c"]], [["B-NP", "I-NP", "B-VP"]])
    result = result_of("spans", examples, [["B-NP", "B-NP", "B-VP"]])
    groups = {group.name: group.scores for group in by_vocabulary(result, examples, known)}
    assert groups["known words"] == {"f1": 2 / 3, "precision": 0.5, "recall": 1.0, "count": 1}
    assert groups["unknown words"] == {"f1": 0.0, "precision": 0.0, "recall": 0.0, "count": 1}


def test_pairs_with_an_unknown_word_are_a_group() -> None:
    inputs = [(["a"], ["b"]), (["a"], ["xb"]), (["xa"], ["b"])]
    examples = TaskExamples("task", "pair_classifier", inputs, ["yes", "yes", "no"])
    result = result_of("choice", examples, [Choice("yes", {}), Choice("yes", {}), Choice("yes", {})])
    groups = by_vocabulary(result, examples, known)
    assert [(group.name, group.scores) for group in groups] == [
        ("known words", {"accuracy": 1.0, "count": 1}),
        ("unknown words", {"accuracy": 0.5, "count": 2}),
    ]


def test_a_group_without_words_is_left_out() -> None:
    examples = TaskExamples("task", "tagger", [["a"]], [["N"]])
    result = result_of("tags", examples, [["N"]])
    assert [group.name for group in by_vocabulary(result, examples, known)] == ["known words"]


def test_lengths_are_binned_without_gap_or_overlap() -> None:
    lengths = [1, 10, 11, 20, 21, 40, 41, 500]
    inputs = [["w"] * length for length in lengths]
    examples = TaskExamples("task", "tagger", inputs, [["N"] * length for length in lengths])
    result = result_of("tags", examples, [["N"] * (length - 1) + ["V"] for length in lengths])
    groups = by_length(result.metric, lengths_of(inputs))
    assert [(group.name, group.scores["count"]) for group in groups] == [
        ("1-10 words", 11),
        ("11-20 words", 31),
        ("21-30 words", 21),
        ("31-40 words", 40),
        ("over 40 words", 541),
    ]
    assert groups[0].scores["accuracy"] == 9 / 11


def test_the_length_of_a_pair_is_that_of_its_longer_sentence() -> None:
    assert lengths_of([(["a"], ["b", "c"]), (["a", "b", "c"], [])]) == [2, 3]


def test_mistakes_are_ranked_and_shares_add_up() -> None:
    confusion = Counter({("N", "N"): 90, ("N", "V"): 6, ("V", "N"): 3, ("A", "N"): 3, ("A", "A"): 0})
    mistakes = most_common_mistakes(confusion)
    assert [(mistake.gold, mistake.predicted, mistake.count) for mistake in mistakes] == [
        ("N", "V", 6),
        ("A", "N", 3),
        ("V", "N", 3),
    ]
    assert sum(mistake.share for mistake in mistakes) == 1.0
    assert len(most_common_mistakes(confusion, 1)) == 1


def test_a_confusion_matrix_has_a_row_per_gold_label() -> None:
    names, rows = confusion_matrix(Counter({("N", "N"): 5, ("N", "V"): 2, ("V", "V"): 4, ("X", "V"): 1}))
    assert names == ["N", "V", "X"]
    assert rows == [[5, 2, 0], [0, 4, 0], [0, 1, 0]]
