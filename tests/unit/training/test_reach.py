"""The reach of a task is asked of autograd: exactly the parameters that its loss gives a gradient."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.model import JointModel
from jmt.network.parts import head_of
from jmt.training.reach import cumulative_reach, moved_by, reach
from tests.assets.tiny_model import CLASS_IN_THE_MIDDLE, LABELS, SENTENCES, TASKS
from tests.assets.tiny_transformer import tiny_transformer

SIZES = {"hidden_size": 8, "word_size": 8, "ngram_size": 8, "label_size": 4}


def without_reads(*names: str) -> dict[str, Any]:
    return {name: {key: value for key, value in TASKS[name].items() if key != "reads"} for name in names}


CASCADES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "the paper's": ({}, TASKS),
    "without label embeddings": ({}, without_reads(*TASKS)),
    "without shortcuts": ({"shortcut": False}, TASKS),
    "without vertical connections": ({"vertical": False}, TASKS),
    "a class in the middle": ({}, CLASS_IN_THE_MIDDLE),
    "words only": ({"ngrams": []}, TASKS),
    "two taggers on one level": (
        {},
        {"xpos": TASKS["xpos"], "upos": {**TASKS["xpos"], "column": "upos"}, "chunk": TASKS["chunk"]},
    ),
    "both taggers read": (
        {},
        {
            "xpos": TASKS["xpos"],
            "upos": {**TASKS["xpos"], "column": "upos"},
            "chunk": {**TASKS["chunk"], "reads": ["xpos", "upos"]},
        },
    ),
    "a read of one task that its neighbour on the level does not read": (
        {},
        {"xpos": TASKS["xpos"], "chunk": TASKS["chunk"], "ner": {**TASKS["chunk"], "column": "ner", "reads": []}},
    ),
    "levels between without a task": ({}, {"dep": {"kind": "parser", "level": 3}}),
    "a stopped edge": (
        {},
        {"xpos": TASKS["xpos"], "chunk": {**TASKS["chunk"], "reads": [{"task": "xpos", "gradient": "stop"}]}},
    ),
    "an edge that stops at its input": (
        {},
        {
            **TASKS,
            "dep": {**TASKS["dep"], "reads": [{"task": "chunk", "gradient": "stop_input"}]},
            "relatedness": {**TASKS["relatedness"], "reads": [{"task": "xpos", "gradient": "stop"}]},
        },
    ),
    "a pair task that stops at the one it reads": (
        {},
        {**TASKS, "entailment": {**TASKS["entailment"], "reads": [{"task": "relatedness", "gradient": "stop_input"}]}},
    ),
    "trees fed upward": (
        {},
        {
            **TASKS,
            "dep": {**TASKS["dep"], "scorer": "biaffine", "arc_size": 6, "deprel_size": 5},
            "relatedness": {**TASKS["relatedness"], "reads": ["dep"], "interaction": "attention", "compare_size": 5},
        },
    ),
    "all three on the third level": (
        {"shortcut": False},
        {name: {**TASKS[name], "level": 3, "reads": []} for name in ("xpos", "chunk", "dep")},
    ),
}


def labels_of(task: str) -> LabelSet:
    return LabelSet(LABELS.get(task, LABELS["chunk" if task == "ner" else "xpos"]))


def build(name: str) -> JointModel:
    encoder, tasks = CASCADES[name]
    config = ModelConfig.model_validate({"encoder": {**SIZES, **encoder}, "tasks": tasks})
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    torch.manual_seed(1)
    return JointModel(config, lexicon, {task: labels_of(task) for task in tasks})


def with_gradient(model: JointModel, task: str) -> set[str]:
    """The parameters whose gradient is not None after a backward pass from the task's scores."""
    model.zero_grad(set_to_none=True)
    scores = model(model.build_batch([*SENTENCES, SENTENCES[0]], pairs=True), [task])[task]
    if hasattr(scores, "arc_scores"):
        chosen = torch.zeros(scores.arc_scores.shape[:2], dtype=torch.long)
        arcs = scores.arc_scores.masked_fill(scores.arc_scores.isinf(), 0.0)
        total = arcs.sum() + model.heads[task].score_deprels(scores, chosen).sum()
    else:
        total = scores.sum()
    total.backward()
    return {name for name, parameter in model.named_parameters() if parameter.grad is not None}


@pytest.mark.parametrize("name", CASCADES)
def test_the_reach_of_every_task_is_what_autograd_reaches(name: str):
    model = build(name)
    for task in model.config.tasks:
        assert moved_by(model, task) == with_gradient(model, task), task
        assert reach(model, task) >= moved_by(model, task), task
        if " stop" not in name:
            assert reach(model, task) == moved_by(model, task), task


@pytest.mark.parametrize(
    "encoder",
    [
        {"pairs": "separate"},
        {"pairs": "together"},
        {"taps": [1, 1, 2, 2, 3]},
        *({"family": family, "pairs": "together"} for family in ("mpnet", "deberta-v2", "modernbert")),
    ],
    ids=str,
)
def test_in_a_transformer_a_task_reaches_the_layers_up_to_its_tap(encoder: dict[str, Any]):
    model = tiny_transformer(**encoder)
    for task in model.config.tasks:
        assert reach(model, task) == moved_by(model, task) == with_gradient(model, task), task


def test_an_edge_says_how_far_the_gradient_flows_into_the_lower_task():
    """Of the lower head and the lower level's bi-LSTM, both, the level alone, or neither."""
    reached = {}
    for gradient in ("flow", "stop", "stop_input"):
        chunk = {**TASKS["chunk"], "reads": [{"task": "xpos", "gradient": gradient}]}
        config = ModelConfig.model_validate({"encoder": SIZES, "tasks": {"xpos": TASKS["xpos"], "chunk": chunk}})
        lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
        torch.manual_seed(1)
        model = JointModel(config, lexicon, {task: labels_of(task) for task in ("xpos", "chunk")})
        found = with_gradient(model, "chunk")
        lower = ("heads.xpos.classifier.1.weight", "encoder.levels.0.bilstm.forwards.weight_ih_l0")
        reached[gradient] = [any(name.startswith(part.rpartition(".")[0]) for name in found) for part in lower]
        assert "encoder.words.words.weight" in found
        assert any(name.startswith("label_embeddings.xpos.") for name in found)
        assert with_gradient(model, "xpos") == reach(model, "xpos")  # its own training is not cut
    assert reached == {"flow": [True, True], "stop": [False, True], "stop_input": [False, False]}


def test_the_head_behind_a_stopped_edge_is_in_reach_but_gets_no_gradient():
    """It shapes the loss, so it is held; nothing moves it."""
    model = build("a stopped edge")
    only_held = reach(model, "chunk") - with_gradient(model, "chunk")

    assert only_held == {name for name, _ in model.named_parameters() if name.startswith("heads.xpos.")}


@pytest.mark.parametrize("name", CASCADES)
def test_the_cumulative_reach_is_that_of_all_tasks_up_to_the_level(name: str):
    model = build(name)
    for task, config in model.config.tasks.items():
        below = [other for other, head in model.config.tasks.items() if head.level <= config.level]
        assert cumulative_reach(model, task) == set().union(*(reach(model, other) for other in below))


def test_together_the_tasks_reach_every_parameter():
    model = build("the paper's")

    assert cumulative_reach(model, "entailment") == {name for name, _ in model.named_parameters()}


def test_a_parameter_of_a_head_names_its_task():
    assert head_of("heads.chunk.classifier.1.weight") == "chunk"
    assert head_of("encoder.levels.1.bilstm.forwards.weight_ih_l0") is None
