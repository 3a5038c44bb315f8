"""Both engines say the same of the same words: every kind of head, both bodies, alone and in company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from jmt.cascade.kinds import KINDS, is_pair
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.values import Choice, Grade, Parsed, Tagged
from jmt.network.checkpoint import weights_of
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from jmt.runtime.engine import RuntimeEngine
from tests.assets.tiny_model import OF_SENTENCES, OF_WORDS, SENTENCES, TASKS, tiny_model
from tests.assets.tiny_transformer import tiny_transformer

ALL_TASKS = {**TASKS, **OF_WORDS, **OF_SENTENCES}
WORDS = ["cat", "the", "unseen", "Dog", ".", "sat", "🙂", "ran", "1,000", "mat"]
ALIKE = 1e-4
"""How far two probabilities may be apart."""

READING = {
    "dep": {"reads": ["xpos", "chunk", "genre"]},
    "relatedness": {"reads": ["xpos", "dep", "genre", "ease"]},
    "entailment": {"reads": ["xpos", "feats", "lemma", "links", "relatedness"]},
}
"""Every kind is read by some task above."""

CHANGES: dict[str, dict[str, dict[str, Any]]] = {
    "the paper's": READING,
    "the others": {
        "chunk": {"decoder": "crf"},
        "dep": {**READING["dep"], "scorer": "biaffine", "arc_size": 6, "deprel_size": 5, "tree": "eisner"},
        "relatedness": {**READING["relatedness"], "interaction": "attention", "compare_size": 6},
        "entailment": {
            **READING["entailment"],
            "interaction": "attention",
            "compare_size": 6,
            "hidden_layers": 2,
            "noise_samples": 4,
        },
        "genre": {"noise_samples": 4},
    },
}


def sentences(seed: int = 1) -> list[list[str]]:
    """Sentences of one word to forty, of words known and unknown."""
    generator = np.random.default_rng(seed)
    lengths = [1, 2, 40, 7, *generator.integers(1, 20, 12).tolist()]
    return [*SENTENCES, *(generator.choice(WORDS, length).tolist() for length in lengths)]


def models() -> dict[str, JointModel]:
    """Cascades with random weights, by what is tested."""
    found = {name: tiny_model(tuple(ALL_TASKS), changes=changes) for name, changes in CHANGES.items()}
    for pairs in ("separate", "together"):
        found[f"a transformer, pairs {pairs}"] = tiny_transformer(pairs=pairs, longest=24)
    return found


@pytest.fixture(scope="module", params=["the paper's", "the others", "separate", "together"])
def model(request: pytest.FixtureRequest) -> JointModel:
    if request.param in CHANGES:
        return tiny_model(tuple(ALL_TASKS), changes=CHANGES[request.param])
    return tiny_transformer(pairs=request.param, longest=24)  # long sentences need several windows


@pytest.fixture(scope="module")
def engines(model: JointModel) -> tuple[Predictor[Any], Predictor[Any]]:
    runtime = RuntimeEngine(model.cascade, weights_of(model))
    return Predictor(TorchEngine(model), batch_tokens=300), Predictor(runtime, batch_tokens=300)


def check_words(expected: Tagged | Parsed, found: Tagged | Parsed) -> None:
    """Words about whose labels neither engine is in doubt have the same; and both are as sure of them."""
    assert expected.confidences is not None
    assert found.confidences is not None
    assert _chosen(found) == _chosen(expected)
    assert found.confidences == pytest.approx(expected.confidences, abs=ALIKE)


def _chosen(value: Tagged | Parsed) -> list[Any]:
    return value.labels if isinstance(value, Tagged) else [value.tree.head_ids, value.tree.deprels]


def check_wholes(expected: Choice | Grade, found: Choice | Grade) -> None:
    if isinstance(expected, Choice):
        assert isinstance(found, Choice)
        assert found.label == expected.label
        assert found.probabilities == pytest.approx(expected.probabilities, abs=ALIKE)
    else:
        assert isinstance(found, Grade)
        assert found.score == pytest.approx(expected.score, abs=10 * ALIKE)
        assert found.distribution == pytest.approx(expected.distribution, abs=ALIKE)


def check(expected: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> None:
    for theirs, ours in zip(expected, found, strict=True):
        assert ours.keys() == theirs.keys()
        for task, value in theirs.items():
            (check_wholes if isinstance(value, Choice | Grade) else check_words)(value, ours[task])


def test_every_kind_of_head_is_among_those_compared():
    assert {task["kind"] for task in ALL_TASKS.values()} == KINDS.keys()


def test_they_annotate_alike(engines: tuple[Predictor[Any], Predictor[Any]]):
    torch_engine, runtime = engines
    tasks = torch_engine.cascade.token_tasks
    expected, found = (engine.annotate(sentences(), tasks, confidences=True) for engine in engines)

    check(expected, found)
    alone = [runtime.annotate([words], tasks, confidences=True)[0] for words in sentences()]
    check(expected, alone)


def test_they_compare_alike(engines: tuple[Predictor[Any], Predictor[Any]]):
    torch_engine, runtime = engines
    pairs = list(zip(sentences(), reversed(sentences()), strict=True))
    tasks = torch_engine.cascade.pair_tasks
    expected, found = (engine.compare(pairs, tasks) for engine in engines)

    check(expected, found)
    check(expected, [runtime.compare([pair], tasks)[0] for pair in pairs])


def test_they_are_as_sure_at_any_temperature_and_what_others_read_stays(engines: tuple[Predictor[Any], Predictor[Any]]):
    cascade, pairs = engines[0].cascade, list(pairwise(sentences()))
    given = {task: 0.5 + place / 2 for place, task in enumerate(cascade.token_tasks)} | {"entailment": 3.0}
    tempered = [engine.at_temperatures(given) for engine in engines]
    of_words = [engine.annotate(sentences(), cascade.token_tasks, confidences=True) for engine in tempered]
    of_pairs = [engine.compare(pairs, cascade.pair_tasks) for engine in tempered]

    check(*of_words)
    check(*of_pairs)
    for engine in engines:  # a task above others is as sure as without theirs: it reads them as it did in training
        alone = engine.at_temperatures({"xpos": 5.0, "chunk": 5.0})
        plain, read = (one.annotate(sentences(), ["xpos", "dep"], confidences=True) for one in (engine, alone))
        assert [one["dep"] for one in read] == [one["dep"] for one in plain]
        assert [one["xpos"].labels for one in read] == [one["xpos"].labels for one in plain]
        assert read[0]["xpos"].confidences != plain[0]["xpos"].confidences
        assert engine.cascade.temperatures == {}


def test_they_give_the_same_vectors_of_every_level(engines: tuple[Predictor[Any], Predictor[Any]]):
    torch_engine, runtime = engines
    config = torch_engine.cascade.config
    together = getattr(config.encoder, "pairs", "separate") == "together"
    asked = [*sentences(), []]
    for task in config.tasks:
        if together and is_pair(config.tasks[task]):
            continue
        expected, found = (engine.hidden(asked, task) for engine in engines)
        alone = [runtime.hidden([words], task)[0] for words in asked]
        for words, theirs, ours, lonely in zip(asked, expected, found, alone, strict=True):
            assert ours.shape == (len(words), runtime.cascade.hidden_size)
            assert (theirs.dtype, ours.dtype) == (np.float32, np.float32)
            np.testing.assert_allclose(ours, theirs, atol=ALIKE)
            np.testing.assert_allclose(lonely, ours, atol=1e-5)


def test_they_find_trees_as_probable(engines: tuple[Predictor[Any], Predictor[Any]]):
    asked = [*sentences(), []]
    trees = [value["dep"].tree for value in engines[0].annotate(asked, ["dep"])]
    expected, found = (engine.score_trees(asked, "dep", trees) for engine in engines)

    for words, theirs, ours in zip(asked, expected, found, strict=True):
        assert len(ours.heads) == len(ours.deprels) == len(words)
        assert ours.heads == pytest.approx(theirs.heads, abs=10 * ALIKE)
        assert ours.deprels == pytest.approx(theirs.deprels, abs=10 * ALIKE)


def test_sentences_that_climb_differently_far_are_annotated_alike(engines: tuple[Predictor[Any], Predictor[Any]]):
    torch_engine, runtime = engines
    tasks = torch_engine.cascade.token_tasks
    asked = [tasks[number % len(tasks) :][:2] for number in range(len(sentences()))]
    expected, found = (engine.annotate_each(sentences(), asked, confidences=True) for engine in engines)

    check(expected, found)
    whole = runtime.annotate(sentences(), tasks, confidences=True)
    check([{task: row[task] for task in own} for row, own in zip(whole, asked, strict=True)], found)


def test_without_confidences_nothing_else_changes(engines: tuple[Predictor[Any], Predictor[Any]]):
    _, runtime = engines
    tasks = runtime.cascade.token_tasks
    plain, sure = (runtime.annotate(sentences(), tasks, confidences=asked) for asked in (False, True))

    for row, other in zip(plain, sure, strict=True):
        for task in tasks:
            if not is_pair(runtime.cascade.config.tasks[task]) and hasattr(row[task], "confidences"):
                assert row[task].confidences is None
                assert _chosen(row[task]) == _chosen(other[task])


@pytest.mark.parametrize("value", [np.nan, 3e38])
def test_weights_that_are_no_numbers_or_too_large_are_said_by_task(value: float, model: JointModel):
    from jmt.errors import ScoreError

    weights = {name: weight.copy() for name, weight in weights_of(model).items()}
    weights["heads.xpos.classifier.1.bias"][:] = 10
    weights["heads.xpos.classifier.4.weight"][0] = value
    with torch.inference_mode(), pytest.raises(ScoreError, match="`xpos`"):
        Predictor(RuntimeEngine(model.cascade, weights)).annotate(SENTENCES, ["xpos"])


def test_every_head_whose_weights_are_damaged_is_refused_by_its_name(model: JointModel):
    from jmt.errors import ScoreError

    whole = weights_of(model)
    for name in whole:
        _, task, *part = name.split(".")
        if not name.startswith("heads.") or part[0] == "output":  # a CRF's own, finite since they were read
            continue
        weights = {**whole, name: np.full_like(whole[name], np.nan)}
        engine, pairs = RuntimeEngine(model.cascade, weights), task in model.cascade.pair_tasks
        with pytest.raises(ScoreError, match=f"`{task}`"):
            engine.run(SENTENCES[:2], [task], pairs=pairs)
