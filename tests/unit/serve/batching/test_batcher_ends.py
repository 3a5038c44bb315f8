"""The batcher when things end otherwise than well: too late, abandoned, stuck, or with a thread that dies."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from jmt.serve.batching.batcher import Batcher, BatcherLimits, Broken
from jmt.serve.batching.jobs import Closed, Expired, Job, Overloaded
from tests.unit.serve.batching.test_batcher import Model, hold, running


class Clock:
    """A time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_job_that_was_not_begun_in_time_expires_and_never_runs() -> None:
    model, clock = Model(), Clock()
    batcher = Batcher(model, BatcherLimits(queue_seconds=10), clock=clock)
    batcher.start()
    hold(model, batcher)
    late = batcher.submit("a", [50, 51], [1, 1])
    clock.now = 9.0
    early = batcher.submit("a", [60], [1])
    clock.now = 11.0
    model.may_run.set()

    with pytest.raises(Expired):
        late.result(10)
    assert early.result(10) == [120]
    assert batcher.waiting_tokens == 0
    assert [50, 51] not in [payloads for _, payloads in model.batches]
    batcher.close(10)


def test_a_job_that_is_begun_in_time_is_finished_however_long_it_takes() -> None:
    model, clock = Model(), Clock()
    batcher = Batcher(model, BatcherLimits(max_batch_tokens=1, queue_seconds=10), clock=clock)
    batcher.start()
    first = hold(model, batcher)
    clock.now = 100.0
    model.may_run.set()
    assert first.result(10) == [2]
    model.may_run.clear()
    model.running.clear()
    long = batcher.submit("a", [1, 2, 3], [1, 1, 1])
    assert model.running.wait(10)
    clock.now = 200.0
    model.may_run.set()
    assert long.result(10) == [2, 4, 6]
    batcher.close(10)


def test_a_long_job_that_was_begun_hides_nobody_behind_it_who_has_waited_for_too_long() -> None:
    model, clock = Model(), Clock()
    batcher = Batcher(model, BatcherLimits(max_batch_items=1, queue_seconds=10), clock=clock)
    batcher.start()
    model.may_run.clear()
    long = batcher.submit("a", [1, 2, 3], [1, 1, 1])
    assert model.running.wait(10)
    late = batcher.submit("b", [50], [1])
    clock.now = 11.0
    told_before: list[int] = []
    late.add_done_callback(lambda _: told_before.append(len(model.batches)))
    model.may_run.set()

    assert long.result(10) == [2, 4, 6]
    with pytest.raises(Expired):
        late.result(10)
    assert told_before == [1]  # after the batch that ran, not after all of the long job
    batcher.close(10)


def test_work_that_would_surely_wait_too_long_is_refused_with_the_time_to_come_back() -> None:
    clock = Clock()

    def slow(group: Any, payloads: list[int]) -> list[int]:
        clock.now += 10.0
        if payloads != [0]:
            assert may_go_on.wait(10)
        return payloads

    may_go_on = threading.Event()
    batcher = Batcher(slow, BatcherLimits(queue_seconds=60, max_batch_items=1), clock=clock)
    batcher.set_costs(0, 1)
    batcher.start()
    assert batcher.submit("a", [0], [100]).result(10) == [0]  # 10 tokens a second
    running = batcher.submit("a", [1], [100])
    while batcher.waiting_tokens:
        threading.Event().wait(0.001)
    waiting = [batcher.submit("a", [number], [350]) for number in (2, 3)]
    with pytest.raises(Overloaded) as refused:
        batcher.submit("a", [4], [1])
    assert refused.value.seconds == 70
    may_go_on.set()
    assert [job.result(10) for job in (running, *waiting)] == [[1], [2], [3]]
    batcher.close(10)


def test_the_speed_is_that_of_real_tokens_where_padding_costs_nothing_however_many_batches_were_run() -> None:
    clock, may_go_on = Clock(), threading.Event()

    def slow(group: Any, payloads: list[int]) -> list[int]:
        clock.now += 10.0
        assert payloads == [1, 2] or may_go_on.wait(10)
        return payloads

    batcher = Batcher(slow, BatcherLimits(queue_seconds=60), clock=clock)
    batcher.set_costs(0, 0)
    batcher.start()
    for _ in range(30):
        assert batcher.submit("a", [1, 2], [100, 50]).result(10) == [1, 2]  # 15 tokens a second
    running = batcher.submit("a", [3], [100])
    while batcher.waiting_tokens:
        threading.Event().wait(0.001)
    waiting = [batcher.submit("a", [number], [750]) for number in (4, 5)]
    with pytest.raises(Overloaded) as refused:
        batcher.submit("a", [6], [1])
    assert refused.value.seconds == pytest.approx(100)
    may_go_on.set()
    assert [job.result(10) for job in (running, *waiting)] == [[3], [4], [5]]
    batcher.close(10)


