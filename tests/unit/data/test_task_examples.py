from __future__ import annotations

from pathlib import Path

import datasets
import pytest

from jmt.cascade.symbols.examples import GoldTree
from jmt.cascade.symbols.values import Tree
from jmt.data.cards import CorpusSpec
from jmt.data.catalogue import load_corpus
from jmt.data.task_examples import task_examples
from jmt.errors import ConfigError, CorpusError
from tests.unit.data.corpus_files import BIRDS, SNOW, WhiteSpace, sick, treebank, write


@pytest.fixture
def trees(tmp_path: Path) -> datasets.Dataset:
    path = write(tmp_path / "a.conllu", treebank([BIRDS, SNOW]))
    return load_corpus(CorpusSpec(reader="conllu", train=str(path)), splits=["train"])["train"]


@pytest.fixture
def pairs(tmp_path: Path) -> datasets.Dataset:
    path = write(tmp_path / "a.txt", sick([("A dog runs", "A dog sits", 3.5, "NEUTRAL")]))
    spec = CorpusSpec(reader="sick", train=str(path))
    return load_corpus(spec, splits=["train"], tokenizer=WhiteSpace())["train"]


def test_a_tagger_learns_the_labels_of_its_column(trees: datasets.Dataset):
    examples = task_examples(trees, "tags", "tagger", "upos")

    assert examples.task == "tags"
    assert examples.inputs == [["Birds", "sing"], ["Snow", "falls", "."]]
    assert examples.gold == [["NOUN", "VERB"], ["NOUN", "VERB", "PUNCT"]]
    assert examples.lines == [1, 5]


def test_a_parser_learns_heads_and_relations_beside_the_upos(trees: datasets.Dataset):
    examples = task_examples(trees, "dep", "parser")

    assert examples.gold[0] == GoldTree(Tree([2, 0], ["nsubj", "root"]), ["NOUN", "VERB"])


def test_a_regressor_learns_scores_and_a_classifier_classes(pairs: datasets.Dataset):
    graded = task_examples(pairs, "relatedness", "pair_regressor", "relatedness")
    classed = task_examples(pairs, "entailment", "pair_classifier")

    assert graded.inputs == [(["A", "dog", "runs"], ["A", "dog", "sits"])]
    assert graded.gold == [3.5]
    assert classed.gold == ["neutral"]


def test_a_classifier_of_numbered_classes_gets_them_as_labels():
    rows = {"first": ["a"], "second": ["b"], "first_tokens": [["a"]], "second_tokens": [["b"]], "same": [1.0]}

    assert task_examples(datasets.Dataset.from_dict(rows), "same", "pair_classifier", "same").gold == ["1"]


def test_a_kind_of_its_own_takes_whatever_its_column_holds(trees: datasets.Dataset):
    assert task_examples(trees, "new", "my_kind", "upos").gold[0] == ["NOUN", "VERB"]


def test_a_corpus_without_the_column_names_those_it_has(trees: datasets.Dataset):
    with pytest.raises(ConfigError, match=r"task\.x: here has no column 'pos' .*with values are deprel, lemma, upos"):
        task_examples(trees, "x", "tagger", "pos", corpus="here")
    with pytest.raises(ConfigError, match="no column is named"):
        task_examples(trees, "x", "tagger")


def test_an_empty_column_is_refused_as_xpos_where_a_treebank_has_none(trees: datasets.Dataset):
    with pytest.raises(CorpusError, match=r"task\.x: the column 'xpos' of here is empty"):
        task_examples(trees, "x", "tagger", "xpos", corpus="here")


@pytest.mark.parametrize("column", ["tokens", "head", "text", "line"])
def test_what_is_no_label_is_no_column_to_learn(trees: datasets.Dataset, column: str):
    with pytest.raises(ConfigError, match="no column"):
        task_examples(trees, "x", "tagger", column)


def test_a_corpus_without_trees_cannot_feed_a_parser(tmp_path: Path):
    path = write(tmp_path / "a.tsv", "Snow\tO\n\n")
    train = load_corpus(CorpusSpec(reader="columns", train=str(path)), splits=["train"])["train"]

    with pytest.raises(ConfigError, match=r"no column 'head' .*with values are ner"):
        task_examples(train, "dep", "parser")


