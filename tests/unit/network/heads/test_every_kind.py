"""The contract of `jmt.network.heads.base`, asked of every entry of `KINDS`: what a new kind of head gets for free."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from jmt.cascade.kinds import KINDS
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import Gold, GoldFeatures, GoldLemmas, GoldLinks, GoldTree
from jmt.cascade.symbols.values import Tree
from jmt.network import checkpoint
from jmt.network.batches.batching import build_batch
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from tests.assets.tiny_model import OF_SENTENCES, OF_WORDS, SENTENCES, TASKS, tiny_model

ALL_TASKS = {**TASKS, **OF_WORDS, **OF_SENTENCES}
TASK_OF_KIND = {task["kind"]: name for name, task in ALL_TASKS.items() if name != "chunk"}

GOLD: dict[str, list[Gold]] = {
    "tagger": [["DT", "NN"] * (len(words) // 2) + ["."] * (len(words) % 2) for words in SENTENCES],
    "lemmatizer": [GoldLemmas(words, ["be", *map(str.lower, words[1:])]) for words in SENTENCES],
    "morphology": [
        GoldFeatures(["Number=Sing", "Case=Acc|Number=Plur", "_", *["Number=Sing"] * (len(words) - 3)])
        for words in SENTENCES
    ],
    "linker": [GoldLinks(["_", "2|3", "1", *["_"] * (len(words) - 3)]) for words in SENTENCES],
    "parser": [
        GoldTree(Tree([0] + [1] * (len(words) - 1), ["root"] + ["nsubj"] * (len(words) - 1))) for words in SENTENCES
    ],
    "classifier": ["letter", "blog", "review"],
    "regressor": [0.0, 2.4, 3.0],
    "pair_regressor": [1.0, 3.6, 5.0],
    "pair_classifier": ["neutral", "entailment", "contradiction"],
}


VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    **{kind: (kind, {}) for kind in KINDS},
    "tagger with a CRF": ("tagger", {"decoder": "crf"}),
    "biaffine parser": ("parser", {"scorer": "biaffine", "arc_size": 6, "deprel_size": 5}),
    "pair_regressor with attention": ("pair_regressor", {"interaction": "attention", "compare_size": 6}),
    "classifier with noise": ("classifier", {"noise_samples": 8}),
    "pair_classifier with noise": ("pair_classifier", {"noise_samples": 8}),
    "pair_classifier with attention": ("pair_classifier", {"interaction": "attention", "compare_size": 6}),
}


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kind(variant: str) -> str:
    return VARIANTS[variant][0]


@pytest.fixture
def model(variant: str) -> JointModel:
    kind, changes = VARIANTS[variant]
    reading = {  # what is said of a sentence stands in the middle of the cascade
        "dep": {"reads": ["xpos", "chunk", "genre"]},
        "relatedness": {"reads": ["xpos", "genre", "ease"]},
        "entailment": {"reads": ["xpos", "genre", "relatedness"]},
    }
    task = TASK_OF_KIND[kind]
    return tiny_model(tuple(ALL_TASKS), changes={**reading, task: {**reading.get(task, {}), **changes}})


def rows_for(kind: str) -> list[list[str]]:
    """The rows of a batch: sentences, or all first sentences above all second ones."""
    return [*SENTENCES, *reversed(SENTENCES)] if KINDS[kind].about_pairs else SENTENCES


def loss_of(model: JointModel, kind: str) -> torch.Tensor:
    task = TASK_OF_KIND[kind]
    batch = build_batch(rows_for(kind), model.lexicon)
    head = model.heads[task]
    gold = head.encode_gold(GOLD[kind], batch.mask.size(1))
    torch.manual_seed(5)  # where noise is learned, losses are means over samples
    loss: torch.Tensor = head.loss(model(batch, [task])[task], gold, batch.mask)
    return loss


def predictions(model: JointModel, kind: str, examples: list[Any]) -> list[Any]:
    predictor, task = Predictor(TorchEngine(model)), TASK_OF_KIND[kind]
    run = predictor.compare if KINDS[kind].about_pairs else predictor.annotate
    return [prediction[task] for prediction in run(examples, [task])]


def examples_for(kind: str) -> list[Any]:
    return list(zip(SENTENCES, reversed(SENTENCES), strict=True)) if KINDS[kind].about_pairs else SENTENCES


def numbers_in(value: Any) -> list[float]:
    """Every score inside a prediction."""
    if isinstance(value, float):
        return [value]
    if isinstance(value, dict):
        return numbers_in(list(value.values()))
    if isinstance(value, list):
        return [number for item in value for number in numbers_in(item)]
    return [number for name in getattr(value, "__slots__", ()) for number in numbers_in(getattr(value, name))]


def chosen_in(value: Any) -> Any:
    """What was chosen, apart from scores."""
    return next((getattr(value, name) for name in ("labels", "tree", "label") if hasattr(value, name)), None)


def test_every_kind_is_listed_under_the_name_in_its_configuration(kind: str):
    assert KINDS[kind].config.model_fields["kind"].default == kind


def test_a_configuration_refuses_a_key_it_does_not_know(kind: str):
    known = {key: value for key, value in ALL_TASKS[TASK_OF_KIND[kind]].items() if key != "reads"}

    with pytest.raises(ValueError, match="colour"):
        KINDS[kind].config.model_validate({**known, "colour": "red"})


def test_the_loss_is_a_finite_sum_over_the_batch(model: JointModel, kind: str):
    loss = loss_of(model, kind)

    assert loss.shape == ()
    assert torch.isfinite(loss)
    assert loss >= 0


def test_every_parameter_of_a_head_gets_a_gradient(model: JointModel, kind: str):
    loss_of(model, kind).backward()

    still = [name for name, value in model.heads[TASK_OF_KIND[kind]].named_parameters() if not value.grad.any()]
    assert still == []


def test_a_few_steps_lower_the_loss(model: JointModel, kind: str):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    before = loss_of(model, kind).item()
    for _ in range(10):
        optimizer.zero_grad()
        loss_of(model, kind).backward()
        optimizer.step()

    assert loss_of(model, kind).item() < before


def test_the_company_in_a_batch_changes_nothing(model: JointModel, kind: str):
    together = predictions(model, kind, examples_for(kind))
    alone = [predictions(model, kind, [example])[0] for example in examples_for(kind)]

    assert [numbers_in(value) for value in together] == [pytest.approx(numbers_in(value), abs=1e-5) for value in alone]
    assert [chosen_in(value) for value in together] == [chosen_in(value) for value in alone]


def test_a_checkpoint_predicts_what_the_model_predicted(model: JointModel, kind: str, tmp_path):
    checkpoint.save(model, tmp_path / "model")

    loaded = checkpoint.load(tmp_path / "model")
    assert predictions(loaded, kind, examples_for(kind)) == predictions(model, kind, examples_for(kind))


def test_probabilities_sum_to_one_per_choice(model: JointModel, kind: str):
    task = TASK_OF_KIND[kind]
    batch = build_batch(rows_for(kind), model.lexicon)
    total = model.heads[task].probabilities(model(batch, [task])[task]).sum(dim=-1)
    choices = 3 if kind == "morphology" else 1  # of case, of number, and of the bundle
    assert torch.allclose(total, torch.full_like(total, choices))


def test_what_levels_above_read_is_one_vector_per_word_sentence_or_pair(model: JointModel, kind: str):
    task = TASK_OF_KIND[kind]
    batch = build_batch(rows_for(kind), model.lexicon)
    head = model.heads[task]
    embedded = head.build_embedding(7)(*head.signal(model(batch, [task])[task]))
    rows, words = batch.mask.shape
    expected = {"words": (rows, words, 7), "sentences": (rows, 1, 7), "pairs": (len(SENTENCES), 7)}
    assert embedded.shape == expected[KINDS[kind].about]
    assert torch.isfinite(embedded).all()
