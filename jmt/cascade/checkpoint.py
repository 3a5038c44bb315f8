"""A trained cascade on disk: a folder of safetensors and JSON, read strictly into plain values and arrays.

config.json        format version and ModelConfig: nothing about the run that trained it
vocabulary.json    words and n-grams with their counts, in order of index; forms with the labels seen on them
labels.json        the labels of every task, in order of index
model.safetensors  the weights
encoder/           of a transformer: config.json and tokenizer.json of its pretrained encoder
manifest.json      size and SHA-256 of every file
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Any

from pydantic import ValidationError
from safetensors.numpy import load_file, save_file

from jmt.cascade.cascade import Cascade
from jmt.cascade.config import ModelConfig, as_stored
from jmt.cascade.encoder_config import TransformerConfig
from jmt.cascade.keys import explain
from jmt.cascade.kinds import SEGMENTER
from jmt.cascade.pretrained import Pretrained, check_family
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon, check_size
from jmt.cascade.symbols.stored import forms_of, list_forms, list_symbols, vocabulary_of
from jmt.errors import CheckpointError, ConfigError
from jmt.files.atomic import MANIFEST, check_file, read_manifest, whole_folder
from jmt.files.guards.checkpoint import (
    check_card,
    check_forms,
    check_labels,
    check_language,
    check_symbols,
    check_temperatures,
)
from jmt.files.guards.encoder import check_encoder, check_tokenizer_fits
from jmt.files.guards.folder import bounds_of, check_folder
from jmt.files.guards.values import check_values
from jmt.files.guards.weights_header import Entry, read_header
from jmt.files.quantise import (
    SCALE,
    STORAGES,
    Array,
    Storage,
    check_finite,
    check_fit,
    check_scales,
    pack,
    unpack,
)
from jmt.files.strict_json import check_count, read_bytes, read_object
from jmt.models.places import find_model
from jmt.safety.foreign import LONGEST_REASON, foreign_code, reason_of

_FORMAT = 2
_TEMPERATURES = "temperatures"
"""The key of config.json, which is there where some task was calibrated."""
ENCODER = "encoder"
WEIGHTS = "model.safetensors"
_SEGMENTER_WEIGHTS = "segmenter.safetensors"
"""The segmenter's, apart from all others: it can be put into a model, or exchanged, as one file."""
SEGMENTER_PREFIX = "segmenter."
"""How the names of the segmenter's weights begin."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint all of which has been read and believed but its weights: of these the header alone."""

    place: Path
    cascade: Cascade
    files: Mapping[str, Mapping[str, Entry]]
    """The tensors in each file of weights, by name."""
    entries: Mapping[str, Mapping[str, str | int]]
    """What the manifest says of the files of weights."""

    @property
    def numbers(self) -> int:
        """How many numbers are stored."""
        return sum(math.prod(tensor.shape) for tensor in self.header.values())

    @property
    def header(self) -> dict[str, Entry]:
        """The tensors in all files of weights, by name."""
        return {name: entry for header in self.files.values() for name, entry in header.items()}

    @property
    def parameters(self) -> dict[str, Entry]:
        """The parameters that are stored, as `read_weights` gives them: without the scales of integers, and floats."""
        return {name: Entry("F32", entry.shape) for name, entry in self.header.items() if not name.endswith(SCALE)}

    @property
    def of_segmenter(self) -> Checkpoint:
        """The same with the weights of the segmenter alone; with none, where it has not learned to split text."""
        return replace(self, files={name: entry for name, entry in self.files.items() if name == _SEGMENTER_WEIGHTS})

    def read_weights(self, expected: Mapping[str, Entry]) -> dict[str, Array]:
        """Return the weights by name, floats as float32, of a network that has these parameters.

        Raises:
            CheckpointError: a file that is not the manifest's.
            ValueError: weights that do not fit, or are no finite numbers.
        """
        packed: dict[str, Array] = {}
        for name, header in self.files.items():
            own = {tensor: entry for tensor, entry in expected.items() if _file_of(tensor) == name}
            check_fit(own, header)
            check_file(self.place, name, self.entries[name])
            packed |= load_file(self.place / name)
        check_scales(packed)
        weights = unpack(packed)
        check_finite(weights)
        return weights


