"""A trained cascade teaches a smaller one: soft labels of every task on every sentence (Hinton et al. 2015).

Gold examples are learned from both gold and teacher, for the tasks that the corpus lacks from the teacher alone; raw
sentences and re-paired ones from the teacher alone.  The teacher is asked batch by batch: nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.errors import ConfigError
from jmt.network.batches.batching import SentenceBatch
from jmt.network.model import Batch, JointModel
from jmt.training.batches.task import TrainingTask, rows_of
from jmt.training.objective import GoldObjective
from jmt.training.seeds import derive_seed
from jmt.training.settings.training import DistillationSettings

RAW, PAIRED_ANEW = "raw", "repaired"
"""What the groups of unlabelled sentences and pairs are called among the tasks."""

_UNLABELLED = "unlabelled"
"""The kind of such a group."""

_CANDIDATES = 30
"""Sentences sharing a word of which the one that shares most words is made the partner of another."""

_RANDOM_SHARE = 0.3
"""Pairs whose second sentence is any other: that most pairs are unrelated has to be seen, too."""


class DistillationObjective(GoldObjective):
    """weight * soft + (1 - weight) * gold where there is gold, soft alone where there is none."""

    def __init__(
        self, model: JointModel, tasks: Mapping[str, TrainingTask], teacher: JointModel, *, weight: float
    ) -> None:
        super().__init__(model, tasks)
        self.teacher, self.weight = teacher.eval().requires_grad_(False), weight
        self._taught = [name for name in model.config.tasks if name in tasks]
        check_teacher(teacher, model, self._taught)
        known = teacher.config.encoder.corpus_numbers(model.config.encoder.corpus_vectors)
        self._teachers_numbers = torch.tensor([0, *known])  # of each corpus that has a vector in the student

    def losses(
        self, names: Sequence[str], indices: list[int], sentences: Sequence[Words], batch: Batch
    ) -> dict[str, Tensor]:
        """Return the losses of all token tasks that are trained, or of all such pair tasks, per sentence or pair."""
        if self.model.body_of(names) is not self.model:
            return super().losses(names, indices, sentences, batch)
        assert isinstance(batch, SentenceBatch)
        pairs = len(sentences) > len(indices)
        about = self.model.pair_tasks if pairs else self.model.token_tasks
        taught_tasks = [name for name in about if name in self._taught]
        scores = self.model(batch, taught_tasks)
        with torch.no_grad():
            corpora = self._teachers_numbers[batch.corpus_ids.cpu()].tolist()
            theirs = self.teacher.build_batch(sentences, pairs=pairs).of_corpora(corpora).to(batch.mask.device)
            taught = self.teacher(theirs, taught_tasks)
        losses: dict[str, Tensor] = {}
        for name in taught_tasks:
            head, teacher = self.model.heads[name], self.teacher.heads[name]
            soft = head.distill(scores[name], teacher, taught[name], batch.mask) / len(indices)
            if name in names:
                gold = self.gold_loss(name, indices, scores[name], batch)
                losses[name] = self.weight * soft + (1 - self.weight) * gold
            else:
                losses[name] = self.weight * soft
        return losses


def check_teacher(teacher: JointModel, student: JointModel, taught: Sequence[str]) -> None:
    """Refuse a teacher of another language, and one that lacks a task that is taught, or knows it by other labels.

    Raises:
        ConfigError: naming the task.
    """
    if teacher.config.language != student.config.language:
        raise ConfigError(f"language = {student.config.language!r}: the teacher's is {teacher.config.language!r}")
    for name in taught:
        task, theirs = student.config.tasks[name], teacher.config.tasks.get(name)
        if theirs is None or theirs.kind != task.kind:
            tasks = ", ".join(f"{other} ({config.kind})" for other, config in teacher.config.tasks.items())
            raise ConfigError(f"task.{name}: the teacher has no {task.kind} of this name; it has {tasks}")
        schemes = [getattr(one, "scheme", None) for one in (task, theirs)]
        if schemes[0] != schemes[1]:
            raise ConfigError(f"task.{name}.scheme: the student has {schemes[0]}, the teacher {schemes[1]}")
        grades = getattr(task, "score_range", None)
        known = teacher.labels[name].labels
        if grades and [*known] != [str(grade) for grade in range(grades[0], grades[1] + 1)]:
            told = f"the student grades from {grades[0]} to {grades[1]}, the teacher from {known[0]} to {known[-1]}"
            raise ConfigError(f"task.{name}.score_range: {told}; both must have the same")
        if known != student.labels[name].labels:
            raise ConfigError(f"task.{name}: teacher and student have other labels; train both on the same corpora")


def unlabelled_tasks(
    sentences: Sequence[Words],
    pairs: Sequence[tuple[Words, Words]],
    settings: DistillationSettings,
    *,
    batch_size: int,
    clip_norm: float,
    batch_tokens: int | None = None,
    measure: Callable[[Words], int] = len,
) -> list[TrainingTask]:
    """Put raw sentences and new pairs into groups of their own, where there are any."""
    return [
        TrainingTask(
            name,
            TaskExamples(name, _UNLABELLED, inputs, [""] * len(inputs)),
            batch_size=batch_size,
            clip_norm=clip_norm,
            labelled=False,
            passes=passes,
            batch_tokens=batch_tokens,
            measure=measure,
        )
        for name, inputs, passes in (
            (RAW, sentences, settings.raw_passes),
            (PAIRED_ANEW, pairs, settings.pair_passes),
        )
        if inputs
    ]


def pair_anew(corpora: Sequence[TaskExamples], count: int, *, seed: int) -> list[tuple[Words, Words]]:
    """Make new pairs out of the sentences of pair corpora: each with one that shares words with it, or with any."""
    sentences = list({tuple(row): None for corpus in corpora for item in corpus.inputs for row in rows_of(item)})
    generator = np.random.default_rng(derive_seed(seed, "pairs"))
    partners = _Partners(sentences)
    pairs = []
    for _ in range(count if len(sentences) > 1 else 0):
        first = int(generator.integers(len(sentences)))
        second = int(generator.integers(len(sentences)))
        if generator.random() >= _RANDOM_SHARE:
            second = partners.of(first, generator)
        second = (first + 1) % len(sentences) if second == first else second
        pairs.append((list(sentences[first]), list(sentences[second])))
    return pairs


class _Partners:
    """Which sentences share words with which."""

    def __init__(self, sentences: Sequence[tuple[str, ...]]) -> None:
        self.words = [frozenset(word.lower() for word in sentence) for sentence in sentences]
        self.having: dict[str, list[int]] = {}
        """The sentences that have a word."""
        for number, words in enumerate(self.words):
            for word in words:
                self.having.setdefault(word, []).append(number)

    def of(self, number: int, generator: np.random.Generator) -> int:
        """Return the most similar of some sentences that share one word with this one; itself, where none shares any.

        That word is drawn, a seldom one more likely: of tens of thousands of sentences, those picked without looking
        have little more than *a* and *the* in common.
        """
        words = sorted(word for word in self.words[number] if len(self.having[word]) > 1)
        if not words:
            return number
        rarity = np.array([1 / len(self.having[word]) for word in words])
        having = self.having[words[generator.choice(len(words), p=rarity / rarity.sum())]]
        drawn = [having[place] for place in generator.integers(len(having), size=_CANDIDATES)]
        return max((other for other in drawn if other != number), key=self._similarity(number), default=number)

    def _similarity(self, number: int) -> Callable[[int], float]:
        """Return a function that tells the share of words which a sentence has in common with this one (Jaccard)."""
        words = self.words[number]
        return lambda other: len(words & self.words[other]) / len(words | self.words[other])