def test_small_batches_are_no_sign_of_a_slow_model() -> None:
    clock = Clock()
    model = Model()

    def run(group: Any, payloads: list[int]) -> list[int]:
        results = model(group, payloads)
        clock.now += 1.0
        return results

    batcher = Batcher(run, BatcherLimits(queue_seconds=10), clock=clock)
    batcher.set_costs(999, 1)
    batcher.start()
    for _ in range(5):
        assert batcher.submit("a", [1], [1]).result(10) == [2]  # one token a second, but for want of more
    hold(model, batcher)
    waiting = [batcher.submit("a", [number], [500]) for number in range(5)]  # 2 seconds' work
    model.may_run.set()
    assert [job.result(10) for job in waiting] == [[2 * number] for number in range(5)]
    batcher.close(10)


@pytest.mark.parametrize(("padding", "batches"), [(0.0, 1), (1.0, 2)])
def test_what_padding_was_measured_to_cost_decides_who_goes_together(padding: float, batches: int) -> None:
    model = Model()
    batcher = Batcher(model, BatcherLimits())
    batcher.set_costs(1, padding)
    batcher.start()
    hold(model, batcher)
    waiting = batcher.submit("a", [1, 2, 3, 4], [5, 40, 5, 40])
    model.may_run.set()
    assert waiting.result(10) == [2, 4, 6, 8]
    batcher.close(10)
    assert len(model.batches) == 1 + batches


def test_the_warm_up_is_no_measure_of_how_long_others_will_wait() -> None:
    model, clock = Model(), Clock()
    batcher = Batcher(model, BatcherLimits(queue_seconds=10), clock=clock)
    batcher.start()
    warming = hold(model, batcher)
    clock.now = 1_000.0
    model.may_run.set()
    assert warming.result(10) == [2]
    batcher.set_costs(1, 1)
    hold(model, batcher)
    waiting = [batcher.submit("a", [number], [500]) for number in range(5)]
    model.may_run.set()
    assert [job.result(10) for job in waiting] == [[2 * number] for number in range(5)]
    batcher.close(10)


def test_the_room_of_an_abandoned_job_is_free_at_once() -> None:
    model = Model()
    with running(model, max_waiting_tokens=10) as batcher:
        hold(model, batcher)
        abandoned = batcher.submit("a", [1, 2], [5, 5])
        with pytest.raises(Overloaded):
            batcher.submit("a", [3], [1])
        assert abandoned.cancel()
        assert (batcher.waiting_tokens, batcher.waiting_requests) == (0, 1)
        accepted = batcher.submit("a", [4], [10])
        model.may_run.set()
        assert accepted.result(10) == [8]


def test_abandoned_jobs_do_not_pile_up_while_the_model_is_busy() -> None:
    model = Model()
    with running(model) as batcher:
        hold(model, batcher)
        for _ in range(2_000):
            batcher.submit("a", [1] * 5, [9] * 5).cancel()
        assert len(batcher._waiting) < 2_000
        model.may_run.set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("end", [Broken, SystemExit])
def test_when_the_thread_ends_nobody_is_left_waiting(end: type[BaseException]) -> None:
    went_on = threading.Event()

    def run(group: Any, payloads: list[int]) -> list[int]:
        assert went_on.wait(10)
        raise end

    batcher = Batcher(run, BatcherLimits(max_batch_items=2))
    batcher.start()
    jobs = [batcher.submit("a", [number], [1]) for number in range(5)]
    went_on.set()
    for job in jobs:
        with pytest.raises(Closed):
            job.result(10)
    batcher._thread.join(10)
    assert batcher.died
    with pytest.raises(Closed):
        batcher.submit("a", [1], [1])


def test_giving_up_a_stuck_model_tells_everybody_and_a_late_answer_changes_nothing() -> None:
    model = Model()
    with running(model) as batcher:
        stuck = hold(model, batcher)
        waiting = batcher.submit("a", [1], [1])
        batcher.abandon()
        for job in (stuck, waiting):
            with pytest.raises(Closed):
                job.result(0)
        model.may_run.set()
    assert batcher.running_seconds == 0


def test_the_time_of_the_present_batch_is_known() -> None:
    model, clock = Model(), Clock()
    batcher = Batcher(model, BatcherLimits(), clock=clock)
    batcher.start()
    assert batcher.running_seconds == 0
    hold(model, batcher)
    clock.now = 7.0
    assert batcher.running_seconds == 7
    model.may_run.set()
    batcher.close(10)
    assert batcher.running_seconds == 0


def test_of_two_threads_that_end_a_job_at_once_one_does_and_the_other_does_nothing() -> None:
    job = Job(1, submitted=0, deadline=1)
    real = job.future.set_running_or_notify_cancel

    def interrupted() -> bool:
        job.future.set_running_or_notify_cancel = real  # type: ignore[method-assign]
        job.fail(Closed())  # what the event loop does while the inference thread is just here
        return real()

    job.future.set_running_or_notify_cancel = interrupted  # type: ignore[method-assign]
    job.fill(0, "result")

    assert job.future.result(0) == ["result"]


def test_who_is_told_that_the_thread_has_given_up_hears_the_same_of_the_batcher():
    def give_up(group: Any, payloads: list[Any]) -> list[Any]:
        raise Broken

    batcher = Batcher(give_up, BatcherLimits())
    heard: list[bool] = []
    future = batcher.submit("any", [1], [1])
    future.add_done_callback(lambda _: heard.append(batcher.died))  # on the thread itself, before it has ended
    batcher.start()
    with pytest.raises(Closed):
        future.result(10)
    batcher.close(10)
    assert heard == [True]
