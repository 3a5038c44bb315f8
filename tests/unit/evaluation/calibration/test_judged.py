"""Every prediction that says how sure it is, beside whether gold says the same."""

from __future__ import annotations

from typing import Any

import pytest

from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import GoldFeatures, GoldLemmas, GoldTree, TaskExamples
from jmt.cascade.symbols.values import Tree
from jmt.evaluation.calibration.judged import judge
from jmt.evaluation.watching import WatchedPredictor, nobody
from jmt.network.engine import TorchEngine
from tests.assets.tiny_model import OF_SENTENCES, OF_WORDS, SENTENCES, TASKS, tiny_model

WORDS = [len(sentence) for sentence in SENTENCES]
PAIRS = [(SENTENCES[0], SENTENCES[1]), (SENTENCES[2], SENTENCES[0])]


@pytest.fixture(scope="module")
def predictor() -> Predictor[Any]:
    return Predictor(TorchEngine(tiny_model((*TASKS, *OF_WORDS, *OF_SENTENCES))))


def test_words_are_right_where_their_labels_are_and_as_sure_as_was_said(predictor: Predictor[Any]) -> None:
    tasks = ["xpos", "chunk", "lemma", "feats"]
    said = predictor.annotate(SENTENCES, tasks, confidences=True)
    golds: dict[str, list[Any]] = {task: [[*one[task].labels[:-1], "never seen"] for one in said] for task in tasks}
    golds["lemma"] = [GoldLemmas(words, lemmas) for words, lemmas in zip(SENTENCES, golds["lemma"], strict=True)]
    golds["feats"] = [GoldFeatures(feats) for feats in golds["feats"]]
    kinds = {"xpos": "tagger", "chunk": "tagger", "lemma": "lemmatizer", "feats": "morphology"}
    found = judge(predictor, [TaskExamples(task, kinds[task], SENTENCES, golds[task]) for task in tasks])
    for task in tasks:
        assert found[task].confidences.tolist() == [sure for one in said for sure in one[task].confidences]
        assert found[task].right.tolist() == [place < count - 1 for count in WORDS for place in range(count)]


def test_trees_are_judged_by_governors_alone(predictor: Predictor[Any]) -> None:
    said = predictor.annotate(SENTENCES, ["dep"], confidences=True)
    wrong = [[-1, *one["dep"].tree.head_ids[1:]] for one in said]
    gold = [GoldTree(Tree(heads, ["other"] * len(heads))) for heads in wrong]
    found = judge(predictor, [TaskExamples("dep", "parser", SENTENCES, gold)])["dep"]
    assert found.right.tolist() == [place > 0 for count in WORDS for place in range(count)]
    assert found.confidences.tolist() == [sure for one in said for sure in one["dep"].confidences]


def test_sentences_and_pairs_are_judged_as_a_whole_and_grades_not_at_all(predictor: Predictor[Any]) -> None:
    genres = [one["genre"] for one in predictor.annotate(SENTENCES, ["genre"])]
    classes = [one["entailment"] for one in predictor.compare(PAIRS, ["entailment"])]
    found = judge(
        WatchedPredictor(predictor, nobody),
        [
            TaskExamples("genre", "classifier", SENTENCES, [genres[0].label, "none", genres[2].label]),
            TaskExamples("ease", "regressor", SENTENCES, [1.0, 1.0, 1.0]),
            TaskExamples("entailment", "pair_classifier", PAIRS, ["none", classes[1].label]),
            TaskExamples("relatedness", "pair_regressor", PAIRS, [1.0, 1.0]),
        ],
    )
    assert found.keys() == {"genre", "entailment"}
    assert found["genre"].right.tolist() == [True, False, True]
    assert found["genre"].confidences.tolist() == [one.probabilities[one.label] for one in genres]
    assert found["entailment"].right.tolist() == [False, True]
    assert found["entailment"].confidences.tolist() == [one.probabilities[one.label] for one in classes]


def test_a_sentence_without_words_has_nothing_to_judge(predictor: Predictor[Any]) -> None:
    examples = [
        TaskExamples("xpos", "tagger", [[]], [[]]),
        TaskExamples("dep", "parser", [[]], [GoldTree(Tree([], []))]),
        TaskExamples("genre", "classifier", [[]], ["blog"]),
    ]
    assert [len(judged) for judged in judge(predictor, examples).values()] == [0, 0, 0]
