"""Graphs of tiny cascades on disk, and what ONNX Runtime computes by them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from jmt.cascade.cascade import Cascade
from jmt.cascade.shapes import expected_weights
from jmt.files.quantise import Array
from jmt.integrations.onnx.exporting import parts_of
from jmt.integrations.onnx.models import write_models
from jmt.integrations.onnx.network import build_graph

CLOSE = 2e-5
"""How far scores of two engines may be apart, of the largest of them: some hundred roundings."""


def random_weights(cascade: Cascade, *, scale: float = 0.4, seed: int = 1) -> dict[str, Array]:
    """Weights of all that a cascade has, none of them zero."""
    generator = np.random.default_rng(seed)
    return {
        name: (scale * generator.standard_normal(entry.shape)).astype(np.float32)
        for name, entry in expected_weights(cascade).items()
    }


class Graphs:
    """The graphs of a cascade in a folder, each opened when it is first asked for."""

    def __init__(self, folder: Path, cascade: Cascade, weights: Mapping[str, Array]) -> None:
        graph = build_graph(cascade, weights)
        parts = parts_of(graph, cascade, levels=True)
        write_models(folder, graph, parts, {"name": "tiny"})
        self.folder, self.names = folder, [part.name for part in parts]
        self._opened: dict[str, onnxruntime.InferenceSession] = {}

    def compute(self, name: str, given: Mapping[str, Array]) -> dict[str, Array]:
        """What a graph makes of some of the arrays that are given."""
        if name not in self._opened:
            self._opened[name] = opened(self.folder / f"{name}.onnx")
        return computed(self._opened[name], given)

    def read(self, name: str) -> onnx.ModelProto:
        """A graph without its weights."""
        return onnx.load(self.folder / f"{name}.onnx", load_external_data=False)


def opened(path: Path) -> onnxruntime.InferenceSession:
    """Open a graph on the CPU."""
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def computed(session: onnxruntime.InferenceSession, given: Mapping[str, Array]) -> dict[str, Array]:
    """What an opened graph makes of some of the arrays that are given."""
    names = [port.name for port in session.get_outputs()]
    arrays = session.run(names, {port.name: given[port.name] for port in session.get_inputs()})
    return dict(zip(names, arrays, strict=True))


def assert_close(found: Mapping[str, Array], expected: Mapping[str, Array], lengths: Array) -> None:
    """Arrays have the same shapes and, but for padding, the same numbers; all that is found is expected."""
    for name, array in found.items():
        theirs = expected[name]
        assert array.shape == theirs.shape, name
        assert array.dtype == np.float32, name
        if array.ndim == 3:
            more = array.shape[1] - lengths.max()  # 1 where the root stands before the words
            words = np.arange(array.shape[1]) < (lengths + more)[:, None]
            array, theirs = array[words], theirs[words]
        numbers = np.isfinite(theirs)
        np.testing.assert_array_equal(np.isfinite(array), numbers, err_msg=name)
        size = np.abs(theirs[numbers]).max()
        np.testing.assert_allclose(array[numbers], theirs[numbers], rtol=0, atol=CLOSE * size, err_msg=name)
