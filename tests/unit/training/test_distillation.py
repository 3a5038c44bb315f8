"""A teacher's soft labels: what is learned from whom, and that a pupil comes nearer to its teacher."""

from __future__ import annotations

import itertools

import pytest
import torch

from jmt.cascade.symbols.examples import TaskExamples
from jmt.cascade.symbols.labels import LabelSet
from jmt.errors import ConfigError
from jmt.network.heads.base import LEAST
from jmt.network.model import JointModel
from jmt.training.batches.task import TrainingTask
from jmt.training.distillation import (
    PAIRED_ANEW,
    RAW,
    DistillationObjective,
    check_teacher,
    pair_anew,
    unlabelled_tasks,
)
from jmt.training.events import StepDone
from jmt.training.settings.training import DistillationSettings, TrainingSettings
from jmt.training.trainer import Trainer
from tests.assets.tiny_examples import PAIRS, tiny_examples
from tests.assets.tiny_model import SENTENCES, tiny_model

VARIANTS = {
    "plain": {},
    "modern": {
        "chunk": {"decoder": "crf"},
        "dep": {"scorer": "biaffine", "arc_size": 6, "deprel_size": 5},
        "relatedness": {"interaction": "attention", "compare_size": 6},
    },
}


def lesson(changes=None, *, weight=1.0, epochs=1, trained=("xpos", "chunk", "dep", "relatedness", "entailment")):
    teacher = tiny_model(seed=5, changes=VARIANTS["modern"])
    student = tiny_model(seed=6, changes=changes)
    tasks = [TrainingTask(name, examples, 2, 5.0) for name, examples in tiny_examples().items() if name in trained]
    tasks += unlabelled_tasks(SENTENCES, PAIRS, DistillationSettings(), batch_size=2, clip_norm=5.0)
    settings = TrainingSettings.model_validate(
        {"schedule": "sampled", "epochs": epochs, "optimizer": {"kind": "adam", "learning_rate": 0.01}}
    )
    objective = DistillationObjective(student, {task.name: task for task in tasks}, teacher, weight=weight)
    return Trainer(student, tasks, settings, seed=3, objective=objective), teacher


