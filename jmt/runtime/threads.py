"""How many threads NumPy's matrix products use."""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

import numpy as np

_SETTERS = ("scipy_openblas_set_num_threads64_", "scipy_openblas_set_num_threads", "openblas_set_num_threads")
"""The function of OpenBLAS that says so, by the names under which NumPy's builds have it."""


def limit_threads(count: int) -> None:
    """Let matrix products use so many threads; where NumPy's library has no such function, they use what they like."""
    for library in _libraries():
        for name in _SETTERS:
            if hasattr(library, name):
                getattr(library, name)(count)


@cache
def _libraries() -> tuple[ctypes.CDLL, ...]:
    """Return the libraries of linear algebra that NumPy brings, which are loaded already."""
    package = Path(np.__file__).parent
    places = sorted([*package.parent.glob("numpy.libs/*openblas*"), *package.glob(".dylibs/*openblas*")])
    return tuple(ctypes.CDLL(str(place)) for place in places)
