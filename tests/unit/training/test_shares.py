"""Corpora by shares: every epoch has them, all examples come round, and an epoch is a function of its number."""

from __future__ import annotations

from collections import Counter

import pytest

from jmt.cascade.symbols.examples import TaskExamples
from jmt.training.batches.shares import draw_by_shares
from jmt.training.batches.supply import BatchSupply
from jmt.training.batches.task import TrainingTask, group_tasks
from jmt.training.schedules import Step

COUNTS, SHARES = [90, 10], (1.0, 1.0)


def task(name: str = "tags", *, shares: tuple[float, ...] = SHARES, batch_tokens: int | None = None) -> TrainingTask:
    inputs = [["word"] * (1 + number * 7 % 11) for number in range(sum(COUNTS))]
    parts = (("large", COUNTS[0]), ("small", COUNTS[1]))
    examples = TaskExamples(name, "tagger", inputs, [["NN"] * len(words) for words in inputs], parts=parts)
    return TrainingTask(name, examples, batch_size=7, batch_tokens=batch_tokens, clip_norm=1.0, shares=shares)


@pytest.mark.parametrize(("shares", "first"), [((1, 1), 50), ((3.0, 1.0), 75), ((0.1, 0.9), 10), ((0.333, 0.667), 33)])
def test_an_epoch_is_as_long_as_the_union_and_has_the_shares(shares: tuple[float, ...], first: int):
    drawn = draw_by_shares(COUNTS, shares, 3, seed=1)

    assert len(drawn) == 100
    assert sum(index < 90 for index in drawn) == first


def test_all_examples_of_a_corpus_come_equally_often():
    drawn = Counter(index for epoch in range(1, 19) for index in draw_by_shares(COUNTS, SHARES, epoch, seed=1))

    assert {drawn[index] for index in range(90)} == {10}
    assert {drawn[index] for index in range(90, 100)} == {90}


def test_three_corpora_of_which_one_is_named_twice_are_told_apart():
    drawn = draw_by_shares([4, 4, 8], [1, 1, 2], 1, seed=2)

    assert sorted(drawn) == list(range(16))


@pytest.mark.parametrize("batch_tokens", [None, 30])
def test_an_epoch_keeps_the_number_of_steps_and_follows_from_its_number(batch_tokens: int | None):
    one, whole = task(batch_tokens=batch_tokens), task(shares=(), batch_tokens=batch_tokens)

    assert one.step_count == whole.step_count == one.batch_count
    for epoch in range(1, 6):
        batches = one.batches(1, epoch)
        assert len(batches) == one.batch_count
        assert batches == task(batch_tokens=batch_tokens).batches(1, epoch)
        assert 0.4 < sum(index < 90 for batch in batches for index in batch) / sum(map(len, batches)) < 0.6
    assert one.batches(1, 1) != one.batches(1, 2)


def test_batches_dealt_after_a_break_are_those_dealt_without_one():
    steps = [Step(("tags",), "tags")] * 40
    through = BatchSupply({"tags": task()}, steps, 1, {})
    dealt = [through.next() for _ in steps]
    again = BatchSupply({"tags": task()}, steps[:23], 1, {"tags": 17})

    assert [again.next() for _ in range(23)] == dealt[17:]


def test_tasks_with_other_shares_of_the_same_corpora_have_batches_of_their_own():
    first = task()
    same = TrainingTask("more", first.train, batch_size=7, clip_norm=1.0, shares=SHARES)
    other = TrainingTask("other", first.train, batch_size=7, clip_norm=1.0, shares=(2.0, 1.0))

    assert group_tasks([first, same, other], apart=False) == {"tags": ["tags", "more"], "other": ["other"]}
