"""Predictions scored: a predictor that says what it is told, and a real model."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from jmt.cascade.encoder_config import BiLSTMConfig
from jmt.cascade.symbols.examples import GoldFeatures, GoldLemmas, GoldTree, TaskExamples
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Choice, Grade, Parsed, Tagged, Tree
from jmt.errors import InputError
from jmt.evaluation.evaluate import TaskResult, evaluate_tasks
from tests.assets.tiny_model import SENTENCES, tiny_model


class Teller:
    """Gives the answers it was made with, and counts how often it was asked."""

    def __init__(self, **answers: list[Any]) -> None:
        self.answers, self.asked = answers, []
        kinds = {"xpos": "tags", "chunk": "spans", "dep": "attachment", "relatedness": "grade", "entailment": "choice"}
        kinds |= {"lemma": "tags", "feats": "tags"}
        self.cascade = SimpleNamespace(
            metrics=dict(kinds),
            labels={
                "xpos": LabelSet(["NN", "VB"]),
                "lemma": LabelSet(["=be", "lower *", "lower *-1"]),
                "feats": LabelSet(["Number=", "Number=Sing", "[_]", "[...]"]),
                "chunk": LabelSet(["O", "S-NP", "B-VP", "E-VP"]),
                "dep": LabelSet(["nsubj", "root"]),
                "relatedness": LabelSet(["1", "2"]),
                "entailment": LabelSet(["yes", "no"]),
            },
            pair_tasks=["relatedness", "entailment"],
            config=SimpleNamespace(encoder=BiLSTMConfig()),
        )

    def of_corpus(self, corpus: str) -> Teller:
        assert not corpus  # none of them has a vector
        return self

    def annotate(self, inputs: Any, tasks: Any, *, confidences: bool = False) -> list[dict[str, Any]]:
        self.asked.append(list(tasks))
        return [{task: self.answers[task][place] for task in tasks} for place in range(len(inputs))]

    compare = annotate


WORDS = [["dogs", "bark"], ["go"]]
PAIRS = [(["a"], ["b"]), (["c"], ["d"])]


def test_every_kind_of_task_gets_its_metric() -> None:
    teller = Teller(
        xpos=[Tagged(["NN", "NN"]), Tagged(["VB"])],
        chunk=[Tagged(["B-NP", "B-VP"]), Tagged(["B-NP"])],
        dep=[Parsed(Tree([2, 0], ["nsubj", "root"])), Parsed(Tree([0], ["root"]))],
        relatedness=[Grade(2.0, []), Grade(1.0, [])],
        entailment=[Choice("yes", {}), Choice("yes", {})],
    )
    trees: list[Any] = [
        GoldTree(Tree([2, 0], ["nsubj", "root"]), ["NOUN", "VERB"]),
        GoldTree(Tree([0], ["root"]), ["X"]),
    ]
    results = evaluate_tasks(
        teller,
        [
            TaskExamples("xpos", "tagger", WORDS, [["NN", "VB"], ["VB"]]),
            TaskExamples("chunk", "tagger", [["dogs", "bark"], ["go"]], [["B-NP", "B-VP"], ["B-VP"]]),
            TaskExamples("dep", "parser", WORDS, trees),
            TaskExamples("relatedness", "pair_regressor", PAIRS, [2.0, 1.5]),
            TaskExamples("entailment", "pair_classifier", PAIRS, ["yes", "no"]),
        ],
    )
    assert results["xpos"].metrics["accuracy"] == pytest.approx(2 / 3)
    assert results["chunk"].metrics["f1"] == pytest.approx(2 / 3)
    assert results["dep"].metrics["las_ptb"] == 1.0
    assert results["relatedness"].metrics["mse"] == pytest.approx(0.125)
    assert results["entailment"].metrics["accuracy"] == 0.5
    assert [result.metrics["count"] for result in results.values()] == [3, 3, 3, 2, 2]
    assert teller.asked == [["xpos", "chunk", "dep"], ["relatedness", "entailment"]]


def score_one(predictor: Any, examples: TaskExamples) -> TaskResult:
    """One task by itself."""
    return evaluate_tasks(predictor, [examples])[examples.task]


def test_gold_labels_that_training_never_saw_are_wrong_and_named() -> None:
    teller = Teller(
        xpos=[Tagged(["NN", "NN"])],
        chunk=[Tagged(["B-NP", "O"])],
        dep=[Parsed(Tree([2, 0], ["nsubj", "root"]))],
        entailment=[Choice("yes", {})],
    )
    words = [["dogs", "bark"]]
    xpos = score_one(teller, TaskExamples("xpos", "tagger", words, [["NN", "AFX"]]))
    assert (xpos.unseen, xpos.metrics["accuracy"]) == ({"AFX": 1}, 0.5)
    chunk = score_one(teller, TaskExamples("chunk", "tagger", words, [["B-NP", "I-LST"]]))
    assert chunk.unseen == {"LST": 1}
    assert chunk.metrics["recall"] == 0.5
    gold: list[Any] = [GoldTree(Tree([2, 0], ["nsubj:outer", "root"]))]
    assert not score_one(teller, TaskExamples("dep", "parser", words, gold)).unseen
    pairs = TaskExamples("entailment", "pair_classifier", PAIRS[:1], ["maybe"])
    assert score_one(teller, pairs).unseen == {"maybe": 1}


def test_lemmas_and_features_are_right_as_a_whole_and_what_no_choice_makes_is_named() -> None:
    words = [["Dogs", "went", "IS", "BE"]]
    teller = Teller(
        lemma=[Tagged(["dog", "go", "be", "be"])],
        feats=[Tagged(["Number=Sing", "_", "Number=Sing", "_"])],
    )
    gold = GoldFeatures(["Number=Plur", "_", "Number=Sing|Tense=Pres", "_"])
    results = evaluate_tasks(
        teller,
        [
            TaskExamples("lemma", "lemmatizer", words, [GoldLemmas(words[0], ["dog", "wend", "be", "be"])]),
            TaskExamples("feats", "morphology", words, [gold]),
        ],
    )

    assert results["lemma"].metrics["accuracy"] == 3 / 4
    assert results["lemma"].unseen == {"lower *-1+d": 1}
    assert results["feats"].metrics["accuracy"] == 2 / 4
    assert results["feats"].unseen == {"Number=Plur": 1, "Tense=Pres": 1}


def test_a_real_model_is_scored_on_all_of_its_tasks() -> None:
    from jmt.cascade.prediction import Predictor
    from jmt.network.engine import TorchEngine

    predictor = Predictor(TorchEngine(tiny_model()))
    golds: dict[str, list[Any]] = {
        "xpos": [["NN"] * len(words) for words in SENTENCES],
        "chunk": [["B-NP"] * len(words) for words in SENTENCES],
        "dep": [GoldTree(Tree([0, *range(1, len(words))], ["root"] * len(words))) for words in SENTENCES],
    }
    examples = [TaskExamples(task, "any", SENTENCES, gold) for task, gold in golds.items()]
    pairs = [(one, other) for one in SENTENCES for other in SENTENCES]
    examples.append(TaskExamples("relatedness", "pair_regressor", pairs, [float(len(one)) for one, _ in pairs]))
    examples.append(TaskExamples("entailment", "pair_classifier", pairs, ["neutral"] * len(pairs)))
    results = evaluate_tasks(predictor, examples)
    assert set(results) == {"xpos", "chunk", "dep", "relatedness", "entailment"}
    for example in examples:
        result = results[example.task]
        assert len(result.metric) == len(example) == len(result.predictions)
        alone = score_one(predictor, example)
        assert alone.metrics == pytest.approx(result.metrics)


def test_an_empty_sentence_is_scored_as_nothing() -> None:
    from jmt.cascade.prediction import Predictor
    from jmt.network.engine import TorchEngine

    examples = TaskExamples("xpos", "tagger", [[], SENTENCES[0]], [[], ["NN"] * len(SENTENCES[0])])
    assert score_one(Predictor(TorchEngine(tiny_model())), examples).metrics["count"] == len(SENTENCES[0])


def test_a_task_that_the_model_does_not_have_is_refused() -> None:
    from jmt.cascade.prediction import Predictor
    from jmt.network.engine import TorchEngine

    with pytest.raises(InputError, match="`lemma`"):
        score_one(Predictor(TorchEngine(tiny_model())), TaskExamples("lemma", "tagger", [["a"]], [["a"]]))
