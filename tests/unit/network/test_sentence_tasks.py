"""What is said of a whole sentence in the middle of the cascade, on every body: what reads it, what it depends on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from jmt.cascade.config import ModelConfig
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.values import Choice, Grade
from jmt.network import checkpoint
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from tests.assets.tiny_examples import sentence_examples, tiny_examples
from tests.assets.tiny_model import CLASS_IN_THE_MIDDLE, SENTENCES, tiny_model
from tests.assets.tiny_transformer import tiny_transformer

BODIES: dict[str, Callable[[], JointModel]] = {
    "bilstm": lambda: tiny_model(tuple(CLASS_IN_THE_MIDDLE), changes=CLASS_IN_THE_MIDDLE),
    "a column per task": lambda: tiny_model(
        tuple(CLASS_IN_THE_MIDDLE), changes=CLASS_IN_THE_MIDDLE, sharing={"level3": {"kind": "soft"}}
    ),
    "transformer": lambda: tiny_transformer(tasks=CLASS_IN_THE_MIDDLE),
    "transformer that reads pairs together": lambda: tiny_transformer(tasks=CLASS_IN_THE_MIDDLE, pairs="together"),
}
PAIRS = [(SENTENCES[0], SENTENCES[2]), (SENTENCES[1], SENTENCES[0])]


@pytest.fixture(params=BODIES)
def model(request: pytest.FixtureRequest) -> JointModel:
    return BODIES[request.param]()


def predictor_of(model: JointModel) -> Predictor[TorchEngine]:
    return Predictor(TorchEngine(model))


def embedding_of(model: JointModel, task: str, words: list[str]) -> Tensor:
    """The expected embedding of what a task says of a sentence that is alone, by hand."""
    said = predictor_of(model).annotate([words], [task])[0][task]
    shares = list(said.probabilities.values()) if isinstance(said, Choice) else said.distribution
    table = model.label_embeddings[task].table
    return sum((share * row for share, row in zip(shares, table, strict=True)), torch.zeros(table.size(1)))


def entering(model: JointModel, level: int, run: Callable[[], Any]) -> list[Tensor]:
    """The label embeddings that enter a level."""
    seen: list[Tensor] = []
    climb = model.encoder.climb

    def watched(ascent: Any, number: int, labels: Any) -> Any:
        seen.extend(labels if number == level else [])
        return climb(ascent, number, labels)

    model.encoder.climb = watched  # type: ignore[method-assign]
    run()
    model.encoder.climb = climb  # type: ignore[method-assign]
    return seen


@torch.no_grad()
def test_the_class_enters_every_word_of_the_level_above(model: JointModel):
    _, genre = entering(model, 3, lambda: model(model.build_batch(SENTENCES), ["dep"]))

    assert genre.shape == (3, 8, model.config.encoder.label_size)
    for words, row in zip(SENTENCES, genre, strict=True):
        assert torch.allclose(row[: len(words)], embedding_of(model, "genre", words).expand(len(words), -1), atol=1e-5)


@torch.no_grad()
def test_class_and_grade_enter_a_pair_task_from_both_sentences(model: JointModel):
    genre, ease = entering(model, 4, lambda: predictor_of(model).compare(PAIRS, ["relatedness"]))

    rows = [pair[side] for side in range(2) for pair in PAIRS]
    assert genre.shape[:2] == ease.shape[:2] == (4, 8)
    for place, words in enumerate(rows):
        for task, entered in (("genre", genre), ("ease", ease)):
            expected = embedding_of(model, task, words).expand(len(words), -1)
            assert torch.allclose(entered[place, : len(words)], expected, atol=1e-5)


def test_what_reads_a_class_says_something_else_where_the_class_is_another(model: JointModel):
    before = predictor_of(model).compare(PAIRS, ["relatedness"]), predictor_of(model).annotate(SENTENCES, ["ease"])
    with torch.no_grad():
        model.label_embeddings["genre"].table.mul_(-3.0)

    after = predictor_of(model).compare(PAIRS, ["relatedness"]), predictor_of(model).annotate(SENTENCES, ["ease"])
    assert all(
        one != other for old, new in zip(before, after, strict=True) for one, other in zip(old, new, strict=True)
    )


def test_the_company_of_a_sentence_changes_nothing_however_far_each_climbs(model: JointModel):
    predictor = predictor_of(model)
    asked = [["genre"], ["xpos", "dep", "ease"], ["genre", "ease"]]
    together = predictor.annotate_each([*SENTENCES, []], [*asked, ["genre", "ease"]])

    assert together.pop() == {"genre": None, "ease": None}
    for words, tasks, answer in zip(SENTENCES, asked, together, strict=True):
        (alone,) = predictor.annotate([words], tasks)
        assert alone.keys() == answer.keys() == set(tasks)
        for task, said in answer.items():
            if isinstance(said, Choice):
                assert said.label == alone[task].label
                assert said.probabilities == pytest.approx(alone[task].probabilities, abs=1e-5)
            elif isinstance(said, Grade):
                assert said.score == pytest.approx(alone[task].score, abs=1e-5)
            else:
                assert said == alone[task]


def test_a_checkpoint_says_the_same(model: JointModel, tmp_path: Path):
    checkpoint.save(model, tmp_path / "model")
    saved, loaded = (predictor_of(one) for one in (model, checkpoint.load(tmp_path / "model")))

    assert loaded.annotate(SENTENCES, ["genre", "ease", "dep"]) == saved.annotate(SENTENCES, ["genre", "ease", "dep"])
    assert loaded.compare(PAIRS, ["relatedness"]) == saved.compare(PAIRS, ["relatedness"])


def test_every_parameter_gets_a_gradient(model: JointModel):
    every = {name: one for name, one in {**tiny_examples(), **sentence_examples()}.items() if name in model.heads}
    for name, examples in every.items():
        pairs = name in model.pair_tasks
        rows = [pair[side] for side in range(2) for pair in examples.inputs] if pairs else list(examples.inputs)
        batch, head = model.build_batch(rows, pairs=pairs), model.heads[name]
        gold = head.encode_gold(examples.gold, batch.mask.size(1))
        head.loss(model(batch, [name])[name], gold, batch.mask).backward()

    trained = [value for name, value in model.named_parameters() if "pretrained" not in name]
    assert all(value.grad is not None and value.grad.to_dense().any() for value in trained)


@pytest.mark.parametrize(("gradient", "reached"), [("flow", True), ("stop", False)])
def test_the_gradient_flows_into_a_class_as_the_edge_says(gradient: str, reached: bool):
    dep = {"reads": ["xpos", {"task": "genre", "gradient": gradient}]}
    model = tiny_model(("xpos", "genre", "dep"), changes={"dep": dep})
    examples = tiny_examples()["dep"]
    batch, head = model.build_batch(SENTENCES), model.heads["dep"]
    head.loss(model(batch, ["dep"])["dep"], head.encode_gold(examples.gold, 8), batch.mask).backward()

    grads = [value.grad for value in model.heads["genre"].parameters()]
    assert any(grad is not None and grad.any() for grad in grads) == reached
    assert model.label_embeddings["genre"].table.grad.any()


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ({"kind": "classifier", "scheme": "iobes"}, "scheme.*unknown key"),
        ({"kind": "regressor", "decoder": "crf"}, "decoder.*unknown key"),
        ({"kind": "classifier", "interaction": "attention"}, "interaction.*unknown key"),
        (
            {"kind": "classifier", "level": 5, "reads": ["relatedness"]},
            "is about pairs, `genre` about single sentences",
        ),
    ],
)
def test_keys_that_mean_nothing_for_a_sentence_are_refused(kind: dict[str, Any], message: str):
    tasks = {**CLASS_IN_THE_MIDDLE, "genre": {"level": 2, **kind}, "dep": {"kind": "parser", "level": 3}}
    tasks["ease"] = {"kind": "regressor", "level": 3}
    tasks["relatedness"] = {"kind": "pair_regressor", "level": 4}
    tasks["entailment"] = {"kind": "pair_classifier", "level": 5}
    with pytest.raises(Exception, match=message):
        ModelConfig.model_validate({"tasks": tasks})
