"""Ways to spoil a good checkpoint: each function harms one folder, whose manifest is then written anew.

`SIGNED` are those after which the manifest fits the files, as an attacker would see to; `UNSIGNED` do that themselves,
or attack the manifest.
"""

from __future__ import annotations

import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.assets.hostile_weights import (
    Attack,
    add_tensor,
    backwards,
    drop_first,
    fill_first,
    halve_first_as_integers,
    header_length,
    header_of,
    infinite_scale,
    negative_shape,
    other_type,
    out_of_range,
    overlap,
    rewrite_header,
    transpose_first,
    weights,
)


def pickle_that_writes(marker: Path) -> bytes:
    """Return a pickle, written by hand, that makes a file when it is read."""
    return b"cposix\nsystem\n(S'touch " + str(marker).encode() + b"'\ntR."


def edit_json(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def set_key(file: str, *keys: str, value: Any) -> Attack:
    """Set one key of a JSON file."""

    def attack(folder: Path, marker: Path) -> None:
        def change(content: dict[str, Any]) -> None:
            inner: Any = content
            for key in keys[:-1]:
                inner = inner[key]
            inner[keys[-1]] = value

        edit_json(folder / file, change)

    return attack


def write(file: str, content: bytes) -> Attack:
    """Replace or add a file."""

    def attack(folder: Path, marker: Path) -> None:
        (folder / file).write_bytes(content)

    return attack


def add_pickle(file: str) -> Attack:
    def attack(folder: Path, marker: Path) -> None:
        (folder / file).write_bytes(pickle_that_writes(marker))

    return attack


def zipped_pickle(folder: Path, marker: Path) -> None:
    with zipfile.ZipFile(folder / "model.safetensors", "w") as archive:
        archive.writestr("archive/data.pkl", pickle_that_writes(marker))


def link_outside(folder: Path, marker: Path) -> None:
    outside = folder.parent / "outside.json"
    (folder / "labels.json").rename(outside)
    (folder / "labels.json").symlink_to(outside)


def link_to_a_device(folder: Path, marker: Path) -> None:
    (folder / "vocabulary.json").unlink()
    (folder / "vocabulary.json").symlink_to("/dev/zero")


def linked_folder(folder: Path, marker: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder / "encoder").symlink_to(folder.parent / "elsewhere") if not (folder / "encoder").exists() else (
        link_outside(folder, marker)
    )


def pipe_instead_of(file: str) -> Attack:
    def attack(folder: Path, marker: Path) -> None:
        (folder / file).unlink()
        os.mkfifo(folder / file)

    return attack


def folder_instead_of_labels(folder: Path, marker: Path) -> None:
    (folder / "labels.json").unlink()
    (folder / "labels.json").mkdir()


def many_files(folder: Path, marker: Path) -> None:
    for number in range(300):
        (folder / f"part-{number}.json").write_text("{}")


def code_beside(folder: Path, marker: Path) -> None:
    (folder / "modeling.py").write_text(f"open({str(marker)!r}, 'w')")


def sparse(file: str, size: int) -> Attack:
    """Make a file huge without taking the disk."""

    def attack(folder: Path, marker: Path) -> None:
        os.truncate(folder / file, size)

    return attack


def state_of(content: Callable[[Path], bytes], *, size: int | None = None) -> Attack:
    """Add a state of training that is none."""

    def attack(folder: Path, marker: Path) -> None:
        (folder / "training").mkdir()
        (folder / "training" / "tensors.safetensors").write_bytes(content(marker))
        if size is not None:
            os.truncate(folder / "training" / "tensors.safetensors", size)

    return attack


def raw_key(file: str, content: bytes) -> Attack:
    """Put raw bytes after the opening brace of a JSON file."""

    def attack(folder: Path, marker: Path) -> None:
        (folder / file).write_bytes(b"{" + content + (folder / file).read_bytes()[1:])

    return attack


def manifest(change: Callable[[dict[str, Any]], None]) -> Attack:
    return lambda folder, marker: edit_json(folder / "manifest.json", change)


def rename_entry(name: str) -> Attack:
    return manifest(lambda content: content.update({name: content.pop("labels.json")}))


def rename_task(name: str) -> Attack:
    """Give a tagger another name wherever its name stands."""

    def attack(folder: Path, marker: Path) -> None:
        for file in (CONFIG, LABELS):
            text = (folder / file).read_text(encoding="utf-8")
            (folder / file).write_text(text.replace('"xpos": ', f"{json.dumps(name)}: "), encoding="utf-8")
        edit_json(folder / CONFIG, rename_reads)
        rewrite_header(rename_tensors)(folder, marker)

    def rename_reads(content: dict[str, Any]) -> None:
        for task in content["model"]["tasks"].values():
            for read in task["reads"]:
                read["task"] = name if read["task"] == "xpos" else read["task"]

    def rename_tensors(header: dict[str, Any]) -> None:
        for old in [old for old in header if ".xpos." in old]:
            header[old.replace("xpos", name, 1)] = header.pop(old)

    return attack


def gap(folder: Path, marker: Path) -> None:
    """Leave sixteen bytes between the first tensor and the others."""
    header, body = header_of(folder)
    entries = [entry for entry in header.values() if "data_offsets" in entry]
    end = min(entry["data_offsets"][1] for entry in entries)
    for entry in entries:
        if entry["data_offsets"][0] >= end:
            entry["data_offsets"] = [place + 16 for place in entry["data_offsets"]]
    written = json.dumps(header).encode()
    content = struct.pack("<Q", len(written)) + written + body[:end] + bytes(16) + body[end:]
    (folder / "model.safetensors").write_bytes(content)


CONFIG, LABELS, VOCABULARY, MANIFEST = "config.json", "labels.json", "vocabulary.json", "manifest.json"

SIGNED: dict[str, Attack] = {
    "a pickle called pytorch_model.bin": add_pickle("pytorch_model.bin"),
    "a pickle called weights.pt": add_pickle("weights.pt"),
    "a pickle called model.pkl": add_pickle("model.pkl"),
    "a pickle in the place of the weights": add_pickle("model.safetensors"),
    "a zipped pickle in the place of the weights": zipped_pickle,
    "a protocol 4 pickle in the place of the weights": write("model.safetensors", b"\x80\x04K\x01." * 100),
    "code beside the weights": code_beside,
    "hundreds of files": many_files,
    "a header longer than the file": header_length(2**40),
    "a header of all bits": header_length(2**64 - 1),
    "no header": header_length(0),
    "weights of nothing but zeros": write("model.safetensors", bytes(4096)),
    "empty weights": write("model.safetensors", b""),
    "ten sparse gigabytes of weights": sparse("model.safetensors", 10 * 2**30),
    "ten sparse gigabytes of labels": sparse(LABELS, 10 * 2**30),
    "a pickle in the place of the state of training": state_of(pickle_that_writes),
    "ten sparse gigabytes of the state of training": state_of(lambda marker: b"", size=10 * 2**30),
    "tensors that overlap": rewrite_header(overlap),
    "a tensor beyond the file": rewrite_header(out_of_range),
    "a tensor that ends before it begins": rewrite_header(backwards),
    "a negative shape": rewrite_header(negative_shape),
    "a type of number that is not ours": rewrite_header(other_type),
    "bytes between two tensors": gap,
    "bytes after the last tensor": rewrite_header(lambda header: None, more=b"#!/bin/sh\n"),
    "a header of nine megabytes": rewrite_header(lambda header: header.update(__metadata__={"a": "a" * 9 * 2**20})),
    "a header nested deeply": rewrite_header(lambda header: header.update(__metadata__={"a": [[[[]]]]})),
    "NaN in the weights": weights(fill_first(float("nan"))),
    "infinity in the weights": weights(fill_first(float("inf"))),
    "a tensor missing": weights(drop_first),
    "a tensor too many": weights(add_tensor),
    "a tensor turned over": weights(transpose_first),
    "integers without a scale": weights(halve_first_as_integers),
    "infinite scales": weights(infinite_scale),
    "another hidden size": set_key(CONFIG, "model", "encoder", "hidden_size", value=9),
    "a hidden size of a billion": set_key(CONFIG, "model", "encoder", "hidden_size", value=10**9),
    "a hidden size of a million": set_key(CONFIG, "model", "encoder", "hidden_size", value=10**6),
    "words of a million numbers": set_key(CONFIG, "model", "encoder", "word_size", value=10**6),
    "a million levels": set_key(CONFIG, "model", "tasks", "entailment", "level", value=10**6),
    "ten billion levels": set_key(CONFIG, "model", "tasks", "entailment", "level", value=10**10),
    "a number of thousands of digits": raw_key(CONFIG, b'"format": ' + b"9" * 10_000 + b","),
    "a million lengths of n-grams": set_key(CONFIG, "model", "encoder", "ngrams", value=[3] * 10**6),
    "a newer format": set_key(CONFIG, "format", value=99),
    "an unknown storage of weights": set_key(CONFIG, "code", value="os.system"),
    "an import string": set_key(CONFIG, "model", "tasks", "xpos", "kind", value="os.system"),
    "an unknown kind of encoder": set_key(CONFIG, "model", "encoder", "kind", value="builtins.eval"),
    "auto_map": set_key(CONFIG, "model", "encoder", "auto_map", value={"AutoModel": "modeling.Evil"}),
    "trust_remote_code": set_key(CONFIG, "model", "trust_remote_code", value=True),
    "a module as the language": set_key(CONFIG, "model", "language", value="en.../../os"),
    "a task that reads itself": set_key(CONFIG, "model", "tasks", "xpos", "reads", value=["xpos"]),
    "a task whose name is a path": set_key(CONFIG, "model", "tasks", "../../x", value={"kind": "tagger", "level": 1}),
    "a task whose name is two lines for a terminal": rename_task("xpos\n1\t\x1b[2J"),
    "JSON nested a hundred thousand deep": write(CONFIG, b'{"format": ' + b"[" * 100_000),
    "JSON nested deeply and closed": raw_key("card.json", b'"a": ' + b"[" * 500 + b"]" * 500 + b","),
    "JSON that is a list": write(CONFIG, b"[]"),
    "a key twice": raw_key(CONFIG, b'"format": 2,'),
    "NaN in JSON": raw_key(CONFIG, b'"storage": NaN,'),
    "a number beyond all": set_key(CONFIG, "model", "encoder", "input_dropout", value=1e300),
    "invalid UTF-8": raw_key(LABELS, b'"\xff\xfe": [],'),
    "UTF-16": write(LABELS, '{"xpos": ["NN"]}'.encode("utf-16")),
    "an empty file": write(LABELS, b""),
    "a label too many": set_key(LABELS, "xpos", value=["DT", "IN", "JJ", "NN", "PRP", "VBD", ".", "X"]),
    "a label twice": set_key(LABELS, "xpos", value=["DT", "IN", "JJ", "NN", "PRP", "VBD", "VBD"]),
    "no labels": set_key(LABELS, "xpos", value=[]),
    "labels of an unknown task": set_key(LABELS, "evil", value=["a"]),
    "labels that are no text": set_key(LABELS, "xpos", value=[1, 2, 3, 4, 5, 6, 7]),
    "a label with a line end": set_key(LABELS, "xpos", value=["a\n1\tb", "IN", "JJ", "NN", "PRP", "VBD", "."]),
    "grades that are no numbers": set_key(LABELS, "relatedness", value=["nan", "inf", "3", "4", "5"]),
    "grades that do not follow each other": set_key(LABELS, "relatedness", value=["1", "9", "3", "-7", "5"]),
    "a word twice": set_key(VOCABULARY, "words", value=[["a", 1]] * 18),
    "a vocabulary that is no list": set_key(VOCABULARY, "ngrams", value={"a": 1}),
    "words too few": set_key(VOCABULARY, "words", value=[["a", 1]]),
    "counts that are text": set_key(VOCABULARY, "words", value=[["a", "__import__('os')"]]),
}

UNSIGNED: dict[str, Attack] = {
    "a link out of the folder": link_outside,
    "a link to a device": link_to_a_device,
    "a link to a folder": linked_folder,
    "a pipe in the place of a file": pipe_instead_of(LABELS),
    "a pipe in the place of the manifest": pipe_instead_of(MANIFEST),
    "a folder in the place of a file": folder_instead_of_labels,
    "an absolute path in the manifest": rename_entry("/etc/passwd"),
    "a way out in the manifest": rename_entry("../outside.json"),
    "a roundabout way in the manifest": rename_entry("encoder/../labels.json"),
    "a foreign separator in the manifest": rename_entry("..\\labels.json"),
    "a file that the manifest lacks": manifest(lambda content: content.pop("labels.json")),
    "a file that is missing": lambda folder, marker: (folder / "card.json").unlink(),
    "a wrong size in the manifest": manifest(lambda content: content["labels.json"].update(bytes=10**15)),
    "a wrong hash in the manifest": manifest(lambda content: content["labels.json"].update(sha256="0" * 64)),
    "a wrong hash of the weights": manifest(lambda content: content["model.safetensors"].update(sha256="0" * 64)),
    "a manifest of texts": manifest(lambda content: content.update({"labels.json": "fine"})),
    "a huge manifest": sparse(MANIFEST, 10 * 2**30),
    "no manifest": lambda folder, marker: (folder / MANIFEST).unlink(),
}
