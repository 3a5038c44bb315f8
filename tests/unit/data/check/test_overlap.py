from __future__ import annotations

from pathlib import Path

import pytest

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.catalogue import load_corpus
from jmt.data.check.inspection import TaskData
from jmt.data.check.overlap import shared_sentences
from jmt.data.task_examples import task_examples
from tests.unit.data.corpus_files import WhiteSpace

LONG = "The snow falls on the hills"


def sentences(*texts: str) -> TaskExamples:
    gold = [["X"] * len(text.split()) for text in texts]
    return TaskExamples("t", "tagger", [text.split() for text in texts], gold, list(range(1, len(texts) + 1)))


def pairs(*texts: tuple[str, str]) -> TaskExamples:
    inputs = [(first.split(), second.split()) for first, second in texts]
    return TaskExamples("p", "pair_regressor", inputs, [1.0] * len(texts), list(range(2, len(texts) + 2)))


def data(corpus: str, train: TaskExamples, dev: TaskExamples, task: str = "t") -> TaskData:
    return TaskData(task, corpus, {"train": train, "dev": dev}, {"train": f"{corpus}.train", "dev": f"{corpus}.dev"})


def test_overlap_within_a_corpus_is_reported_and_is_no_leak():
    (shared,) = shared_sentences([data("toy", sentences(LONG, "Go on"), sentences(LONG + " .", "New words here"))])

    assert (shared.corpus, shared.training_corpus, shared.sentences, shared.of) == ("toy", "toy", 1, 2)
    assert not shared.is_leak


def test_a_long_evaluation_sentence_in_another_corpus_is_a_leak_with_both_places():
    filler = [f"Some other words number {number}" for number in range(30)]
    ours = data("ours", sentences("Nothing shared at all here"), sentences(*filler, LONG))
    theirs = data("theirs", sentences("Unlike the rest of it", LONG), sentences("Quite new"))

    (shared,) = shared_sentences([ours, theirs])

    assert shared.is_leak
    assert str(shared.fault()).startswith("ours.dev:31: leak: 1 of the 31 sentences of ours dev")
    assert "theirs.train:2" in str(shared.fault())


def test_a_few_short_phrases_that_two_corpora_share_are_chance():
    filler = [f"Some other words number {number}" for number in range(30)]
    ours = data("ours", sentences("Other words"), sentences(*filler, "Thank you ."))

    (shared,) = shared_sentences([ours, data("theirs", sentences("Thank you !"), sentences("Quite new"))])

    assert shared.sentences == 1
    assert not shared.is_leak


def test_many_short_sentences_are_no_chance():
    ours = data("ours", sentences("Other words"), sentences("Snow falls", "Birds sing", "Go on"))

    (shared,) = shared_sentences([ours, data("theirs", sentences("Snow falls"), sentences("Quite new"))])

    assert shared.is_leak
    assert "ours: leak" in str(shared.fault())


def test_pairs_are_compared_sentence_by_sentence_and_as_pairs_in_either_order():
    train = pairs((LONG, "Birds sing in the trees"))
    dev = pairs(("Birds sing in the trees .", LONG), (LONG, "Something else"))

    (shared,) = shared_sentences([data("toy", train, dev)])

    assert (shared.sentences, shared.of, shared.whole_pairs) == (3, 4, 1)


def test_two_tasks_on_one_corpus_are_one_comparison():
    first = data("toy", sentences(LONG), sentences(LONG))
    second = data("toy", sentences(LONG), sentences(LONG), task="other")

    assert len(shared_sentences([first, second])) == 1


def test_pairs_and_sentences_of_one_corpus_are_both_training_data_and_no_leak():
    trees = data("both", sentences(LONG), sentences("New words"))
    graded = data("both", pairs(("A b", "C d")), pairs((LONG, "E f")))

    (shared,) = shared_sentences([trees, graded])

    assert shared.sentences == 1
    assert not shared.is_leak


@pytest.fixture
def real(real_corpora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JMT_CORPORA", str(real_corpora))


def real_task(corpus: str, kind: str, column: str) -> TaskData:
    loaded = load_corpus(corpus, tokenizer=WhiteSpace())
    return TaskData(corpus, corpus, {split: task_examples(loaded[split], "t", kind, column) for split in loaded})


@pytest.mark.usefixtures("real")
def test_what_the_real_corpora_repeat_is_what_is_known_of_them():
    sick = real_task("sick", "pair_regressor", "relatedness")
    chunks = real_task("conll2000", "tagger", "chunk")

    found = {(s.corpus, s.training_corpus): s for s in shared_sentences([sick, chunks])}

    assert (found["sick", "sick"].sentences, found["sick", "sick"].of, found["sick", "sick"].whole_pairs) == (
        737,
        1000,
        7,
    )
    assert found["conll2000", "conll2000"].sentences == 30
    assert set(found) == {("sick", "sick"), ("conll2000", "conll2000")}