@contextmanager
def opened(folder: str | Path) -> Iterator[Checkpoint]:
    """Open a checkpoint, or the best one of a run folder; an engine builds its network and loads its weights inside.

    Raises:
        CheckpointError: nothing there, a foreign or truncated checkpoint, a newer format, or whatever else is wrong
            with it by the end, also of what is raised inside.
    """
    place = find_checkpoint(folder)
    check_folder(place)
    manifest = read_manifest(place)
    for name in manifest.keys() - {WEIGHTS, _SEGMENTER_WEIGHTS}:
        check_file(place, name, manifest[name])
    what = f"{place}: not a checkpoint that this version of jmt can read"
    try:
        with foreign_code(what, CheckpointError):
            cascade = _read_cascade(place)
            files = _files_of(cascade)
            if _SEGMENTER_WEIGHTS in manifest and _SEGMENTER_WEIGHTS not in files:
                raise ValueError(f"{_SEGMENTER_WEIGHTS} is there, and config.json has no segmenter: remove it")
            yield Checkpoint(place, cascade, {name: read_header(place / name) for name in files}, manifest)
    except ConfigError as error:
        raise CheckpointError(f"{what}: {error}") from error


def _files_of(cascade: Cascade) -> list[str]:
    """Return the files that hold the weights of a cascade."""
    return [WEIGHTS, _SEGMENTER_WEIGHTS] if cascade.segmenter else [WEIGHTS]


def _file_of(weight: str) -> str:
    """Return the file that holds a weight of this name."""
    return _SEGMENTER_WEIGHTS if weight.startswith(SEGMENTER_PREFIX) else WEIGHTS


def _read_cascade(place: Path) -> Cascade:
    """Return all that a checkpoint describes besides its weights."""
    config = read_config(place)
    read_card(place)
    labels, symbols = _read_json(place, "labels.json"), _read_json(place, "vocabulary.json")
    kinds = _kinds_of(config)
    check_labels(labels, kinds)
    forms = symbols.get("forms", {})
    check_forms(forms, labels, kinds)
    for name in ("words", "ngrams"):
        check_symbols(symbols[name], name)
    encoder = config.encoder
    words, ngrams = (vocabulary_of(symbols[name]) for name in ("words", "ngrams"))
    lexicon = Lexicon(words, ngrams, encoder.ngrams, encoder.ngrams_of)
    sets = {task: LabelSet(names, forms_of(forms.get(task, ()), names)) for task, names in labels.items()}
    return Cascade(config, lexicon, sets, _read_pretrained(place, config), _read_temperatures(place, kinds))


def _read_temperatures(place: Path, kinds: Mapping[str, str]) -> dict[str, float]:
    """Return the temperatures of calibrated tasks; checkpoints from before there were any have none."""
    temperatures: dict[str, float] = _read_json(place, "config.json").get(_TEMPERATURES, {})
    check_temperatures(temperatures, kinds)
    return temperatures


def _kinds_of(config: ModelConfig) -> dict[str, str]:
    """Return the kind of every task that has labels."""
    segmenter = {config.segmenter.name: SEGMENTER} if config.segmenter else {}
    return segmenter | {name: task.kind for name, task in config.tasks.items()}


