"""A temperature changes how sure a prediction is, by dividing scores, and never what is predicted."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from jmt.cascade.decoding.crf import FORBIDDEN, CrfScores, marginals
from jmt.cascade.decoding.decoders import Decoders
from jmt.cascade.kinds import KINDS
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Choice, Grade, Parsed, Ranked, Tagged
from tests.assets.tiny_model import LABELS, OF_SENTENCES, OF_WORDS, TASKS

LENGTHS = np.array([3, 1, 5])
WORDS = int(LENGTHS.sum())
ALL_TASKS = {**TASKS, **OF_WORDS, **OF_SENTENCES}


def draw(task: str) -> Any:
    """Scores as the decoder of the task reads them."""
    generator = np.random.default_rng(len(task))
    labels = len(LABELS[task])
    if task == "links":
        return generator.normal(size=(3, 5, 5)).astype(np.float32) * 2  # what is padding is not read
    if task != "dep":
        return generator.normal(size=(WORDS, labels)).astype(np.float32) * 2
    arcs = generator.normal(size=(3, 5, 6)).astype(np.float32) * 2
    arcs[:, np.arange(5), np.arange(5) + 1] = -np.inf
    for row, length in enumerate(LENGTHS):
        arcs[row, :, length + 1 :] = -np.inf
    deprels = generator.normal(size=(WORDS, labels)).astype(np.float32)
    return SimpleNamespace(arc_scores=arcs, deprel_logits=lambda head_ids: deprels)


def decode(task: str, scores: Any, temperature: float) -> list[Any]:
    config = KINDS[ALL_TASKS[task]["kind"]].config.model_validate(ALL_TASKS[task])
    decoder = KINDS[ALL_TASKS[task]["kind"]].decoder(config, LabelSet(LABELS[task]), temperature)
    return list(decoder.decode(scores, LENGTHS, confidences=True))


def split(prediction: Any) -> tuple[Any, list[float]]:
    """What is predicted, and how sure it is."""
    match prediction:
        case Tagged(labels, list(confidences)):
            return labels, confidences
        case Parsed(tree, list(confidences)):
            return tree, confidences
        case Ranked(labels, probabilities):
            return labels, [one[0] for one in probabilities]
        case Choice(label, probabilities):
            return label, [probabilities[label]]
    raise AssertionError(prediction)


@pytest.mark.parametrize("task", [task for task in ALL_TASKS if "regressor" not in ALL_TASKS[task]["kind"]])
def test_predictions_stay_and_confidences_fall_as_the_temperature_rises(task: str) -> None:
    scores = draw(task)
    cold, plain, warm, hot = (list(map(split, decode(task, scores, at))) for at in (0.05, 1.0, 3.0, 20.0))
    for ours in (cold, warm, hot):
        assert [predicted for predicted, _ in ours] == [predicted for predicted, _ in plain]
    if task not in ("chunk", "dep"):  # where a tree or a code needs it, what is chosen is not the likeliest
        for more, less in itertools.pairwise((cold, plain, warm, hot)):
            assert all(
                one > other
                for (_, ones), (_, others) in zip(more, less, strict=True)
                for one, other in zip(ones, others, strict=True)
            )


def test_confidences_are_the_softmax_of_the_divided_scores() -> None:
    scores = draw("xpos")
    shares = np.exp(scores / 2.5) / np.exp(scores / 2.5).sum(-1, keepdims=True)
    found = [sure for tagged in decode("xpos", scores, 2.5) for sure in tagged.confidences]
    assert found == pytest.approx(shares.max(-1).tolist(), rel=1e-5)
    arcs = draw("dep")
    heads = [parsed.tree.head_ids for parsed in decode("dep", arcs, 2.5)]
    for row, (parsed, length) in enumerate(zip(decode("dep", arcs, 2.5), LENGTHS, strict=True)):
        divided = np.exp(arcs.arc_scores[row, :length] / 2.5)
        expected = [divided[word, head] / divided[word].sum() for word, head in enumerate(heads[row])]
        assert parsed.confidences == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("task", ["relatedness", "ease"])
def test_a_grade_does_not_hang_on_a_temperature(task: str) -> None:
    scores = draw(task)
    cold, plain = decode(task, scores, 0.1), decode(task, scores, 1.0)
    assert cold == plain
    assert all(isinstance(grade, Grade) for grade in plain)


@pytest.mark.parametrize("task", ["relatedness", "ease"])
def test_a_grade_is_the_mean_of_the_labels_by_the_scores_over_its_own_temperature(task: str) -> None:
    keys = {**ALL_TASKS[task], "grade_temperature": 0.5}
    kind, scores = KINDS[keys["kind"]], draw(task)
    found = kind.decoder(kind.config.model_validate(keys), LabelSet(LABELS[task])).decode(scores, LENGTHS)
    shares = np.exp(scores / 0.5) / np.exp(scores / 0.5).sum(-1, keepdims=True)
    points = np.array([float(label) for label in LABELS[task]])

    assert [grade.score for grade in found] == pytest.approx((shares @ points).tolist(), rel=1e-5)
    assert np.allclose([grade.distribution for grade in found], shares, atol=1e-6)
    plain = [grade.score for grade in decode(task, scores, 1.0)]
    assert np.std([grade.score for grade in found]) > np.std(plain)  # nearer to the ends


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_marginals_of_a_crf_are_those_of_all_sequences_with_divided_scores(temperature: float) -> None:
    generator = np.random.default_rng(5)
    logits, transitions = generator.normal(size=(4, 3)), generator.normal(size=(3, 3))
    start, end = generator.normal(size=(2, 3))
    transitions[0, 1] = FORBIDDEN
    totals = {}
    for path in itertools.product(range(3), repeat=4):
        inner = sum(transitions[one, other] for one, other in itertools.pairwise(path))
        totals[path] = start[path[0]] + logits[np.arange(4), path].sum() + inner + end[path[-1]]
    weights = {path: np.exp(total / temperature) for path, total in totals.items()}
    expected = np.zeros((4, 3))
    for path, weight in weights.items():
        expected[np.arange(4), path] += weight / sum(weights.values())
    found = marginals(CrfScores(logits, transitions, start, end), np.array([4]), temperature)
    assert found == pytest.approx(expected)


def test_each_task_has_the_temperature_of_its_name() -> None:
    tasks = {name: KINDS["tagger"].config.model_validate(TASKS["xpos"]) for name in ("one", "two")}
    cascade: Any = SimpleNamespace(
        config=SimpleNamespace(tasks=tasks),
        labels=dict.fromkeys(tasks, LabelSet(LABELS["xpos"])),
        temperatures={"two": 4.0},
    )
    scores = draw("xpos")
    found = Decoders(cascade).decode(dict.fromkeys(tasks, scores), dict.fromkeys(tasks, LENGTHS), confidences=True)
    assert found["one"] == decode("xpos", scores, 1.0)
    assert found["two"] == decode("xpos", scores, 4.0)


def test_alternatives_of_a_lemma_keep_their_order_where_their_shares_vanish() -> None:
    scores = draw("lemma") * 20
    cold, plain = decode("lemma", scores, 0.05), decode("lemma", scores, 1.0)
    assert sum(share == 0 for ranked in cold for shares in ranked.probabilities for share in shares) > WORDS
    assert [ranked.labels for ranked in cold] == [ranked.labels for ranked in plain]
