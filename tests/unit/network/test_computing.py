"""Precision, and the names that torch's failures get."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from jmt.errors import DeviceError, InputError, LibraryError
from jmt.network.computing import computing, try_bfloat16, usable_precision
from jmt.network.devices import choose_precision
from tests.assets.forks import in_a_fork

pytestmark = pytest.mark.numbers

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("raised", "named"),
    [
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes"), MemoryError),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory"), MemoryError),
        (torch.OutOfMemoryError("CUDA out of memory"), MemoryError),
        (RuntimeError("CUDA error: device-side assert triggered"), DeviceError),
        (RuntimeError("shapes do not fit"), LibraryError),
        (IndexError("index out of range in self"), LibraryError),
        (ValueError("another"), ValueError),
    ],
)
def test_failures_of_torch_become_three_errors(raised: Exception, named: type[Exception]):
    with pytest.raises(named) as caught, computing(CPU, "float32"):
        raise raised
    assert type(caught.value) is named


def test_bfloat16_is_for_matrix_products_inside_only():
    weights = torch.eye(2)
    with computing(CPU, "bfloat16"):
        assert (weights @ weights).dtype == torch.bfloat16
    with computing(CPU, "float32"):
        assert (weights @ weights).dtype == torch.float32


def test_an_unknown_precision_is_refused_with_the_known_ones():
    assert choose_precision("bfloat16") == "bfloat16"
    with pytest.raises(InputError, match="float32 or bfloat16"):
        choose_precision("int8")


def test_where_the_processor_has_no_bfloat16_float32_is_used_and_said_once(processor_without_bfloat16, caplog):
    with caplog.at_level(logging.WARNING):
        assert usable_precision("auto", CPU) == usable_precision("float32", CPU) == "float32"
        assert caplog.messages == []  # nobody asked for it
        assert [usable_precision("bfloat16", CPU) for _ in range(3)] == ["float32"] * 3
    assert caplog.messages == ["bfloat16 was asked for, but this processor has none: float32 is used"]


def test_a_processor_that_has_bfloat16_uses_it_and_nothing_is_said(processor_without_bfloat16, monkeypatch, caplog):
    monkeypatch.setattr("jmt.network.computing.try_bfloat16", lambda device: None)
    assert usable_precision("bfloat16", CPU) == "bfloat16"
    assert usable_precision("auto", CPU) == "float32"  # there it is slower as often as faster
    assert caplog.messages == []


def test_trying_bfloat16_tells_whether_an_lstm_runs_in_it_and_draws_no_random_number():
    def succeeds(work) -> bool:
        try:
            work()
        except RuntimeError:
            return False
        return True

    def read(learning: bool) -> None:
        lstm = torch.nn.LSTM(16, 24, batch_first=True)
        with torch.set_grad_enabled(learning), torch.autocast("cpu", torch.bfloat16):
            hidden, _ = lstm(torch.ones(3, 5, 16))
        if learning:
            hidden.float().sum().backward()

    before = torch.get_rng_state()
    with torch.inference_mode():  # wherever it is first asked for
        able = succeeds(lambda: try_bfloat16(CPU))
    assert torch.equal(torch.get_rng_state(), before)
    assert [succeeds(lambda learning=learning: read(learning)) for learning in (False, True)] == [able, able]


def test_a_child_computes_whichever_threads_computed_before_the_fork():
    """MKL looks for a thread's memory by its number, and once looked without an end in about every tenth child."""
    layer = torch.nn.Linear(300, 200)

    def compute(_: int = 0) -> int:
        with torch.inference_mode():
            return sum(len(layer(torch.ones(rows, 300))) for rows in (3, 40, 200))

    for _ in range(40):
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(compute, range(4))) == [243] * 4
        assert in_a_fork(compute) == "243"
