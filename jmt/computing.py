"""Under what conditions the network computes: in which precision, and what its failures are called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import fields, is_dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from jmt.errors import DeviceError, InputError, ScoreError

Precision = Literal["float32", "bfloat16"]
"""float32: the same results wherever they are computed; bfloat16: faster on a GPU, labels may differ."""

PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")

_LOST = ("CUDA error", "device-side assert", "CUBLAS_STATUS", "CUDNN_STATUS_INTERNAL_ERROR")
_NO_MEMORY = ("not enough memory", "can't allocate memory", "out of memory")


def choose_precision(name: str) -> Precision:
    """Check the name of a precision; raises InputError for an unknown one."""
    for precision in PRECISIONS:
        if name == precision:
            return precision
    raise InputError(f"precision `{name}` is unknown; choose {' or '.join(PRECISIONS)}")


@contextmanager
def computing(device: torch.device, precision: Precision) -> Iterator[None]:
    """Run the network inside; torch's many ways to say so become two errors.

    Raises:
        MemoryError: too little memory for this input; a smaller one may do.
        DeviceError: the device reports an error for good; only a new process will do.
    """
    faster = torch.autocast(device.type, torch.bfloat16) if precision == "bfloat16" else nullcontext()
    try:
        with faster:
            yield
    except torch.OutOfMemoryError as error:
        torch.cuda.empty_cache()
        raise MemoryError("too little memory on the device for this input") from error
    except RuntimeError as error:
        if any(sign in str(error) for sign in _NO_MEMORY):
            raise MemoryError("too little memory for this input") from error
        if any(sign in str(error) for sign in _LOST):
            raise DeviceError("the device has failed for good: start a new process") from error
        raise


def check_finite(task: str, scores: Any) -> None:
    """Raise ScoreError where some score is NaN or infinite; minus infinity is a score, of what must not be."""
    for values in tensors_in(scores):
        if values.numel() and not values.amax().item() < float("inf"):  # of NaN and numbers, the largest is NaN
            raise ScoreError(
                f"task `{task}`: the model's scores are no numbers; its weights are damaged, or its values overflow"
            )


def tensors_in(scores: Any) -> Iterator[Tensor]:
    """Yield the floating-point tensors of what a head returns as scores."""
    if isinstance(scores, Tensor):
        if scores.is_floating_point():
            yield scores
    elif isinstance(scores, tuple):
        for part in scores:
            yield from tensors_in(part)
    elif is_dataclass(scores):
        for field in fields(scores):
            yield from tensors_in(getattr(scores, field.name))