@pytest.mark.parametrize("value", [None, float("nan")])
def test_a_missing_score_is_refused_with_its_line(value: float | None):
    rows = {
        "first": ["a", "c"],
        "second": ["b", "d"],
        "first_tokens": [["a"], ["c"]],
        "second_tokens": [["b"], ["d"]],
        "relatedness": [1.0, value],
        "line": [4, 9],
    }

    with pytest.raises(CorpusError, match=r"here:9: .*no value in the column 'relatedness'"):
        task_examples(datasets.Dataset.from_dict(rows), "x", "pair_regressor", corpus="here")


ROWS = {"tokens": [["Dogs", "bark"], ["Why"]], "label": ["blog", "letter"], "score": [1.0, 2.5], "year": [3.0, 4.5]}


def test_a_classifier_and_a_regressor_of_sentences_learn_one_value_for_each():
    rows = datasets.Dataset.from_dict(ROWS)

    assert task_examples(rows, "genre", "classifier").gold == ["blog", "letter"]
    assert task_examples(rows, "ease", "regressor").gold == [1.0, 2.5]
    assert task_examples(rows, "year", "classifier", "year").gold == ["3", "4.5"]
    assert task_examples(rows, "ease", "regressor").inputs == ROWS["tokens"]


def test_a_column_of_the_wrong_form_is_refused_with_the_kinds_that_learn_from_it(trees: datasets.Dataset):
    rows = datasets.Dataset.from_dict(ROWS)

    with pytest.raises(ConfigError, match=r"'upos' of here holds a list .* a classifier needs one .*are tagger,"):
        task_examples(trees, "x", "classifier", "upos", corpus="here")
    with pytest.raises(ConfigError, match=r"'label' .* holds one value .* tagger needs .*are classifier, regressor$"):
        task_examples(rows, "x", "tagger", "label")
    with pytest.raises(CorpusError, match=r"here:1: task.x: the score is `blog`; allowed is a finite number"):
        task_examples(rows, "x", "regressor", "label", corpus="here")
    with pytest.raises(CorpusError, match=r"here:2: task.x: no value in the column 'label'"):
        task_examples(datasets.Dataset.from_dict({**ROWS, "label": ["a", ""]}), "x", "classifier", corpus="here")


def test_numbers_as_classes_keep_all_of_their_digits():
    rows = {**ROWS, "topic": [1234567.0, 1234568.0]}

    assert task_examples(datasets.Dataset.from_dict(rows), "x", "classifier", "topic").gold == ["1234567", "1234568"]


@pytest.mark.parametrize("value", ["3,5", "nan", "inf", "1_0", "٣"])
def test_a_score_in_a_column_of_any_name_is_a_number_as_tables_have_them(value: str):
    rows = datasets.Dataset.from_dict({**ROWS, "points": ["1", value]})
    comma = "if `3,5` is meant as 3.5, write it so in every line" if value == "3,5" else "a finite number"

    with pytest.raises(CorpusError, match=f"here:2: task.x: the score is `{value}`; allowed is .*{comma}"):
        task_examples(rows, "x", "regressor", "points", corpus="here")


@pytest.mark.parametrize("label", ["two\nlines", "\x1b[31mred", "x" * 201])
def test_a_class_that_no_model_can_keep_is_refused_with_its_line(label: str):
    rows = datasets.Dataset.from_dict({**ROWS, "label": ["x" * 200, label]})

    with pytest.raises(CorpusError, match=r"here:2: task.x: the label .* cannot be one: at most 200 char"):
        task_examples(rows, "x", "classifier", corpus="here")


def test_a_column_of_texts_is_not_taken_for_one_of_classes():
    count = 10_001
    rows = datasets.Dataset.from_dict({"tokens": [["a"]] * count, "label": [str(at) for at in range(count)]})

    with pytest.raises(CorpusError, match=r"here: task.x: 10,001 classes, and a model has at most 10,000"):
        task_examples(rows, "x", "classifier", corpus="here")
    assert len(task_examples(rows.select(range(count - 1)), "x", "classifier").gold) == count - 1


@pytest.mark.parametrize(
    ("heads", "fault"),
    [([99, 0], "HEAD is 99, out of range"), ([-1, 0], "HEAD is -1, out of"), ([2, 1], "in a cycle"), ([0, 0], "root")],
)
def test_a_parser_learns_from_trees_only_whatever_table_they_are_in(heads: list[int], fault: str):
    rows = {"tokens": [["a"], ["a", "b"]], "head": [[0], heads], "deprel": [["x"], ["x", "y"]], "line": [3, 8]}

    with pytest.raises(CorpusError, match=f"here:8: task.x: .*{fault}"):
        task_examples(datasets.Dataset.from_dict(rows), "x", "parser", corpus="here")
