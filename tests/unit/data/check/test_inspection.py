from __future__ import annotations

import itertools

from jmt.cascade.symbols.examples import Gold, GoldTree, TaskExamples
from jmt.cascade.symbols.values import Tree
from jmt.data.check.inspection import (
    SplitSummary,
    TaskData,
    UnseenLabel,
    gold_faults,
    has_crossing_arcs,
    label_table,
    loose_spans,
    summarise_split,
    unseen_labels,
)


def tagged(*sentences: tuple[str, str]) -> TaskExamples:
    inputs = [words.split() for words, _ in sentences]
    gold: list[Gold] = [labels.split() for _, labels in sentences]
    return TaskExamples("tags", "tagger", inputs, gold, [10 * number for number in range(1, len(gold) + 1)])


def graded(*scores: float) -> TaskExamples:
    return TaskExamples("grade", "pair_regressor", [(["a"], ["b", "c"])] * len(scores), list(scores), [])


def test_a_split_is_summed_up_in_words_lengths_and_duplicates():
    examples = tagged(("Snow falls", "N V"), ("Go", "V"), ("Snow falls", "N V"), ("It is so cold", "P V A A"))

    assert summarise_split(examples) == SplitSummary(4, 9, 1, 2, 4, 1, None)


def test_pairs_count_both_sentences_and_repeat_as_pairs():
    assert summarise_split(graded(1.0, 2.0)) == SplitSummary(2, 6, 1, 2, 2, 1, None)


def test_an_empty_split_is_summed_up_too():
    assert summarise_split(tagged()) == SplitSummary(0, 0, 0, 0, 0, 0, None)


def descends(head_ids: list[int], word: int, ancestor: int) -> bool:
    while word not in (0, ancestor):
        word = head_ids[word - 1]
    return word == ancestor


def is_nonprojective(head_ids: list[int]) -> bool:
    """Try the definition itself: every word under an arc descends from the arc's head."""
    return any(
        not descends(head_ids, between, head)
        for word, head in enumerate(head_ids, start=1)
        for between in range(min(word, head) + 1, max(word, head))
    )


def test_crossing_arcs_are_found_where_the_definition_of_projectivity_fails():
    checked = 0
    for count in range(1, 6):
        for heads in itertools.product(range(count + 1), repeat=count):
            head_ids = list(heads)
            reaches_root = all(reaches(head_ids, word) for word in range(1, count + 1))
            if reaches_root:
                assert has_crossing_arcs(head_ids) == is_nonprojective(head_ids), head_ids
                checked += 1
    assert checked == 1 + 3 + 16 + 125 + 1296


def reaches(head_ids: list[int], word: int) -> bool:
    for _ in head_ids:
        word = head_ids[word - 1]
        if word == 0:
            return True
    return False


def test_crossing_trees_are_counted():
    trees: list[Gold] = [GoldTree(Tree(heads, ["dep"] * 4)) for heads in ([3, 4, 0, 3], [2, 0, 2, 3])]
    examples = TaskExamples("dep", "parser", [["a", "b", "c", "d"]] * 2, trees, [1, 7])

    assert summarise_split(examples).nonprojective == 1


def test_labels_are_counted_per_split_the_frequent_first():
    data = TaskData("tags", "toy", {"train": tagged(("a b c", "N N V")), "dev": tagged(("a", "X"))})

    assert label_table(data) == {"N": {"train": 2, "dev": 0}, "V": {"train": 1, "dev": 0}, "X": {"train": 0, "dev": 1}}


def test_scores_are_counted_by_the_nearest_whole_number():
    data = TaskData("grade", "toy", {"train": graded(1.0, 4.4, 4.5, 5.0)})

    assert {label: counts["train"] for label, counts in label_table(data).items()} == {
        "about 5": 2,
        "about 1": 1,
        "about 4": 1,
    }


def test_labels_that_training_lacks_are_told_with_their_first_place():
    dev = tagged(("a", "N"), ("b c", "X X"), ("d", "X"))
    data = TaskData("tags", "toy", {"train": tagged(("a", "N")), "dev": dev}, {"dev": "dev.tsv"})

    assert unseen_labels(data) == [UnseenLabel("dev", "X", 3, "dev.tsv", 20)]


def test_scores_are_no_unseen_labels():
    assert unseen_labels(TaskData("grade", "toy", {"train": graded(1.0), "dev": graded(5.0)})) == []


def test_a_score_out_of_range_is_a_fault_with_its_row():
    data = TaskData("grade", "toy", {"train": graded(1.0, 0.5)}, {"train": "a.parquet"}, (1, 5))

    assert [str(fault) for fault in gold_faults(data)] == [
        "a.parquet:2: the score 0.5 is out of range; allowed are 1 to 5"
    ]


def test_a_regressor_on_classes_and_a_wrong_number_of_labels_are_faults():
    classes = TaskExamples("grade", "pair_regressor", [(["a"], ["b"])], ["neutral"], [3])
    assert "not a score" in str(gold_faults(TaskData("grade", "toy", {"train": classes}))[0])
    assert "1 labels for 2 words" in str(gold_faults(TaskData("tags", "toy", {"dev": tagged(("a b", "N"))}))[0])
    assert "no example" in str(gold_faults(TaskData("tags", "toy", {"dev": tagged()}))[0])


def test_spans_that_begin_with_i_are_told_by_line():
    examples = tagged(("a b", "B-X I-X"), ("a b", "O I-X"), ("a b", "B-X I-Y"), ("a", "I-X"))

    assert loose_spans(TaskData("spans", "toy", {"train": examples}), "train") == [20, 30, 40]
