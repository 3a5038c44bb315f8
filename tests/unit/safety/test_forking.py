"""A child that is forked while threads are at work: its first call works or is a clear error, and never hangs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

import jmt
from jmt.annotate import Annotator
from jmt.errors import DeviceError, InputError
from jmt.network.computing import check_process
from jmt.network.devices import choose_device
from jmt.safety import forking
from jmt.safety.forking import ForkLock
from tests.assets.forks import in_a_fork

TEXT = "A small cat sat on the mat. She did not see them!"


@pytest.fixture(scope="module")
def annotator(tiny_checkpoint: Path) -> Annotator:
    return jmt.load(tiny_checkpoint, device="cpu")


@contextmanager
def held_elsewhere(lock: ForkLock, seconds: float) -> Iterator[None]:
    """Have another thread hold a lock for so long, from before the block begins."""
    holds = threading.Event()

    def hold() -> None:
        with lock:
            holds.set()
            time.sleep(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait()
    yield
    thread.join()


@pytest.mark.parametrize("of", ["predictor", "segmenter"])
def test_a_fork_waits_for_whoever_annotates_and_the_child_finds_the_lock_free(of: str, annotator: Annotator):
    with held_elsewhere(getattr(annotator, of)._lock, 0.1):
        assert in_a_fork(lambda: annotator(f"{TEXT} New-{of}.").to_dict()) == str(
            annotator(f"{TEXT} New-{of}.").to_dict()
        )


def test_children_annotate_as_their_parent_while_its_threads_go_on(annotator: Annotator):
    expected = str(annotator(TEXT).to_dict())
    stop = threading.Event()
    annotated = [0, 0, 0]

    def work(number: int) -> None:
        while not stop.is_set():
            annotator(f"{TEXT} Word{number}x{annotated[number]}.")
            annotated[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    children = [in_a_fork(lambda: annotator(TEXT).to_dict()) for _ in range(5)]
    before = sum(annotated)
    while sum(annotated) == before and any(thread.is_alive() for thread in threads):
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()

    assert children == [expected] * 5
    assert sum(annotated) > before


def test_where_a_fork_can_wait_no_longer_the_child_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forking, "PATIENCE", 0.05)
    lock = ForkLock()

    def use() -> str:
        with lock:
            return "works"

    with held_elsewhere(lock, 0.5):
        said = in_a_fork(use)

    assert said.startswith("InputError: this process was forked while another thread was at work")
    assert "load the model anew here" in said
    assert use() == "works"
    assert in_a_fork(use) == "works"


def test_all_threads_of_a_child_that_could_not_be_waited_for_are_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forking, "PATIENCE", 0.05)
    lock = ForkLock()
    said: list[str] = []

    def use() -> None:
        try:
            with lock:
                said.append("works")
        except InputError:
            said.append("told")

    def use_everywhere() -> list[str]:
        use()
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
        return said

    with held_elsewhere(lock, 0.5):
        assert in_a_fork(use_everywhere) == "['told', 'told']"


def test_threads_that_a_child_starts_use_a_lock_of_its_parent():
    lock = ForkLock()
    done: list[str] = []

    def use() -> None:
        with lock:
            done.append("works")

    def start_a_thread() -> list[str]:
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
        return done

    assert in_a_fork(start_a_thread) == "['works']"


def test_nobody_takes_a_lock_while_a_fork_waits_for_another(monkeypatch: pytest.MonkeyPatch):
    """Else those that take turns at a lock could keep a fork waiting as long as they like."""
    waited_for, other = ForkLock(), ForkLock()
    monkeypatch.setattr(forking, "_LOCKS", {waited_for})
    waits, goes_on, taken = threading.Event(), threading.Event(), threading.Event()
    wait = waited_for.wait

    def wait_when_told(_: ForkLock, seconds: float) -> bool:
        waits.set()
        goes_on.wait()
        return wait(seconds)

    def fork() -> None:
        forking._before()
        forking._in_parent()

    monkeypatch.setattr(ForkLock, "wait", wait_when_told)

    def take() -> None:
        with other:
            taken.set()

    forks = threading.Thread(target=fork)
    forks.start()
    waits.wait()
    takes = threading.Thread(target=take)
    takes.start()
    assert not taken.wait(0.1)
    goes_on.set()
    for thread in (forks, takes):
        thread.join()
    assert taken.is_set()


def test_a_fork_waits_so_long_for_all_locks_together(monkeypatch: pytest.MonkeyPatch):
    locks = [ForkLock() for _ in range(3)]
    now = [0.0]
    waited: list[float] = []

    def wait(_: ForkLock, seconds: float) -> bool:
        waited.append(max(0.0, seconds))
        now[0] += waited[-1] / 2
        return False

    monkeypatch.setattr(forking, "_LOCKS", locks)
    monkeypatch.setattr(forking.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(ForkLock, "wait", wait)
    forking._before()
    forking._in_parent()

    assert waited == [forking.PATIENCE, forking.PATIENCE / 2, forking.PATIENCE / 4]


def test_a_thread_that_holds_a_lock_may_fork(annotator: Annotator):
    with annotator.predictor._lock:
        assert in_a_fork(lambda: len(annotator(TEXT).sentences)) == "2"


def test_a_child_of_a_child_annotates(annotator: Annotator):
    assert in_a_fork(lambda: in_a_fork(lambda: len(annotator(TEXT).sentences))) == "2"


def test_a_stream_goes_on_on_both_sides_of_a_fork(annotator: Annotator):
    texts = [f"A cat sat {number} times." for number in range(500)]
    expected = [document.to_dict() for document in annotator.pipe(texts)]
    stream = annotator.pipe(iter(texts))
    first = next(stream).to_dict()
    rest = in_a_fork(lambda: [document.to_dict() for document in stream] == expected[1:])

    assert rest == "True"
    assert [first, *(document.to_dict() for document in stream)] == expected


def test_a_child_computes_though_the_threads_of_its_parent_are_not_there():
    """OpenMP shares work out among threads that a fork leaves behind, and waits for them for ever."""
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        torch.arange(1_000_000.0).sum()
        said = in_a_fork(lambda: f"{torch.arange(1_000_000.0).sum():.3e} on {torch.get_num_threads()}")
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)

    assert said == "5.000e+11 on 1"


def test_a_model_on_a_gpu_is_refused_in_a_forked_child(annotator: Annotator):
    device = torch.device("cuda")
    check_process(device, os.getpid())

    with pytest.raises(DeviceError, match=r"the model is on cuda, which a forked process cannot use: .*spawn"):
        check_process(device, os.getpid() + 1)
    home = os.getpid()
    assert in_a_fork(lambda: check_process(device, home)).startswith("DeviceError: the model is on cuda")
    check_process(torch.device("cpu"), os.getpid() + 1)


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_a_gpu_that_the_parent_uses_is_no_device_for_a_child(device: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "_is_in_bad_fork", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)

    with pytest.raises(DeviceError, match=rf"device `{device}`: .* forked uses the GPU, .*: choose cpu, or .* spawn"):
        choose_device(device)
    assert choose_device("cpu") == "cpu"


def test_a_parent_that_looked_for_a_gpu_and_found_none_leaves_the_cpu_to_its_child(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.cuda, "_is_in_bad_fork", lambda: True)  # as a build of torch for CUDA says then
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    assert choose_device("auto") == "cpu"
    with pytest.raises(InputError, match="device `cuda`: torch finds no CUDA device here"):
        choose_device("cuda")


def test_a_lock_that_nobody_has_any_more_is_forgotten():
    lock = ForkLock()
    assert lock in forking._LOCKS
    del lock

    assert in_a_fork(lambda: "works") == "works"


def test_an_error_in_the_block_gives_the_lock_back():
    lock = ForkLock()
    with pytest.raises(InputError), lock:
        raise InputError("no")

    with held_elsewhere(lock, 0.0):
        pass
