"""The arithmetic of a learned segmenter, on arrays: what stands around an atom decides what it begins and expands to.

    x_i = ReLU(W [sum of the traits of atom i ; spacing before it ; spacing behind it] + b)
    h^0 = x,    h^k_i = h^(k-1)_i + ReLU(A h^(k-1)_(i-d) + B h^(k-1)_i + C h^(k-1)_(i+d) + c),  d = dilation of layer k
    scores of borders and expansions = V [h_i ; x_i] + v

so that an atom sees as many atoms to each side as all dilations add up to, and no further.
Shapes: N atoms, H hidden, L borders and expansions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from jmt.safety.forking import ForkLock
from jmt.segmentation.traits import traits_of

Floats = npt.NDArray[np.float32]

Block = tuple[Sequence[str], npt.NDArray[np.intp]]
"""Forms of N atoms side by side, and N + 1 spacings: the last one stands behind them."""

_MOST_FORMS = 50_000
"""Distinct atoms whose traits are remembered (about 25 MB)."""


class Convolutions:
    """The weights of a trained segmenter, and what they make of atoms; safe to share between threads.

    `weights` are named as the network names them: `traits`, `spacings`, `enter`, `layers.K`, `leave`.
    """

    def __init__(self, weights: Mapping[str, npt.NDArray[Any]], dilations: Sequence[int]) -> None:
        arrays = {name: np.ascontiguousarray(weight, dtype=np.float32) for name, weight in weights.items()}
        self._traits = arrays["traits.weight"]
        hidden, width = arrays["enter.weight"].shape
        size = self._traits.shape[1]
        enter, spacings = arrays["enter.weight"], arrays["spacings.weight"]
        middle = size + (width - size) // 2
        before, behind = spacings @ enter[:, size:middle].T, spacings @ enter[:, middle:].T
        self._enter = np.ascontiguousarray(enter[:, :size].T)
        self._around = np.ascontiguousarray(before[:, None] + behind[None] + arrays["enter.bias"])
        """What the spacing before and behind an atom adds, (5, 5, H)."""
        self._layers = [
            (
                [np.ascontiguousarray(kernel.T) for kernel in np.moveaxis(arrays[f"layers.{number}.weight"], 2, 0)],
                arrays[f"layers.{number}.bias"],
                dilation,
            )
            for number, dilation in enumerate(dilations)
        ]
        self._leave, self._leave_bias = np.ascontiguousarray(arrays["leave.weight"].T), arrays["leave.bias"]
        self.sight = sum(dilations)
        """How many atoms to each side an atom sees."""
        self._table = _Table(hidden)
        self._lock = ForkLock()

    def scores(self, blocks: Sequence[Block]) -> Floats:
        """Return the scores (N, L) of all atoms of some blocks; none sees an atom of another block."""
        forms = [form for forms, _ in blocks for form in forms]
        before = np.concatenate([spacings[:-1] for _, spacings in blocks])
        behind = np.concatenate([spacings[1:] for _, spacings in blocks])
        lengths = [len(forms) for forms, _ in blocks]
        entered = self._projected(forms)
        entered += self._around[before, behind]
        np.maximum(entered, 0, out=entered)
        hidden = entered
        for kernels, bias, dilation in self._layers:
            moved = _convolve(hidden, kernels, _see(lengths, dilation), dilation)
            moved += bias
            np.maximum(moved, 0, out=moved)
            moved += hidden
            hidden = moved
        scores: Floats = np.concatenate([hidden, entered], axis=1) @ self._leave
        scores += self._leave_bias
        return scores

    def _projected(self, forms: Sequence[str]) -> Floats:
        """Return what the traits of atoms make of them, (N, H); looked up for forms met before."""
        table = self._table
        rows = [table.rows.get(form, -1) for form in forms]
        if -1 in rows:
            with self._lock:
                table = self._table = self._table.with_room(len(forms))
                for form in forms:
                    if form not in table.rows:
                        table.add(form, self._project(form))
            rows = [table.rows[form] for form in forms]
        found: Floats = table.vectors[rows]
        return found

    def _project(self, form: str) -> Floats:
        """Return W sum of an atom's traits, (H,): one by one, so that no bit depends on what is met together."""
        traits = traits_of(form, len(self._traits))
        projected: Floats = self._traits[traits].sum(axis=0) @ self._enter
        return projected


class _Table:
    """Forms met so far; a table that is full is left to those who are reading it, and a new one begun."""

    def __init__(self, hidden: int) -> None:
        self.rows: dict[str, int] = {}
        self.vectors: Floats = np.empty((_MOST_FORMS, hidden), dtype=np.float32)

    def with_room(self, count: int) -> _Table:
        """Return this table, or an empty one where `count` more forms might not fit."""
        return self if len(self.rows) + count <= _MOST_FORMS else _Table(self.vectors.shape[1])

    def add(self, form: str, vector: Floats) -> None:
        """Remember a form; its row is written before it can be found."""
        row = len(self.rows)
        self.vectors[row] = vector
        self.rows[form] = row


def _see(lengths: Sequence[int], distance: int) -> Floats | None:
    """Return for every atom but the first `distance` ones 1 where the atom so far before it is of its block, else 0.

    None where all are: (N - distance, 1) else.
    """
    if len(lengths) == 1:
        return None
    block = np.repeat(np.arange(len(lengths)), lengths)
    seen: Floats = (block[distance:] == block[:-distance])[:, None].astype(np.float32)
    return seen


def _convolve(hidden: Floats, kernels: Sequence[Floats], seen: Floats | None, dilation: int) -> Floats:
    """Return A h_(i-d) + B h_i + C h_(i+d), (N, H); there is nothing before the first atom and behind the last."""
    before, here, behind = kernels
    result: Floats = hidden @ here
    if dilation < len(hidden):
        from_before, from_behind = hidden[:-dilation] @ before, hidden[dilation:] @ behind
        if seen is not None:
            from_before *= seen
            from_behind *= seen
        result[dilation:] += from_before
        result[:-dilation] += from_behind
    return result