def _read_pretrained(place: Path, config: ModelConfig) -> Pretrained | None:
    """Return what a transformer's checkpoint says about its pretrained encoder; the weights are among the others."""
    if not isinstance(config.encoder, TransformerConfig):
        return None
    from jmt.files.guards.tokenizer import read_tokenizer  # costs time: only where it is needed

    described = _read_json(place, f"{ENCODER}/config.json")
    with foreign_code(f"{place / ENCODER / 'config.json'}", CheckpointError):
        check_encoder(described)
    check_family(described)
    with foreign_code(f"{place / ENCODER / 'tokenizer.json'}", CheckpointError):
        bounds = bounds_of(f"{ENCODER}/tokenizer.json", place / WEIGHTS)
        content = read_bytes(place / ENCODER / "tokenizer.json", bounds.size)
        check_count(content, bounds)
        written = content.decode("utf-8")
        check_tokenizer_fits(described, read_tokenizer(written))
    return Pretrained(described, written)


def find_checkpoint(folder: str | Path) -> Path:
    """Return the checkpoint that a path, a name or a hub id means: the folder itself, or `best/` of a run folder."""
    named = find_model(folder)
    path = whole_folder(named) or named
    if not path.exists():
        raise CheckpointError(f"{path}: no such folder: give a checkpoint, or a run folder that `jmt train` wrote")
    if not path.is_dir():
        raise CheckpointError(f"{path}: a checkpoint is a folder, this is a file")
    if (path / "config.json").exists() and (path / MANIFEST).exists():
        return path
    for name in ("best", "last"):
        place = whole_folder(path / name)
        if place is not None and (place / "config.json").exists():
            return place
    if (path / "config.toml").is_file() and (path / "log.jsonl").is_file():
        remedy = f"comparisons keep scores alone; `jmt train {path / 'config.toml'}` trains it"
        raise CheckpointError(f"{path}: this run has no weights, neither best/ nor last/: {remedy}")
    raise CheckpointError(f"{path}: no config.json and {MANIFEST} here, and no best/ or last/: not a checkpoint of jmt")


def read_config(folder: Path) -> ModelConfig:
    """Return the configuration of the model in a checkpoint folder."""
    place, content = folder / "config.json", _read_json(folder, "config.json")
    if content.get("format") != _FORMAT:
        raise CheckpointError(
            f"{place}: format {repr(content.get('format'))[:50]}, this version of jmt reads format {_FORMAT}"
        )
    if content.get("storage", "float32") not in STORAGES:
        raise CheckpointError(f"{place}: storage {str(content['storage'])[:50]!r}; one of {', '.join(STORAGES)}")
    unknown = content.keys() - {"format", "storage", "model", _TEMPERATURES}
    if unknown or "model" not in content:
        raise CheckpointError(
            f"{place}: format, storage and model are expected; found {', '.join(sorted(content))[:200]}"
        )
    try:
        check_values(content)
        config = ModelConfig.model_validate(as_stored(content["model"]))
        check_language(config.language)
    except ValidationError as error:
        raise CheckpointError(f"{place}: {explain(error, 'model').splitlines()[0][:LONGEST_REASON]}") from error
    except (ConfigError, ValueError, AttributeError, TypeError) as error:
        raise CheckpointError(f"{place}: {reason_of(error)}") from error
    return config


def read_storage(folder: Path) -> str:
    """Return how the weights of a checkpoint are stored."""
    return str(_read_json(folder, "config.json").get("storage", "float32"))


def read_card(folder: Path) -> dict[str, Any]:
    """Return what the checkpoint says about its own making: corpora, figures, seed."""
    card = _read_json(folder, "card.json")
    with foreign_code(f"{folder / 'card.json'}", CheckpointError):
        check_card(card)
    return card


def model_hash(folder: str | Path) -> str:
    """Return the SHA-256 of a checkpoint's weights, as its manifest has it; of two files, that of both hashes."""
    manifest = read_manifest(find_checkpoint(folder))
    own = str(manifest[WEIGHTS]["sha256"])
    if _SEGMENTER_WEIGHTS not in manifest:
        return own
    return sha256(f"{own} {manifest[_SEGMENTER_WEIGHTS]['sha256']}".encode()).hexdigest()


