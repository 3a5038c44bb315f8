"""Requests become batches: right slots, token budgets, failures kept apart, nothing lost."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest

from jmt.serve.batching.batcher import LOOK_AHEAD, Batcher, BatcherLimits
from jmt.serve.batching.jobs import Closed, ItemFailed, Overloaded

MOST_ITEMS = BatcherLimits().max_batch_items


class Model:
    """Doubles numbers, remembers its batches, fails on negative ones, and can be held back."""

    def __init__(self) -> None:
        self.batches: list[tuple[Any, list[int]]] = []
        self.may_run = threading.Event()
        self.may_run.set()
        self.running = threading.Event()

    def __call__(self, group: Any, payloads: list[int]) -> list[int]:
        self.running.set()
        assert self.may_run.wait(10)
        self.batches.append((group, payloads))
        if min(payloads) < 0:
            raise ValueError("negative")
        return [2 * payload for payload in payloads]


@contextmanager
def running(model: Model, *, max_batch_tokens: int = 4096, max_waiting_tokens: int = 100_000) -> Iterator[Batcher]:
    limits = BatcherLimits(max_batch_tokens=max_batch_tokens, max_waiting_tokens=max_waiting_tokens)
    batcher = Batcher(model, limits)
    batcher.start()
    try:
        yield batcher
    finally:
        model.may_run.set()
        batcher.close(10)


def hold(model: Model, batcher: Batcher) -> Future[list[Any]]:
    """Occupy the inference thread with one item, so that what is submitted next has to wait."""
    model.may_run.clear()
    model.running.clear()
    first = batcher.submit("held", [1], [1])
    assert model.running.wait(10)
    return first


def test_every_result_lands_in_the_slot_of_its_item() -> None:
    model = Model()
    with running(model) as batcher:
        assert batcher.submit("a", [3, 1, 2], [9, 1, 5]).result(10) == [6, 2, 4]


def test_a_job_without_items_is_done_at_once() -> None:
    with running(Model()) as batcher:
        assert batcher.submit("a", [], []).result(0) == []


def test_items_of_several_requests_share_a_batch() -> None:
    model = Model()
    with running(model) as batcher:
        first = hold(model, batcher)
        jobs = [batcher.submit("a", [number], [3]) for number in range(10)]
        model.may_run.set()
        assert [job.result(10) for job in jobs] == [[2 * number] for number in range(10)]
        assert first.result(10) == [2]
    assert [len(payloads) for _, payloads in model.batches] == [1, 10]


def test_items_of_different_groups_never_share_a_batch() -> None:
    model = Model()
    with running(model) as batcher:
        hold(model, batcher)
        jobs = [batcher.submit(group, [number], [3]) for number, group in enumerate("abab")]
        model.may_run.set()
        for job in jobs:
            job.result(10)
    assert model.batches[1:] == [("a", [0, 2]), ("b", [1, 3])]


def test_padding_counts_towards_the_budget_of_a_batch_and_close_lengths_go_together() -> None:
    model = Model()
    with running(model, max_batch_tokens=20) as batcher:
        hold(model, batcher)
        job = batcher.submit("a", [1, 2, 3, 4, 5], [5, 20, 5, 20, 6])
        model.may_run.set()
        assert job.result(10) == [2, 4, 6, 8, 10]
    # The oldest goes with those nearest to it in length: 3 items padded to 6 are 18 tokens; 20 alone fills the budget.
    assert model.batches[1:] == [("a", [1, 3, 5]), ("a", [2]), ("a", [4])]


def test_an_item_larger_than_the_budget_runs_alone() -> None:
    model = Model()
    with running(model, max_batch_tokens=10) as batcher:
        assert batcher.submit("a", [1, 2], [50, 50]).result(10) == [2, 4]
    assert [payloads for _, payloads in model.batches] == [[1], [2]]


def test_the_oldest_item_is_never_passed_over() -> None:
    model = Model()
    with running(model, max_batch_tokens=10) as batcher:
        hold(model, batcher)
        batcher.submit("a", [99], [10])
        later = batcher.submit("a", list(range(200)), [1] * 200)
        model.may_run.set()
        later.result(10)
    assert model.batches[1] == ("a", [99])


def test_the_oldest_goes_first_however_many_wait_behind_it_and_each_runs_once() -> None:
    model = Model()
    waiting = 2 * LOOK_AHEAD + 50
    with running(model) as batcher:
        hold(model, batcher)
        job = batcher.submit("a", list(range(waiting)), [1] * waiting)
        model.may_run.set()
        assert job.result(10) == [2 * number for number in range(waiting)]
    ran = [number for _, payloads in model.batches[1:] for number in payloads]
    assert ran == list(range(waiting))


def test_a_batch_has_a_bounded_number_of_items() -> None:
    model = Model()
    with running(model) as batcher:
        job = batcher.submit("a", list(range(3 * MOST_ITEMS)), [1] * 3 * MOST_ITEMS)
        assert job.result(10) == [2 * number for number in range(3 * MOST_ITEMS)]
    assert max(len(payloads) for _, payloads in model.batches) == MOST_ITEMS


def test_only_the_request_of_a_failing_item_fails() -> None:
    model = Model()
    with running(model) as batcher:
        hold(model, batcher)
        jobs = [batcher.submit("a", [number, number + 1], [3, 3]) for number in range(10)]
        poisoned = batcher.submit("a", [7, -1, 8], [3, 3, 3])
        jobs += [batcher.submit("a", [number, number + 1], [3, 3]) for number in range(10, 20)]
        model.may_run.set()
        with pytest.raises(ItemFailed) as failure:
            poisoned.result(10)
        assert failure.value.slot == 1
        assert isinstance(failure.value.__cause__, ValueError)
        assert [job.result(10) for job in jobs] == [[2 * number, 2 * number + 2] for number in range(20)]
        assert batcher.submit("a", [5], [1]).result(10) == [10]


def test_a_model_that_gives_too_few_results_fails_the_job() -> None:
    batcher = Batcher(lambda group, payloads: [], BatcherLimits())
    batcher.start()
    with pytest.raises(ItemFailed):
        batcher.submit("a", [1], [1]).result(10)
    batcher.close(10)


def test_too_much_waiting_work_is_refused_and_nothing_of_it_is_queued() -> None:
    model = Model()
    with running(model, max_waiting_tokens=10) as batcher:
        hold(model, batcher)
        accepted = batcher.submit("a", [1, 2], [5, 5])
        with pytest.raises(Overloaded):
            batcher.submit("a", [3], [1])
        assert batcher.waiting_tokens == 10
        model.may_run.set()
        assert accepted.result(10) == [2, 4]
        assert batcher.waiting_tokens == 0


def test_the_limit_of_what_waits_is_exact() -> None:
    model = Model()
    with running(model, max_waiting_tokens=10) as batcher:
        hold(model, batcher)
        accepted = [batcher.submit("a", [number], [tokens]) for number, tokens in enumerate((4, 6))]
        with pytest.raises(Overloaded):
            batcher.submit("a", [3], [1])
        model.may_run.set()
        assert [job.result(10) for job in accepted] == [[0], [2]]


def test_an_abandoned_request_never_reaches_the_model() -> None:
    model = Model()
    with running(model) as batcher:
        hold(model, batcher)
        abandoned = batcher.submit("a", [50, 51], [1, 1])
        wanted = batcher.submit("a", [60], [1])
        assert abandoned.cancel()
        model.may_run.set()
        assert wanted.result(10) == [120]
        assert batcher.waiting_tokens == 0
    assert all(50 not in payloads for _, payloads in model.batches)


def test_a_request_abandoned_while_it_runs_harms_nobody() -> None:
    model = Model()
    with running(model) as batcher:
        first = hold(model, batcher)
        assert first.cancel()
        model.may_run.set()
        assert batcher.submit("a", [4], [1]).result(10) == [8]
        assert batcher.alive


def test_closing_finishes_what_waits_and_refuses_what_comes() -> None:
    model = Model()
    batcher = Batcher(model, BatcherLimits(max_batch_tokens=10, max_waiting_tokens=100))
    batcher.start()
    hold(model, batcher)
    waiting = batcher.submit("a", [1, 2, 3], [9, 9, 9])
    closing = threading.Thread(target=batcher.close)
    closing.start()
    model.may_run.set()
    closing.join(10)
    assert waiting.result(0) == [2, 4, 6]
    assert not batcher.alive
    with pytest.raises(Closed):
        batcher.submit("a", [1], [1])


def test_closing_in_a_hurry_fails_what_still_waits() -> None:
    model = Model()
    batcher = Batcher(model, BatcherLimits(max_batch_tokens=10, max_waiting_tokens=100))
    batcher.start()
    hold(model, batcher)
    waiting = batcher.submit("a", [1], [9])
    batcher.close(0.01)
    with pytest.raises(Closed):
        waiting.result(0)
    model.may_run.set()


def test_many_threads_each_get_their_own_answers() -> None:
    model = Model()
    wrong: list[int] = []

    def ask(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(40):
            numbers = [dice.randrange(10**6) for _ in range(dice.randrange(1, 9))]
            poisoned = dice.random() < 0.05
            sent = [*numbers, -1] if poisoned else numbers
            job = batcher.submit(dice.choice("ab"), sent, [dice.randrange(1, 30) for _ in sent])
            try:
                got = job.result(30)
            except ItemFailed:
                got = None
            if got != (None if poisoned else [2 * number for number in numbers]):
                wrong.append(seed)

    with running(model, max_batch_tokens=64) as batcher:
        threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert batcher.waiting_tokens == 0
    assert wrong == []
