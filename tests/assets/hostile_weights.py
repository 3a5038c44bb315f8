"""Ways to spoil the weights of a checkpoint: headers that lie, tensors that do not fit, numbers that are none."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

Attack = Callable[[Path, Path], None]
"""Takes the checkpoint folder, and a file that must never come to be."""


def header_of(folder: Path) -> tuple[dict[str, Any], bytes]:
    content = (folder / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def rewrite_header(change: Callable[[dict[str, Any]], None], *, more: bytes = b"") -> Attack:
    """Change the header of the weights, its length kept right."""

    def attack(folder: Path, marker: Path) -> None:
        header, body = header_of(folder)
        change(header)
        written = json.dumps(header).encode()
        content = struct.pack("<Q", len(written)) + written + body + more
        (folder / "model.safetensors").write_bytes(content)

    return attack


def header_length(length: int) -> Attack:
    def attack(folder: Path, marker: Path) -> None:
        content = (folder / "model.safetensors").read_bytes()
        (folder / "model.safetensors").write_bytes(struct.pack("<Q", length) + content[8:])

    return attack


def first(header: dict[str, Any]) -> dict[str, Any]:
    """Return the entry of one tensor."""
    return next(value for name, value in header.items() if name.startswith("encoder"))


def overlap(header: dict[str, Any]) -> None:
    one, other = [value for value in header.values() if "data_offsets" in value][:2]
    other["data_offsets"] = list(one["data_offsets"])
    other["shape"] = list(one["shape"])


def out_of_range(header: dict[str, Any]) -> None:
    begin, end = first(header)["data_offsets"]
    first(header)["data_offsets"] = [begin + 2**40, end + 2**40]


def backwards(header: dict[str, Any]) -> None:
    first(header)["data_offsets"].reverse()


def negative_shape(header: dict[str, Any]) -> None:
    first(header)["shape"] = [-side for side in first(header)["shape"]]


def other_type(header: dict[str, Any]) -> None:
    entry = first(header)
    entry.update(dtype="F64", shape=[*entry["shape"][:-1], entry["shape"][-1] // 2])


def weights(change: Callable[[dict[str, Any]], None]) -> Attack:
    """Change the tensors themselves."""

    def attack(folder: Path, marker: Path) -> None:
        from safetensors.torch import load_file, save_file

        tensors = load_file(folder / "model.safetensors")
        change(tensors)
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "model.safetensors")

    return attack


def fill_first(value: float) -> Callable[[dict[str, Any]], None]:
    def change(tensors: dict[str, Any]) -> None:
        next(iter(tensors.values())).view(-1)[0] = value

    return change


def drop_first(tensors: dict[str, Any]) -> None:
    tensors.pop(next(iter(tensors)))


def add_tensor(tensors: dict[str, Any]) -> None:
    tensors["backdoor"] = next(iter(tensors.values())).clone()


def transpose_first(tensors: dict[str, Any]) -> None:
    name = next(name for name, tensor in tensors.items() if tensor.dim() == 2 and len(set(tensor.shape)) == 2)
    tensors[name] = tensors[name].T


def halve_first_as_integers(tensors: dict[str, Any]) -> None:
    name = next(name for name, tensor in tensors.items() if tensor.dim() == 2)
    tensors[name] = tensors[name].to(dtype=next(iter(tensors.values())).char().dtype)


def infinite_scale(tensors: dict[str, Any]) -> None:
    name = next(name for name, tensor in tensors.items() if tensor.dim() == 2)
    tensors[f"{name}:scale"] = tensors[name].amax(dim=-1) * float("inf")
    tensors[name] = tensors[name].char()
