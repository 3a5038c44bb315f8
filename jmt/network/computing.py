"""Under what conditions the network computes: how exactly, in which precision, and what its failures are called."""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Literal

import torch

from jmt.errors import DeviceError, LibraryError
from jmt.network.devices import Precision
from jmt.safety.foreign import reason_of
from jmt.safety.forking import ForkLock, settle_before_fork

_PROBING = ForkLock()


def _free_buffers_of_mkl() -> None:
    """Empty the memory that MKL keeps for the threads that computed.

    It finds a thread's share by the thread's number.  A child inherits the shares but not the threads, and looks for
    its own number among theirs without an end: about one child in twenty hung there.  Builds without MKL have no such
    function.
    """
    with suppress(OSError, AttributeError):
        _torch_library().mkl_serv_free_buffers()


@cache
def _torch_library() -> ctypes.CDLL:
    return ctypes.CDLL(str(Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"))


settle_before_fork(_free_buffers_of_mkl)

# OpenMP's threads do not survive a fork, and what is shared out among them waits for ever: a child computes on one.
os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))

_LOST = ("CUDA error", "device-side assert", "CUBLAS_STATUS", "CUDNN_STATUS_INTERNAL_ERROR")
_NO_MEMORY = ("not enough memory", "can't allocate memory", "out of memory")


def repeat_exactly(threads: int) -> None:
    """Make torch compute the same bits in every run on the same number of threads (0: as many as torch likes)."""
    torch.set_deterministic_debug_mode("warn")  # what use_deterministic_algorithms does, without its slow import
    # No tensor of ours is read before it is written, so filling fresh memory would be lost time.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.backends.cudnn.allow_tf32 = False
    if threads:
        torch.set_num_threads(threads)


def usable_precision(asked: Precision | Literal["auto"], device: torch.device) -> Precision:
    """Return what a device computes in: the precision asked for, or float32 where it cannot, which is logged once.

    `auto` is bfloat16 on a GPU that has it in hardware, and float32 elsewhere.
    """
    if asked == "auto":
        able = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        asked = "bfloat16" if able else "float32"
    if asked == "float32":
        return asked
    with _PROBING:  # two threads that load a model at once still hear of it once
        return "bfloat16" if _computes_bfloat16(device.type) else "float32"


@cache
def _computes_bfloat16(kind: str) -> bool:
    """Tell whether a kind of device can, by trying it once per process; where it cannot, say so."""
    try:
        try_bfloat16(torch.device(kind))
    except RuntimeError:
        name = "processor" if kind == "cpu" else "GPU"
        # Without handlers, as in the shell, Python writes a warning to stderr as this one line.
        logging.getLogger("jmt").warning(f"bfloat16 was asked for, but this {name} has none: float32 is used")
        return False
    return True


def try_bfloat16(device: torch.device) -> None:
    """Run the smallest LSTM in bfloat16, ahead and back; it draws no random number.

    An LSTM, because it is the first thing to fail: oneDNN has none in bfloat16 for a processor without AVX-512,
    whereas matrix products have slow substitutes.

    Raises:
        RuntimeError: the device cannot.
    """
    size = 8
    shapes = ((4 * size, size), (4 * size, size), (4 * size,), (4 * size,))
    with torch.inference_mode(False), torch.enable_grad():  # whatever the caller is in
        weights = [torch.zeros(shape, device=device, requires_grad=True) for shape in shapes]
        inputs = torch.zeros(1, 2, size, device=device)
        start = torch.zeros(1, 1, size, device=device)
        with forward_in("bfloat16", device):
            # With biases, one layer, no dropout, in training, one direction, batch first.
            hidden, _, _ = torch.lstm(inputs, (start, start), weights, True, 1, 0.0, True, False, True)
        hidden.float().sum().backward()  # type: ignore[no-untyped-call]


def forward_in(precision: Precision, device: torch.device) -> torch.autocast:
    """Return the context of forward passes in a precision."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16")


@contextmanager
def computing(device: torch.device, precision: Precision) -> Iterator[None]:
    """Run the network inside; torch's many ways to fail become three errors.

    Raises:
        MemoryError: too little memory for this input; a smaller one may do.
        DeviceError: the device reports an error for good; only a new process will do.
        LibraryError: anything else that torch says of this input.
    """
    try:
        with forward_in(precision, device):
            yield
    except torch.OutOfMemoryError as error:
        torch.cuda.empty_cache()
        raise MemoryError("too little memory on the device for this input") from error
    except RuntimeError as error:
        if any(sign in str(error) for sign in _NO_MEMORY):
            raise MemoryError("too little memory for this input") from error
        if any(sign in str(error) for sign in _LOST):
            raise DeviceError("the device has failed for good: start a new process") from error
        raise LibraryError(f"torch failed on this input: {reason_of(error)}") from error
    except IndexError as error:  # a row that a table does not have
        raise LibraryError(f"torch failed on this input: {reason_of(error)}") from error


def check_process(device: torch.device, home: int) -> None:
    """Refuse a device that a forked process inherits and cannot use; `home` is the process that loaded the weights.

    Raises DeviceError, since CUDA would answer in the child with errors about everything else.
    """
    if device.type != "cpu" and os.getpid() != home:
        raise DeviceError(
            f"the model is on {device}, which a forked process cannot use: start processes by spawn "
            '(multiprocessing.get_context("spawn")), or load the model in each, with device="cpu" or after the fork'
        )
