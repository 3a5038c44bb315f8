"""Successive regularisation against section 3 of the paper: what is held, how strongly, and its closed form."""

from __future__ import annotations

import pytest
import torch

from jmt.training.anchoring.anchor import Anchor
from jmt.training.anchoring.successive_regularization import SuccessiveRegularization
from jmt.training.optimization import tables_of
from jmt.training.settings.training import SuccessiveRegularizationSettings
from tests.assets.tiny_model import TASKS, tiny_model

TASK_NAMES = list(TASKS)


@pytest.fixture
def model():
    return tiny_model()


@pytest.fixture
def regularization(model):
    return SuccessiveRegularization(model, SuccessiveRegularizationSettings())


def parts_of(names) -> set[str]:
    """The modules that parameters belong to: `encoder.levels.1`, `heads.chunk`, `words`, `label_embeddings.xpos`."""
    short = [name.replace("encoder.words.", "words.") for name in names]
    depths = {"words": 1, "encoder": 3, "heads": 2, "label_embeddings": 2}
    return {".".join(name.split(".")[: depths[name.split(".")[0]]]) for name in short}


THETA = {
    "xpos": {"words", "encoder.levels.0", "heads.xpos"},
    "chunk": {"words", "encoder.levels.0", "encoder.levels.1", "heads.xpos", "heads.chunk", "label_embeddings.xpos"},
    "dep": {
        "words",
        *(f"encoder.levels.{level}" for level in range(3)),
        *(f"heads.{task}" for task in TASK_NAMES[:3]),
        "label_embeddings.xpos",
        "label_embeddings.chunk",
    },
    "relatedness": {
        "words",
        *(f"encoder.levels.{level}" for level in range(4)),
        *(f"heads.{task}" for task in TASK_NAMES[:4]),
        "label_embeddings.xpos",
        "label_embeddings.chunk",
    },
}
"""theta of eq. 6-10, cumulative: the parameters of a task and of all below it."""


@pytest.mark.parametrize("task", TASK_NAMES[1:])
def test_the_anchor_of_a_task_is_theta_of_the_task_below(task: str, regularization):
    below = TASK_NAMES[TASK_NAMES.index(task) - 1]
    anchor = regularization.start_pass(task, below, first_of_epoch=False)

    assert parts_of(anchor.values) == THETA[below]


def test_the_first_task_of_an_epoch_is_held_to_the_words_the_top_task_left(model, regularization):
    anchor = regularization.start_pass("xpos", "entailment", first_of_epoch=True)

    assert set(anchor.values) == {name for name, _ in model.named_parameters() if name.startswith("encoder.words.")}


def test_before_anything_was_learned_nothing_is_held(regularization):
    assert regularization.start_pass("xpos", None, first_of_epoch=True).values == {}


def test_heads_of_other_tasks_are_held_ten_times_as_strongly(regularization):
    anchor = regularization.start_pass("dep", "chunk", first_of_epoch=False)

    for name, delta in anchor.deltas.items():
        assert delta == (1e-2 if name.startswith("heads.") else 1e-3)


def test_a_task_s_own_head_is_no_lower_classifier(regularization):
    """In a random order a task may come after a higher one, whose theta holds the head that is now trained."""
    anchor = regularization.start_pass("chunk", "dep", first_of_epoch=False)

    own = {delta for name, delta in anchor.deltas.items() if name.startswith("heads.chunk.")}
    others = {delta for name, delta in anchor.deltas.items() if name.startswith(("heads.xpos.", "heads.dep."))}
    assert (own, others) == ({1e-3}, {1e-2})


def test_the_penalty_is_zero_at_the_start_and_its_gradient_is_the_closed_form(model, regularization):
    anchor = regularization.start_pass("chunk", "xpos", first_of_epoch=False)
    parameters = dict(model.named_parameters())
    assert anchor.penalty(parameters).item() == 0.0

    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter))
    penalty = anchor.penalty(parameters)
    penalty.backward()
    distances = {name: (parameters[name] - value).detach() for name, value in anchor.values.items()}

    expected = sum(anchor.deltas[name] * distance.square().sum() for name, distance in distances.items())
    assert torch.allclose(penalty, expected)
    for name, parameter in parameters.items():
        if name in distances:
            assert torch.allclose(parameter.grad, 2 * anchor.deltas[name] * distances[name])
        else:
            assert parameter.grad is None


def test_a_pull_is_one_gradient_step_on_the_penalty(model, regularization):
    anchor = regularization.start_pass("chunk", "xpos", first_of_epoch=False)
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter))
    anchor.penalty(parameters).backward()
    expected = {name: parameters[name] - 0.7 * parameters[name].grad for name in anchor.values}
    anchor.pull(parameters, dict.fromkeys(parameters, 0.7), {})
    anchor.settle(parameters)

    for name, value in expected.items():
        assert torch.allclose(parameters[name], value, atol=1e-6)


@pytest.mark.parametrize("rates", [[0.5] * 15, [0.5 - 0.03 * step for step in range(15)]], ids=["one rate", "falling"])
def test_rows_pulled_late_end_where_rows_pulled_in_every_step_do(rates: list[float]):
    """The shortcut for tables: only rows that a step reads are touched, and the result is the same."""
    torch.manual_seed(1)
    start, generator = torch.randn(20, 3), torch.Generator().manual_seed(2)
    lazy, eager = torch.nn.Parameter(start.clone()), torch.nn.Parameter(start.clone())
    snapshot = torch.randn(20, 3)
    late = Anchor({"table": snapshot}, {"table": 0.05}, ["table"])
    always = Anchor({"table": snapshot}, {"table": 0.05})
    for rate in rates:
        rows = torch.randperm(20, generator=generator)[:4]
        gradient = torch.randn(4, 3, generator=generator)
        late.catch_up({"table": lazy}, {"table": rows})
        assert torch.allclose(lazy[rows], eager[rows], atol=1e-6)  # what the step reads is up to date
        late.pull({"table": lazy}, {"table": rate}, {"table": rows})
        always.pull({"table": eager}, {"table": rate}, {})
        with torch.no_grad():
            for table in (lazy, eager):
                table[rows] -= rate * gradient
    late.settle({"table": lazy})

    assert torch.allclose(lazy, eager, atol=1e-5)
    assert not torch.allclose(lazy, start)


def test_a_strength_that_would_overshoot_ends_at_the_anchor():
    parameter = torch.nn.Parameter(torch.tensor([3.0]))
    anchor = Anchor({"w": torch.tensor([1.0])}, {"w": 10.0})
    anchor.pull({"w": parameter}, {"w": 1.0}, {})

    assert parameter.item() == 1.0


def test_every_parameter_is_pulled_at_its_own_learning_rate():
    parameters = {name: torch.nn.Parameter(torch.tensor([[3.0]])) for name in ("slow", "fast", "table")}
    there = torch.tensor([[1.0]])
    anchor = Anchor(dict.fromkeys(parameters, there), dict.fromkeys(parameters, 0.5), ["table"])
    anchor.pull(parameters, {"slow": 0.1, "fast": 0.4, "table": 0.2}, {})
    anchor.settle(parameters)

    assert {name: value.item() for name, value in parameters.items()} == pytest.approx(
        {"slow": 3 - 0.1 * 2, "fast": 3 - 0.4 * 2, "table": 3 - 0.2 * 2}
    )


def test_tables_are_the_word_and_ngram_tables(model):
    assert set(tables_of(model)) == {"encoder.words.words.weight", "encoder.words.ngrams.table.weight"}