@pytest.mark.parametrize("task", ["xpos", "chunk", "dep", "relatedness", "entailment"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_soft_loss_is_least_where_pupil_and_teacher_agree(task, variant):
    teacher, student = (tiny_model(seed=seed, changes=VARIANTS[variant]) for seed in (5, 6))
    rows = [*SENTENCES, *reversed(SENTENCES)]
    batch = teacher.build_batch(rows, pairs=True)
    with torch.no_grad():
        taught, tried = teacher(batch, [task])[task], student(batch, [task])[task]
        head = teacher.heads[task]
        agreeing = head.distill(taught, head, taught, batch.mask)
        differing = student.heads[task].distill(tried, head, taught, batch.mask)
    assert torch.isfinite(agreeing)
    assert 0 < agreeing < differing


def test_padding_adds_nothing_to_the_soft_loss():
    teacher, student = (tiny_model(seed=seed) for seed in (5, 6))
    for task in ("xpos", "chunk", "dep"):
        losses = []
        for rows in (SENTENCES, SENTENCES[:1], SENTENCES[1:2], SENTENCES[2:]):
            batch = student.build_batch(rows)
            with torch.no_grad():
                scores, taught = student(batch, [task])[task], teacher(batch, [task])[task]
                losses.append(student.heads[task].distill(scores, teacher.heads[task], taught, batch.mask))
        assert losses[0].item() == pytest.approx(sum(losses[1:]).item(), rel=1e-4)


def test_every_sentence_teaches_all_token_tasks_and_every_pair_all_pair_tasks():
    trainer, _ = lesson()
    seen = {}
    for event in trainer.events():
        if isinstance(event, StepDone):
            seen.setdefault(event.task, 0)
            seen[event.task] += 1
    assert set(seen) == {"xpos+chunk+dep", "relatedness+entailment"}


def test_gold_counts_only_where_there_is_gold_and_as_much_as_its_weight_says():
    trainer, _ = lesson(weight=0.25)
    objective = trainer.stepper.objective
    objective.model.eval()
    batch = objective.model.build_batch(SENTENCES)
    with torch.no_grad():
        scores = objective.model(batch, ["xpos"])["xpos"]
        gold = objective.gold_loss("xpos", [0, 1, 2], scores, batch)
        alone = objective.losses([], [0, 1, 2], SENTENCES, batch)
        both = objective.losses(["xpos"], [0, 1, 2], SENTENCES, batch)
    assert both["xpos"].item() == pytest.approx((alone["xpos"] + 0.75 * gold).item(), rel=1e-5)
    assert both["dep"].item() == pytest.approx(alone["dep"].item(), rel=1e-5)


def test_the_soft_loss_of_pairs_is_the_cross_entropy_to_the_teacher_of_one_pair():
    trainer, teacher = lesson()
    objective, student = trainer.stepper.objective, trainer.model.eval()
    sentences = [pair[side] for side in (0, 1) for pair in PAIRS]
    batch = student.build_batch(sentences, pairs=True)
    with torch.no_grad():
        loss = objective.losses([], [0, 1, 2], sentences, batch)["entailment"]
        theirs = teacher(teacher.build_batch(sentences, pairs=True), ["entailment"])["entailment"].softmax(-1)
        ours = student(batch, ["entailment"])["entailment"].softmax(-1).clamp(min=LEAST).log()
    assert loss.item() == pytest.approx(-(theirs * ours).sum(-1).mean().item(), rel=1e-5)


def test_a_teacher_says_the_same_twice_even_if_it_was_training_when_it_came():
    teacher, student = tiny_model(seed=5).train(), tiny_model(seed=6)
    tasks = {name: TrainingTask(name, examples, 2, 5.0) for name, examples in tiny_examples().items()}
    objective = DistillationObjective(student, tasks, teacher, weight=1.0)
    batch = student.build_batch(SENTENCES)
    with torch.no_grad():
        first, second = (objective.losses([], [0, 1, 2], SENTENCES, batch) for _ in range(2))
    assert first == second != {}


def test_tasks_that_are_kept_as_they_are_are_not_taught():
    trainer, _ = lesson(trained=("xpos", "relatedness"))
    batch = trainer.model.build_batch(SENTENCES)
    assert trainer.stepper.objective.losses([], [0, 1, 2], SENTENCES, batch).keys() == {"xpos"}


def test_a_teacher_need_not_know_what_is_not_taught():
    teacher = tiny_model(("xpos", "chunk", "dep"))
    check_teacher(teacher, tiny_model(), ["xpos", "dep"])


def test_a_pupil_comes_nearer_to_its_teacher():
    def distance(trainer, teacher):
        batch = teacher.build_batch(SENTENCES)
        with torch.no_grad():
            theirs = teacher(batch, ["xpos"])["xpos"].softmax(-1)
            ours = trainer.model.eval()(batch, ["xpos"])["xpos"].softmax(-1)
        return (theirs - ours).abs()[batch.mask].sum().item()

    trainer, teacher = lesson(epochs=15)
    before = distance(trainer, teacher)
    list(trainer.events())
    assert distance(trainer, teacher) < 0.7 * before


def test_the_teacher_itself_never_changes():
    trainer, teacher = lesson()
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    list(trainer.events())
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())
    assert all(parameter.grad is None for parameter in teacher.parameters())


def test_a_teacher_of_another_language_without_the_task_or_with_other_labels_is_refused():
    student = tiny_model()
    with pytest.raises(ConfigError, match="the teacher has no pair_classifier of this name; it has xpos"):
        check_teacher(tiny_model(("xpos", "chunk", "dep", "relatedness")), student, list(student.heads))
    other = tiny_model()
    other.labels["xpos"] = LabelSet(["A", "B"])
    with pytest.raises(ConfigError, match="xpos: teacher and student have other labels"):
        check_teacher(other, student, ["chunk", "xpos"])
    tasks = dict(student.config.tasks)
    tasks["relatedness"] = tasks["relatedness"].model_copy(update={"score_range": (0, 9)})
    graded = JointModel(student.config.model_copy(update={"tasks": tasks}), student.lexicon, student.labels)
    with pytest.raises(
        ConfigError, match=r"relatedness\.score_range: the student grades from 0 to 9, the teacher from 1 to 5"
    ):
        check_teacher(tiny_model(), graded, ["relatedness"])
    config = student.config.model_copy(update={"language": "tr"})
    with pytest.raises(ConfigError, match="language = 'tr': the teacher's is 'en'"):
        check_teacher(tiny_model(), JointModel(config, student.lexicon, student.labels), ["xpos"])


def test_new_pairs_are_made_of_the_corpus_s_sentences_mostly_of_such_as_share_words():
    words = "red blue green small big dog cat horse runs eats sleeps".split()
    triples = [(words[i], words[j], words[k]) for i in range(3) for j in range(3, 7) for k in range(7, 11)]
    inputs = [([one, two, three], [three, one, "x"]) for one, two, three in triples]
    examples = TaskExamples("relatedness", "pair_regressor", inputs, [1.0] * len(inputs))
    pairs = pair_anew([examples], 200, seed=1)
    known = {tuple(row) for pair in inputs for row in pair}
    assert len(pairs) == 200
    assert pairs == pair_anew([examples], 200, seed=1) != pair_anew([examples], 200, seed=2)
    assert all(tuple(first) in known and tuple(second) in known and first != second for first, second in pairs)
    assert sum(bool(set(first) & set(second)) for first, second in pairs) > 140


def test_seven_of_ten_new_pairs_share_words_and_the_others_are_any_two_sentences():
    """Of twenty topics: any two sentences share a word in one case of twenty, those that are looked for always."""
    sentences = [[f"topic{number % 20}", f"word{number}"] for number in range(400)]
    inputs = list(zip(sentences[::2], sentences[1::2], strict=True))
    examples = TaskExamples("relatedness", "pair_regressor", inputs, [1.0] * len(inputs))
    pairs = pair_anew([examples], 1000, seed=1)
    expected = 0.7 + 0.3 * 0.05
    assert sum(bool(set(first) & set(second)) for first, second in pairs) / 1000 == pytest.approx(expected, abs=0.05)


def test_new_pairs_share_seldom_words_rather_than_common_ones():
    """Each sentence shares *the* with all others and its topic with three."""
    sentences = [["The", f"topic{number % 100}", f"word{number}"] for number in range(400)]
    examples = TaskExamples("relatedness", "pair_regressor", list(itertools.pairwise(sentences)), [])
    pairs = pair_anew([examples], 1000, seed=1)
    assert sum(first[1] == second[1] for first, second in pairs) > 650


def test_new_pairs_are_made_of_the_sentences_of_all_corpora_of_pairs():
    corpora = [
        TaskExamples(
            name,
            "pair_regressor",
            [([name, f"{name}{number}"], [name, f"{name}x{number}"]) for number in range(20)],
            [],
        )
        for name in ("one", "two")
    ]
    pairs = pair_anew(corpora, 200, seed=1)
    assert {first[0] for first, _ in pairs} == {"one", "two"}
    assert 0 < sum(first[0] != second[0] for first, second in pairs) < 60


def test_what_has_no_labels_stands_in_groups_of_its_own():
    settings = DistillationSettings(raw_passes=0.5, pair_passes=2)
    tasks = unlabelled_tasks(SENTENCES, PAIRS, settings, batch_size=2, clip_norm=1.0)
    assert [task.name for task in tasks] == [RAW, PAIRED_ANEW]
    assert [task.passes for task in tasks] == [0.5, 2]
    assert not any(task.labelled for task in tasks)
    assert unlabelled_tasks([], [], settings, batch_size=2, clip_norm=1.0) == []
