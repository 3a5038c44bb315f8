"""A trained cascade on disk: a folder of safetensors and JSON, written atomically and read strictly.

config.json        format version and ModelConfig: nothing about the run that trained it
vocabulary.json    words and n-grams with their counts, in order of index
labels.json        the labels of every task, in order of index
model.safetensors  the weights
encoder/           of a transformer: config.json and tokenizer.json of its pretrained encoder
manifest.json      size and SHA-256 of every file
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from jmt.atomic import MANIFEST, check_manifest, read_manifest, replace_folder, whole_folder
from jmt.cascade import ModelConfig, explain
from jmt.data.labels import LabelSet
from jmt.data.lexicon import Lexicon
from jmt.data.vocabulary import Vocabulary
from jmt.encoders import Pretrained, TransformerEncoder
from jmt.encoders.config import TransformerConfig
from jmt.errors import CheckpointError, ConfigError
from jmt.model import JointModel

FORMAT = 2
ENCODER = "encoder"


def save(model: JointModel, folder: str | Path, *, card: Mapping[str, Any] | None = None) -> None:
    """Write a checkpoint, replacing what stood there only when all of it is on the disk."""
    replace_folder(Path(folder), lambda fresh: write_files(model, fresh, card=card))


def write_files(model: JointModel, folder: Path, *, card: Mapping[str, Any] | None = None) -> None:
    """Write the files of a checkpoint into an existing folder; `card` says where the model comes from."""
    write_json(folder / "config.json", {"format": FORMAT, "model": model.config.model_dump(mode="json")})
    lexicon = model.lexicon
    write_json(folder / "vocabulary.json", {"words": pairs(lexicon.words), "ngrams": pairs(lexicon.ngrams)})
    write_json(folder / "labels.json", {task: list(labels.labels) for task, labels in model.labels.items()})
    if isinstance(model.encoder, TransformerEncoder):
        (folder / ENCODER).mkdir()
        write_json(folder / ENCODER / "config.json", model.encoder.source.config)
        (folder / ENCODER / "tokenizer.json").write_text(model.encoder.source.tokenizer, encoding="utf-8")
    write_json(folder / "card.json", dict(card or {}))
    weights = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    save_file(weights, folder / "model.safetensors")


def load(folder: str | Path, *, device: str | torch.device = "cpu") -> JointModel:
    """Read a checkpoint, or the best one of a run folder, ready to predict.

    Raises:
        CheckpointError: nothing there, a foreign or truncated checkpoint, or a newer format.
    """
    place = find(folder)
    check_manifest(place)
    try:
        config = read_config(place)
        symbols = read_json(place / "vocabulary.json")
        labels = {task: LabelSet(names) for task, names in read_json(place / "labels.json").items()}
        words, ngrams = (vocabulary(symbols[name]) for name in ("words", "ngrams"))
        model = JointModel(
            config, Lexicon(words, ngrams, config.encoder.ngrams), labels, read_pretrained(place, config)
        )
        model.load_state_dict(load_file(place / "model.safetensors"))
    except (KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"{place}: not a checkpoint that this version of jmt can read: {error}") from error
    return model.to(device).eval()


def read_pretrained(place: Path, config: ModelConfig) -> Pretrained | None:
    """Return what a transformer's checkpoint says about its pretrained encoder; the weights are among the others."""
    if not isinstance(config.encoder, TransformerConfig):
        return None
    tokenizer = (place / ENCODER / "tokenizer.json").read_text(encoding="utf-8")
    return Pretrained(read_json(place / ENCODER / "config.json"), tokenizer)


def find(folder: str | Path) -> Path:
    """Return the checkpoint that a path means: the folder itself, or `best/` of a run folder."""
    path = whole_folder(Path(folder)) or Path(folder)
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
    raise CheckpointError(f"{path}: no config.json and {MANIFEST} here, and no best/ or last/: not a checkpoint of jmt")


def read_config(folder: Path) -> ModelConfig:
    """Return the configuration of the model in a checkpoint folder."""
    content = read_json(folder / "config.json")
    if content.get("format") != FORMAT:
        raise CheckpointError(
            f"{folder / 'config.json'}: format {content.get('format')!r}, this version of jmt reads format {FORMAT}"
        )
    try:
        return ModelConfig.model_validate(content["model"])
    except ValidationError as error:
        raise CheckpointError(f"{folder / 'config.json'}: {explain(error, 'model')}") from error
    except ConfigError as error:
        raise CheckpointError(f"{folder / 'config.json'}: {error}") from error


def read_card(folder: Path) -> dict[str, Any]:
    """Return what the checkpoint says about its own making: corpora, figures, seed."""
    return read_json(folder / "card.json")


def model_hash(folder: str | Path) -> str:
    """Return the SHA-256 of a checkpoint's weights, as its manifest has it."""
    return str(read_manifest(find(folder))["model.safetensors"]["sha256"])


def pairs(symbols: Vocabulary) -> list[list[str | int]]:
    """List symbols with their counts, in order of index."""
    return [[symbol, count] for symbol, count in zip(symbols.symbols, symbols.counts, strict=True)]


def vocabulary(entries: list[list[Any]]) -> Vocabulary:
    """Build a vocabulary from such a list."""
    return Vocabulary([entry[0] for entry in entries], [entry[1] for entry in entries])


def write_json(path: Path, content: Any) -> None:
    """Write JSON, lone surrogates escaped, so that every form survives."""
    path.write_text(json.dumps(content), encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path}: not readable as JSON: {error}") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path}: a JSON object was expected")
    return content
