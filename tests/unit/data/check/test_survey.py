from __future__ import annotations

from pathlib import Path

import pytest

from jmt.cli.training.check_report import report
from jmt.data.cards import CorpusSpec
from jmt.data.check.survey import survey
from jmt.data.splits import TaskPlan
from tests.unit.data.corpus_files import BIRDS, GO, SNOW, WhiteSpace, sick, treebank, write

TWO_ROOTS = [("a", "X", 0, "root"), ("b", "X", 0, "root")]
WET = [("The", "DET", 2, "det"), ("rain", "NOUN", 3, "nsubj"), ("makes", "VERB", 0, "root")]
WET += [("everything", "PRON", 3, "obj"), ("wet", "ADJ", 3, "xcomp")]


@pytest.fixture
def own(tmp_path: Path) -> dict[str, CorpusSpec]:
    train = write(tmp_path / "train.conllu", treebank([BIRDS, SNOW]))
    dev = write(tmp_path / "dev.conllu", treebank([GO, WET]))
    broken = write(tmp_path / "broken.conllu", treebank([TWO_ROOTS, BIRDS, TWO_ROOTS]))
    other = write(tmp_path / "other.conllu", treebank([WET]))
    graded = write(tmp_path / "graded.txt", sick([("A dog runs", "A dog sits", 3.5, "NEUTRAL")]))
    return {
        "trees": CorpusSpec(reader="conllu", train=str(train), dev=str(dev)),
        "broken": CorpusSpec(reader="conllu", train=str(broken), dev=str(dev)),
        "leaking": CorpusSpec(reader="conllu", train=str(other), dev=str(train)),
        "graded": CorpusSpec(reader="sick", train=str(graded), dev=str(graded)),
        "undeveloped": CorpusSpec(reader="sick", train=str(graded)),
    }


def test_good_corpora_have_no_problems_and_are_told_in_full(own: dict[str, CorpusSpec]):
    plans = [
        TaskPlan("tags", "tagger", "trees", "upos"),
        TaskPlan("dep", "parser", "trees"),
        TaskPlan("grade", "pair_regressor", "graded", "relatedness"),
    ]

    found = survey(plans, own=own, tokenizer=WhiteSpace())

    assert found.problems == []
    assert [data.task for data in found.tasks] == ["tags", "dep", "grade"]
    text = "\n".join(report(found))
    assert "Labels of tags (6)" in text
    assert "Problems (0)" in text
    assert f"{own['trees'].dev}:5" in text  # where DET, which train does not have, first stands


def test_a_hint_needs_no_column_and_is_looked_at_like_any_task(own: dict[str, CorpusSpec]):
    hints = [TaskPlan("rare", "tagger", name, "frequency", is_hint=True) for name in ("trees", "broken")]

    found = survey(hints, own=own)

    assert [data.corpus for data in found.tasks] == ["trees"]
    assert "Labels of rare (2)" in "\n".join(report(found))
    assert {str(problem).split(": ")[0] for problem in found.problems} == {
        f"{own['broken'].train}:{n}" for n in (3, 11)
    }


def test_every_fault_of_every_file_is_told_once(own: dict[str, CorpusSpec]):
    plans = [TaskPlan("tags", "tagger", "broken", "upos"), TaskPlan("dep", "parser", "broken")]

    problems = [str(problem) for problem in survey(plans, own=own).problems]

    path = own["broken"].train
    assert [problem.split(": ")[0] for problem in problems] == [f"{path}:3", f"{path}:11"]


def test_a_leak_across_corpora_is_a_problem(own: dict[str, CorpusSpec]):
    plans = [TaskPlan("dep", "parser", "trees"), TaskPlan("more", "parser", "leaking")]

    problems = [str(problem) for problem in survey(plans, own=own).problems]

    assert [problem.split(":")[0] for problem in problems] == [str(own["trees"].dev), "leaking"]
    assert all("leak" in problem for problem in problems)


def test_unknown_corpora_columns_and_missing_splits_are_problems_and_no_end(own: dict[str, CorpusSpec]):
    plans = [
        TaskPlan("one", "tagger", "nowhere", "upos"),
        TaskPlan("two", "tagger", "trees", "pos"),
        TaskPlan("three", "pair_regressor", "undeveloped", "relatedness"),
        TaskPlan("four", "parser", "graded"),
        TaskPlan("five", "parser", "trees"),
    ]

    found = survey(plans, own=own, tokenizer=WhiteSpace())

    texts = [str(problem) for problem in found.problems]
    assert [data.task for data in found.tasks] == ["three", "five"]
    assert "no corpus is called 'nowhere'" in texts[0]
    assert "no column 'pos'" in texts[1]
    assert "'sick' gives pairs" in texts[2]
    assert "undeveloped: no dev; without dev, training ends with its last epoch, none is the best" in found.remarks


def test_a_report_of_nothing_is_still_a_report():
    text = "\n".join(report(survey([TaskPlan("one", "tagger", "nowhere", "upos")], own={})))

    assert "nothing could be read" in text
    assert "Problems (1)" in text


def test_what_a_table_has_in_quotation_marks_is_read_without_them_and_told(tmp_path: Path):
    table = write(tmp_path / "a.tsv", 'first\tsecond\tlabel\n"He said ""no"""\tYes\tneutral\nA\tB\tentailment\n')
    own = {"mine": CorpusSpec(train=str(table), dev=str(table))}

    found = survey([TaskPlan("nli", "pair_classifier", "mine")], own=own, tokenizer=WhiteSpace())

    assert found.tasks[0].splits["train"].inputs[0] == (["He", "said", '"no"'], ["Yes"])
    assert (
        f"{table}:1: cells stand in quotation marks, as the file shows: they are taken off, doubled ones are one"
        in ("\n".join(found.remarks))
    )


def test_a_column_of_lemmas_is_remarked_on(tmp_path: Path):
    words = [f"word{number}" for number in range(300)]
    table = write(tmp_path / "a.csv", "words,lemma\n" + "".join(f"a {word},a {word}\n" for word in words))
    own = {"mine": CorpusSpec(train=str(table), dev=str(table))}

    found = survey([TaskPlan("lemma", "tagger", "mine", "lemma")], own=own)

    assert "task.lemma: 301 labels in train for 301 different words: this looks like a column that says what" in (
        "\n".join(found.remarks)
    )
