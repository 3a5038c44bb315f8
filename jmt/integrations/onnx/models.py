"""Parts of a graph as ONNX models: one small file each, and one file of weights that all of them read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import onnx
from onnx import helper

from jmt.files.quantise import Array
from jmt.integrations.onnx.cutting import Part
from jmt.integrations.onnx.graph import Graph, Node, Port

OPSET = 17
"""The operators used: those of ONNX 1.12 (2022), which runtimes on all platforms have."""

_IR_VERSION = 8
"""The form of the files, that of the same release."""

WEIGHTS = "weights.data"
_LARGE = 1024
"""Bytes from which on an array is stored beside the graphs."""

_ALIGNMENT = 64
"""Bytes: arrays are mapped into memory, and begin where a processor likes them to."""

_TYPES = {"float32": onnx.TensorProto.FLOAT, "int64": onnx.TensorProto.INT64, "bool": onnx.TensorProto.BOOL}


def write_models(folder: Path, graph: Graph, parts: Iterable[Part], facts: Mapping[str, str]) -> None:
    """Write a file NAME.onnx per part into a folder, with facts about the model in each, and the weights of all."""
    chosen = list(parts)
    names = sorted(frozenset().union(*(part.constants for part in chosen)), key=lambda name: int(name[1:]))
    tensors = _write_weights(folder / WEIGHTS, {name: graph.constants[name] for name in names})
    for part in chosen:
        own = [tensors[name] for name in names if name in part.constants]
        built = helper.make_graph(_nodes(part.nodes), part.name, _infos(part.inputs), _infos(part.outputs), own)
        model = helper.make_model(
            built, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION, producer_name="jmt"
        )
        helper.set_model_props(model, dict(facts))
        (folder / f"{part.name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def _write_weights(path: Path, arrays: Mapping[str, Array]) -> dict[str, Any]:
    """Write large arrays into one file and return a tensor for every array: one that holds it, or says where it is."""
    tensors: dict[str, Any] = {}
    with path.open("wb") as stream:
        for name, array in arrays.items():
            small = array.nbytes < _LARGE
            kind, content = helper.np_dtype_to_tensor_dtype(array.dtype), array.tobytes()
            tensor = onnx.TensorProto(name=name, data_type=kind, dims=array.shape)
            if small:
                tensor.raw_data = content
            else:
                stream.write(bytes(-stream.tell() % _ALIGNMENT))
                place = {"location": WEIGHTS, "offset": stream.tell(), "length": len(content)}
                stream.write(content)
                tensor.data_location = onnx.TensorProto.EXTERNAL
                for key, value in place.items():
                    tensor.external_data.add(key=key, value=str(value))
            tensors[name] = tensor
    return tensors


def _nodes(nodes: Iterable[Node]) -> list[Any]:
    return [
        helper.make_node(
            node.operator,
            node.inputs,
            node.outputs,
            **{name: _inner(value) if isinstance(value, Graph) else value for name, value in node.attributes.items()},
        )
        for node in nodes
    ]


def _inner(graph: Graph) -> Any:
    """Return a graph that is run inside another one, which has its constants."""
    ports = (_infos(graph.inputs.values()), _infos(graph.outputs.values()))
    return helper.make_graph(_nodes(graph.nodes), "step", *ports)


def _infos(ports: Iterable[Port]) -> list[Any]:
    return [helper.make_tensor_value_info(port.name, _TYPES[port.type], port.shape) for port in ports]
