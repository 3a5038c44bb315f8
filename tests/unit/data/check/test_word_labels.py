"""Words that united corpora label otherwise are found, the most frequent first, and chance is not taken for it."""

from __future__ import annotations

from jmt.cascade.symbols.examples import GoldLemmas, TaskExamples
from jmt.cli.training.check_report import word_table
from jmt.data.check.inspection import TaskData
from jmt.data.check.word_labels import word_differences


def corpus(name: str, *words: tuple[str, str, int]) -> TaskData:
    """Sentences of a word, each so many times."""
    every = [(word, label) for word, label, count in words for _ in range(count)]
    examples = TaskExamples("xpos", "tagger", [[word] for word, _ in every], [[label] for _, label in every])
    return TaskData("xpos", name, {"train": examples})


def test_words_are_listed_by_how_many_occurrences_are_labelled_otherwise():
    one = corpus("ewt", ("to", "TO", 9), ("that", "IN", 30), ("that", "WDT", 10), ("cat", "NN", 50), ("rare", "X", 4))
    two = corpus("gum", ("To", "IN", 6), ("that", "WDT", 40), ("cat", "NN", 9), ("rare", "Y", 90), ("new", "JJ", 9))

    found = word_differences([one, two])

    assert [difference.word for difference in found] == ["that", "to"]
    assert [difference.occurrences for difference in found] == [30, 6]
    assert found[0].labels == {"ewt": {"IN": 30, "WDT": 10}, "gum": {"WDT": 40}}
    title, header, *rows = word_table("xpos", found).splitlines()
    assert title == "Words of xpos that its corpora label otherwise in training (2)"
    assert header.split() == ["word", "ewt", "gum"]
    assert [row.split() for row in rows] == [
        ["that", "IN", "75", "%,", "WDT", "25", "%", "WDT", "100", "%"],
        ["to", "TO", "100", "%", "IN", "100", "%"],
    ]


def test_a_word_whose_labels_vary_alike_in_both_is_no_difference():
    one = corpus("ewt", ("that", "IN", 30), ("that", "WDT", 10))
    two = corpus("gum", ("that", "IN", 6), ("that", "WDT", 5))

    assert word_differences([one, two]) == []


def test_the_third_corpus_may_be_the_odd_one():
    odd = [corpus("a", ("to", "TO", 9)), corpus("b", ("to", "TO", 9)), corpus("c", ("to", "IN", 9))]

    assert [difference.word for difference in word_differences(odd)] == ["to"]


def test_lemmas_are_compared_by_themselves_and_classes_not_at_all():
    lemmas = [
        TaskData("lemma", name, {"train": TaskExamples("lemma", "lemmatizer", [["went"]] * 9, [gold] * 9)})
        for name, gold in (("a", GoldLemmas(["went"], ["go"])), ("b", GoldLemmas(["went"], ["went"])))
    ]
    assert [difference.word for difference in word_differences(lemmas)] == ["went"]
    classes = [
        TaskData("genre", name, {"train": TaskExamples("genre", "classifier", [["went"]] * 9, [label] * 9)})
        for name, label in (("a", "blog"), ("b", "news"))
    ]
    assert word_differences(classes) == []
