"""Two corpora that label the same words differently: a vector for one of them lets a network learn both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import TaskExamples
from jmt.evaluation.by_corpus import with_corpora
from jmt.evaluation.evaluate import evaluate_tasks
from jmt.network import checkpoint
from jmt.network.batches.batching import SentenceBatch
from jmt.network.engine import TorchEngine
from jmt.network.model import JointModel
from jmt.training.batches.material import Material
from jmt.training.batches.task import TrainingTask
from jmt.training.distillation import DistillationObjective
from jmt.training.optimization import parameter_groups
from jmt.training.reach import reach
from jmt.training.settings.training import L2Settings, OptimizerSettings, TrainingSettings
from jmt.training.starting.build import build_model, sentences_of
from jmt.training.trainer import Trainer

WORDS = ["north", "south", "east", "west", "up", "down"]
SENTENCES = [[WORDS[(start + step) % 6] for step in range(1 + start % 4)] for start in range(12)]


def opposite(task: str = "xpos") -> TaskExamples:
    """Every sentence once in each corpus: what one calls A, the other calls B."""
    plain = [["A" if WORDS.index(word) % 2 else "B" for word in words] for words in SENTENCES]
    turned = [["B" if tag == "A" else "A" for tag in tags] for tags in plain]
    parts = (("first", len(SENTENCES)), ("second", len(SENTENCES)))
    return TaskExamples(task, "tagger", SENTENCES * 2, [*plain, *turned], parts=parts)


def fresh(corpus_vectors: list[str], examples: TaskExamples) -> JointModel:
    """A small network that has learned nothing yet."""
    sizes = {"hidden_size": 12, "word_size": 12, "ngram_size": 12, "corpus_vectors": corpus_vectors}
    tasks = {"xpos": {"kind": "tagger", "level": 1, "column": "xpos"}}
    config = ModelConfig.model_validate({"encoder": sizes, "tasks": tasks})
    return build_model(config, {"xpos": examples}, sentences_of([examples]), seed=1)


def learned(corpus_vectors: list[str], examples: TaskExamples, **settings: object) -> JointModel:
    """The same network after some epochs."""
    model = fresh(corpus_vectors, examples)
    told = {"epochs": 30, "optimizer": {"kind": "adam", "learning_rate": 0.02}, **settings}
    trainer = Trainer(model, [TrainingTask("xpos", examples, 6, 5.0)], TrainingSettings.model_validate(told), seed=1)
    for _ in trainer.events():
        pass
    return model


def accuracies(model: JointModel, examples: TaskExamples) -> dict[str, float]:
    results = with_corpora(evaluate_tasks(Predictor(TorchEngine(model)), [examples]), [examples])
    return {corpus: scores["accuracy"] for corpus, scores in results["xpos"].corpora.items()}


@pytest.fixture(scope="module")
def telling() -> JointModel:
    return learned(["second"], opposite())


def test_opposite_labels_of_two_corpora_are_learned_with_a_vector_for_one_of_them(telling: JointModel):
    assert accuracies(telling, opposite()) == {"first": 1.0, "second": 1.0}


def test_opposite_labels_of_two_corpora_are_not_learned_without_vectors():
    found = accuracies(learned([], opposite()), opposite())

    assert found["first"] + found["second"] == pytest.approx(1.0)


def test_text_is_annotated_as_in_the_corpus_that_has_no_vector_and_by_request_as_in_the_other(
    telling: JointModel, tmp_path: Path
):
    checkpoint.save(telling, tmp_path / "model")
    loaded = checkpoint.load(tmp_path / "model")
    gold = opposite().gold[: len(SENTENCES)]

    for model in (telling, loaded):
        plain, second = (Predictor(TorchEngine(model, corpus=name)) for name in ("", "second"))
        first = [answer["xpos"].labels for answer in plain.annotate(SENTENCES, ["xpos"])]  # type: ignore[union-attr]
        turned = [answer["xpos"].labels for answer in second.annotate(SENTENCES, ["xpos"])]  # type: ignore[union-attr]
        assert first == gold
        assert turned == opposite().gold[len(SENTENCES) :]


def test_a_corpus_that_the_model_does_not_know_is_scored_as_text_of_users_is(telling: JointModel):
    strange = replace(opposite(), parts=(("third", len(SENTENCES)), ("second", len(SENTENCES))))

    assert accuracies(telling, strange) == {"third": 1.0, "second": 1.0}
    assert accuracies(telling, replace(strange, parts=(("third", 4), ("fourth", 20)))) == {
        "third": 1.0,
        "fourth": pytest.approx(1 - words_in(SENTENCES) / words_in((SENTENCES * 2)[4:])),
    }


def words_in(sentences: list[list[str]]) -> int:
    return sum(map(len, sentences))


def test_a_vector_starts_from_zero_and_changes_no_other_first_weight():
    with_vectors, without = fresh(["second"], opposite()), fresh([], opposite())
    weights = with_vectors.state_dict()

    assert weights.pop("encoder.words.corpora.vectors").tolist() == [[0.0] * 24]
    assert weights.keys() == without.state_dict().keys()
    assert all(torch.equal(weights[name], value) for name, value in without.state_dict().items())


def test_a_vector_is_read_by_every_task_belongs_to_the_words_and_does_not_decay():
    model = fresh(["second"], opposite())
    groups = parameter_groups(model, L2Settings(), OptimizerSettings())
    vectors = model.get_parameter("encoder.words.corpora.vectors")

    assert "encoder.words.corpora.vectors" in reach(model, "xpos")
    [decay] = [group["weight_decay"] for group in groups if any(one is vectors for one in group["params"])]  # type: ignore[attr-defined]
    assert decay == 0.0


def test_an_example_is_of_the_corpus_in_whose_part_it_stands():
    task = TrainingTask("xpos", replace(opposite(), parts=(("a", 3), ("b", 1), ("a", 20))), 6, 5.0)

    assert task.corpora([0, 2, 3, 4, 23]) == ["a", "a", "b", "a", "a"]
    assert TrainingTask("xpos", replace(opposite(), parts=()), 6, 5.0).corpora([0, 23]) == ["", ""]


def test_both_sentences_of_a_pair_are_of_its_corpus_also_in_parts():
    material = Material(["x"], [4, 5, 6], [["a"], ["b"], ["c"], ["A"], ["B"], ["C"]], ["one", "two", "two"])

    assert material.corpora_of_sentences == ["one", "two", "two"] * 2
    assert [part.corpora_of_sentences for part in material.parts(2)] == [["one"] * 2, ["two"] * 4]


def test_a_step_tells_the_network_of_which_corpus_each_of_its_sentences_is(monkeypatch: pytest.MonkeyPatch):
    seen: set[tuple[int, int]] = set()
    step = SentenceBatch.to
    plain = opposite()
    marked = replace(plain, inputs=[*SENTENCES, *([*words, "!"] for words in SENTENCES)])
    marked = replace(marked, gold=[*plain.gold[:12], *([*tags, "A"] for tags in plain.gold[12:])])  # type: ignore[misc]

    def looked_at(batch: SentenceBatch, device: torch.device) -> SentenceBatch:
        lengths = batch.mask.sum(1) - 1
        ends = batch.word_ids[batch.form_ids[torch.arange(len(lengths)), lengths]]
        seen.update(zip((ends == model.lexicon.words["!"]).long().tolist(), batch.corpus_ids.tolist(), strict=True))
        return step(batch, device)

    model = fresh(["second"], marked)
    trainer = Trainer(model, [TrainingTask("xpos", marked, 6, 5.0)], TrainingSettings(epochs=1, accumulate=2), seed=1)
    monkeypatch.setattr(SentenceBatch, "to", looked_at)
    for _ in trainer.events():
        pass

    assert seen == {(0, 0), (1, 1)}


def test_a_teacher_labels_the_sentences_of_a_corpus_by_its_conventions():
    examples = opposite()
    teacher, pupil = learned(["third", "second"], examples), fresh(["second"], examples)
    task = TrainingTask("xpos", examples, 6, 5.0)
    told = {"epochs": 30, "optimizer": {"kind": "adam", "learning_rate": 0.02}}
    objective = DistillationObjective(pupil, {"xpos": task}, teacher, weight=1.0)

    for _ in Trainer(pupil, [task], TrainingSettings.model_validate(told), seed=1, objective=objective).events():
        pass

    assert accuracies(pupil, examples) == {"first": 1.0, "second": 1.0}
