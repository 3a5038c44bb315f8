"""What may be chosen for computing: engine, device and precision; found out without torch, where that can be."""

from __future__ import annotations

from typing import Literal

from jmt.errors import DeviceError, InputError
from jmt.safety.extras import needed_for

ENGINES = ("auto", "runtime", "torch")
"""runtime: on a CPU, without torch; torch: anything, also on a GPU; auto: the runtime, where it can and no GPU is
used."""

Precision = Literal["float32", "bfloat16"]
"""float32: the same results wherever they are computed; bfloat16: faster on a GPU, labels may differ."""

_PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")


def choose_device(name: str) -> str:
    """Turn `auto` into `cuda` where there is one and `cpu` elsewhere; `cpu`, `cuda` and `cuda:1` stay what they are.

    Raises:
        InputError: an unknown device, or `cuda` where there is none.
        DeviceError: a GPU in a process that was forked from one that had begun to use it.
    """
    if name == "cpu":
        return name
    if name not in ("auto", "cuda") and not str(name).startswith("cuda:"):
        raise InputError(f"device `{name}` is unknown; choose auto, cpu or cuda")
    with needed_for(f"device `{name}`"):
        import torch

    # Where there is no GPU, a build for CUDA calls every fork bad whose parent has looked for one.
    if torch.cuda._is_in_bad_fork() and torch.cuda.device_count() > 0:
        raise DeviceError(
            f"device `{name}`: the process from which this one was forked uses the GPU, so that this one cannot: "
            "choose cpu, or start processes by spawn"
        )
    if torch.cuda.is_available():
        torch.backends.cudnn.allow_tf32 = False  # identical results need float32 throughout; cuDNN's LSTM would not
        return "cuda" if name == "auto" else name
    if name == "auto":
        return "cpu"
    raise InputError(f"device `{name}`: torch finds no CUDA device here; choose cpu or auto")


def choose_precision(name: str) -> Precision:
    """Check the name of a precision; raises InputError for an unknown one."""
    for precision in _PRECISIONS:
        if name == precision:
            return precision
    raise InputError(f"precision `{name}` is unknown; choose {' or '.join(_PRECISIONS)}")