def write_checkpoint(
    folder: Path,
    cascade: Cascade,
    weights: Mapping[str, Array],
    *,
    card: Mapping[str, Any] | None = None,
    storage: Storage = "float32",
) -> None:
    """Write the files of a checkpoint into an existing folder; `card` says where the model comes from."""
    config = {"format": _FORMAT, "storage": storage, "model": cascade.config.model_dump(mode="json")}
    config |= {_TEMPERATURES: dict(cascade.temperatures)} if cascade.temperatures else {}
    _write_json(folder / "config.json", config)
    lexicon = cascade.lexicon
    check_size(lexicon)
    forms = {task: list_forms(labels) for task, labels in cascade.labels.items() if labels.forms}
    symbols = {
        "words": list_symbols(lexicon.words),
        "ngrams": list_symbols(lexicon.ngrams),
        **({"forms": forms} if forms else {}),
    }
    _write_json(folder / "vocabulary.json", symbols, separators=(",", ":"))
    _write_json(folder / "labels.json", {task: list(labels.labels) for task, labels in cascade.labels.items()})
    if cascade.pretrained is not None:
        (folder / ENCODER).mkdir()
        _write_json(folder / ENCODER / "config.json", cascade.pretrained.config)
        (folder / ENCODER / "tokenizer.json").write_text(cascade.pretrained.tokenizer, encoding="utf-8")
    _write_json(folder / "card.json", dict(card or {}))
    for name in _files_of(cascade):
        own = {weight: value for weight, value in weights.items() if _file_of(weight) == name}
        save_file(pack(own, storage), folder / name)
    _check_readable(cascade, folder)


def write_calibrated(source: Path, temperatures: Mapping[str, float], folder: Path) -> None:
    """Write the checkpoint in `source` into an existing folder, file by file, with other temperatures.

    Tasks that `temperatures` does not name keep theirs.

    Raises:
        ValueError: a temperature that would be refused when it is read.
    """
    config = _read_json(source, "config.json")
    together = {**config.get(_TEMPERATURES, {}), **temperatures}
    check_temperatures(together, _kinds_of(read_config(source)))
    for name in read_manifest(source):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copyfile(source / name, folder / name)
    _write_json(folder / "config.json", {**config, _TEMPERATURES: together})


def _check_readable(cascade: Cascade, folder: Path) -> None:
    """Refuse to write what would be refused when it is read: a run is saved before it trains for hours.

    Raises:
        CheckpointError: saying of which file, and what is wrong with it.
    """
    with foreign_code("this model could not be read again", CheckpointError):
        check_labels(
            {task: list(labels.labels) for task, labels in cascade.labels.items()},
            _kinds_of(cascade.config),
        )
        check_values(cascade.config.model_dump(mode="json"))
        check_language(cascade.config.language)
    for name in ("card.json", "labels.json", "vocabulary.json"):
        bounds, content = bounds_of(name, folder / WEIGHTS), (folder / name).read_bytes()
        with foreign_code(f"this model could not be read again: {name}", CheckpointError):
            if len(content) > bounds.size:
                raise ValueError(f"{len(content):,} bytes; at most {bounds.size:,} are read")
            check_count(content, bounds)


def _write_json(path: Path, content: Any, *, separators: tuple[str, str] = (", ", ": ")) -> None:
    """Write JSON as UTF-8; where a form in it is no valid Unicode, escaped, so that every form survives."""
    try:
        written = json.dumps(content, ensure_ascii=False, separators=separators).encode("utf-8")
    except UnicodeEncodeError:
        written = json.dumps(content, separators=separators).encode("ascii")
    path.write_bytes(written)


def _read_json(folder: Path, name: str) -> dict[str, Any]:
    """Read one of the JSON files of a checkpoint, of no more bytes and values than a file of its name may have."""
    return read_object(folder / name, bounds_of(name, folder / WEIGHTS))
