"""What a checkpoint folder may hold: plain files of known kinds and bounded sizes, seen before any is opened."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from jmt.errors import CheckpointError
from jmt.files.atomic import MANIFEST, check_file, read_manifest
from jmt.files.guards.weights_header import read_header
from jmt.files.strict_json import SMALL, Bounds

_FOLDERS = ("encoder", "training")
"""Folders inside a checkpoint: a transformer's encoder, and the state of a run that may be gone on with."""

_MOST_FILES = 100

WEIGHTS = ".safetensors"

_OF_MODEL = ("model.safetensors", "segmenter.safetensors")
"""Files of weights that are the model's; all others are what training remembers."""

KINDS = {".json": 2**20, ".md": 2**20, "": 2**20, WEIGHTS: 2**40}
"""Kinds of file and the most bytes of each; those without an ending are LICENSE and NOTICE."""

TOKENIZER_BOUNDS = Bounds(20 * 2**20, 900_000, 320_000)
"""Of a tokenizer.json; that of XLM-RoBERTa has 9 million bytes and 750,000 values."""

_LARGER = {
    "labels.json": Bounds(4 * 2**20, 200_000),
    "vocabulary.json": Bounds(20 * 2**20, 2_400_000),
    "encoder/tokenizer.json": TOKENIZER_BOUNDS,
    "training/state.json": Bounds(16 * 2**20, 500_000),
}
"""JSON of which more is read than of others: three values for each of 800,000 words and n-grams."""

_FEW_VALUES = 50_000
"""Symbols and pieces have rows in the weights: beyond the first few, a value of theirs needs a byte of these."""

_MOST_BYTES_BESIDE_WEIGHTS = 160 * 2**20

_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".npy", ".npz", ".joblib", ".h5")
"""Endings of files that may run code when they are read."""

SPARSE_FROM, MOST_HOLES = 2**24, 10_000
"""Bytes from which a file is looked at for holes, and how many are looked at."""

_STATE_RATIO = 20
"""Most bytes of the state of training per byte of weights: an optimizer keeps two numbers per weight, anchors a few."""


def check_folder(folder: Path) -> None:
    """Refuse a checkpoint folder that holds what it must not, or not what its manifest says; nothing is hashed yet.

    Raises:
        CheckpointError: naming the file, and what is wrong with it.
    """
    found = dict(_plain_files(folder))
    for name, size in found.items():
        _check_kind(folder, name, size)
    if MANIFEST not in found:
        raise CheckpointError(f"{folder}: no {MANIFEST}: this is not a whole checkpoint of jmt")
    listed = read_manifest(folder)
    for name in sorted(found.keys() - listed.keys() - {MANIFEST}):
        raise CheckpointError(f"{folder}: `{name}` is not in {MANIFEST}: it is no part of this checkpoint; remove it")
    for name, entry in listed.items():
        if name not in found or found[name] != entry["bytes"]:
            check_file(folder, name, entry)  # which says so
    if sum(size for name, size in found.items() if not name.endswith(WEIGHTS)) > _MOST_BYTES_BESIDE_WEIGHTS:
        raise CheckpointError(f"{folder}: over {_MOST_BYTES_BESIDE_WEIGHTS:,} bytes besides the weights: too much")
    _check_state(folder, found)


def _plain_files(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield name and size of every file of a folder; refuse links, pipes, devices, strange folders and crowds."""
    open_folders, count = [""], 0
    while open_folders:
        inner = open_folders.pop()
        with os.scandir(folder / inner) as listing:
            entries = list(listing)
        for entry in entries:
            name = f"{inner}/{entry.name}" if inner else entry.name
            count += 1
            if count > _MOST_FILES:
                raise CheckpointError(f"{folder}: over {_MOST_FILES} files: this is not a checkpoint of jmt")
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode) and name in _FOLDERS:
                open_folders.append(name)
            elif stat.S_ISREG(status.st_mode):
                yield name, status.st_size
            else:
                raise CheckpointError(
                    f"{folder}: `{name}` is {kind_of(status.st_mode)}, where only plain files are read; "
                    "copy the files themselves"
                )


def kind_of(mode: int) -> str:
    """Say what is there instead of a file."""
    kinds = {stat.S_ISLNK: "a link", stat.S_ISDIR: "a folder", stat.S_ISFIFO: "a pipe", stat.S_ISSOCK: "a socket"}
    return next((name for test, name in kinds.items() if test(mode)), "a device")


def bounds_of(name: str, weights: Path) -> Bounds:
    """Return how much is read of a JSON file of this name beside these weights."""
    bounds = _LARGER.get(name, SMALL)
    if name not in ("vocabulary.json", "encoder/tokenizer.json") or not weights.is_file():
        return bounds
    return replace(bounds, elements=min(bounds.elements, weights.stat().st_size + _FEW_VALUES))


def _check_kind(folder: Path, name: str, size: int) -> None:
    """Refuse a file of a kind that no checkpoint holds, or of more bytes than its kind may have."""
    suffix = Path(name).suffix.lower()
    if suffix in _PICKLES:
        raise CheckpointError(f"{folder}: `{name}` may run code when it is read: jmt reads safetensors only; remove it")
    if suffix not in KINDS or (not suffix and Path(name).name not in ("LICENSE", "NOTICE")):
        raise CheckpointError(f"{folder}: `{name}` is no part of a checkpoint of jmt; remove it")
    most = _LARGER[name].size if name in _LARGER else KINDS[suffix]
    if size > most:
        raise CheckpointError(f"{folder}: `{name}` has {size:,} bytes; a file of this name has at most {most:,}")


def _check_state(folder: Path, found: dict[str, int]) -> None:
    """Check the headers of all safetensors, and that the state of training is in proportion to the weights."""
    weights = sum(found.get(name, 0) for name in _OF_MODEL)
    for name, size in found.items():
        if not name.endswith(WEIGHTS):
            continue
        if name not in _OF_MODEL and size > _STATE_RATIO * weights + 2**20:
            raise CheckpointError(f"{folder}: `{name}` has {size:,} bytes, the weights {weights:,}: out of proportion")
        _check_holes(folder, name, size)
        read_header(folder / name)


def _check_holes(folder: Path, name: str, size: int) -> None:
    """Refuse a large file most of which was never written: it costs its maker nothing, and the reader all of it."""
    if size < SPARSE_FROM or not hasattr(os, "SEEK_DATA"):
        return
    written = 0
    with (folder / name).open("rb") as stream:
        end = 0
        for _ in range(MOST_HOLES):
            try:
                begin = os.lseek(stream.fileno(), end, os.SEEK_DATA)
                end = os.lseek(stream.fileno(), begin, os.SEEK_HOLE)
            except OSError as error:
                if error.errno != errno.ENXIO:  # a file system that cannot tell
                    return
                break  # no data after this place
            written += end - begin
            if 2 * written >= size:
                return
    raise CheckpointError(f"{folder}: `{name}` has {size:,} bytes, of which most were never written: no weights are so")
