"""A checkpoint is read exactly as it was written, or refused with one clear message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from jmt.cascade.checkpoint import find_checkpoint, model_hash, read_card
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.symbols.vocabulary import Vocabulary
from jmt.errors import CheckpointError
from jmt.files.atomic import MANIFEST, write_manifest
from jmt.network import checkpoint
from jmt.network.model import JointModel
from tests.assets.tiny_model import tiny_model


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    checkpoint.save(tiny_model(), tmp_path / "model", card={"seed": 7})
    return tmp_path / "model"


def same_weights(first: JointModel, second: JointModel) -> bool:
    pairs = zip(first.state_dict().items(), second.state_dict().items(), strict=True)
    return all(name == other and torch.equal(value, value_2) for (name, value), (other, value_2) in pairs)


def test_what_is_loaded_is_what_was_saved(saved: Path):
    model, loaded = tiny_model(), checkpoint.load(saved)

    assert same_weights(model, loaded)
    assert loaded.config == model.config
    assert loaded.labels == model.labels
    assert loaded.lexicon.words.symbols == model.lexicon.words.symbols
    assert loaded.lexicon.ngrams.counts == model.lexicon.ngrams.counts
    assert not loaded.training
    assert read_card(saved) == {"seed": 7}


def test_the_same_model_has_the_same_hash(saved: Path, tmp_path: Path):
    checkpoint.save(tiny_model(), tmp_path / "again")

    assert model_hash(saved) == model_hash(tmp_path / "again")
    checkpoint.save(tiny_model(seed=2), tmp_path / "again")
    assert model_hash(saved) != model_hash(tmp_path / "again")


def test_a_checkpoint_is_replaced_whole(saved: Path):
    checkpoint.save(tiny_model(["xpos"], seed=2), saved)

    assert list(checkpoint.load(saved).config.tasks) == ["xpos"]
    assert [path.name for path in saved.parent.iterdir()] == ["model"]


def test_a_run_folder_means_its_best_checkpoint(tmp_path: Path):
    checkpoint.save(tiny_model(seed=1), tmp_path / "run" / "last")
    assert find_checkpoint(tmp_path / "run").name == "last"
    checkpoint.save(tiny_model(seed=2), tmp_path / "run" / "best")
    assert find_checkpoint(tmp_path / "run").name == "best"


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "labels.json", "vocabulary.json"])
@pytest.mark.parametrize("harm", ["truncated", "missing", "altered"])
def test_a_harmed_file_is_refused_by_its_name(saved: Path, name: str, harm: str):
    path = saved / name
    content = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(content[: len(content) // 2] if harm == "truncated" else content[:-3] + b"zzz")

    with pytest.raises(CheckpointError, match=name):
        checkpoint.load(saved)


def test_a_foreign_folder_is_refused(tmp_path: Path):
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 100)

    with pytest.raises(CheckpointError, match="not a checkpoint of jmt"):
        checkpoint.load(tmp_path)


def test_a_run_of_a_comparison_which_keeps_no_weights_is_refused_with_what_trains_it(tmp_path: Path):
    for name in ("config.toml", "log.jsonl"):
        (tmp_path / name).touch()

    with pytest.raises(CheckpointError, match=r"this run has no weights, .*`jmt train .*config\.toml` trains it"):
        checkpoint.load(tmp_path)


def test_a_newer_format_is_refused_with_both_numbers(saved: Path):
    config = json.loads((saved / "config.json").read_text())
    (saved / "config.json").write_text(json.dumps({**config, "format": 99}))
    write_manifest_anew(saved)

    with pytest.raises(CheckpointError, match="format 99, this version of jmt reads format 2"):
        checkpoint.load(saved)


def test_weights_that_do_not_fit_the_configuration_are_refused(saved: Path):
    config = json.loads((saved / "config.json").read_text())
    config["model"]["encoder"]["hidden_size"] = 9
    (saved / "config.json").write_text(json.dumps(config))
    write_manifest_anew(saved)

    with pytest.raises(CheckpointError, match="not a checkpoint that this version of jmt can read"):
        checkpoint.load(saved)


def test_an_unknown_key_in_a_checkpoint_is_refused(saved: Path):
    config = json.loads((saved / "config.json").read_text())
    config["model"]["encoder"]["colour"] = "red"
    (saved / "config.json").write_text(json.dumps(config))
    write_manifest_anew(saved)

    with pytest.raises(CheckpointError, match="colour"):
        checkpoint.load(saved)


def with_labels(names: list[str]) -> JointModel:
    model = tiny_model(["xpos"])
    return JointModel(model.config, model.lexicon, {"xpos": LabelSet(names)})


def with_words(words: list[str]) -> JointModel:
    model = tiny_model(["xpos"])
    return JointModel(
        model.config, Lexicon(Vocabulary(words, [1] * len(words)), model.lexicon.ngrams, (3,)), model.labels
    )


def with_language(code: str) -> JointModel:
    model = tiny_model(["xpos"])
    return JointModel(model.config.model_copy(update={"language": code}), model.lexicon, model.labels)


UNREADABLE: dict[str, tuple[Callable[[], JointModel], dict[str, Any], str]] = {
    "too many labels": (lambda: with_labels([f"L{n}" for n in range(10_001)]), {}, "labels.json: xpos needs a list"),
    "a label of a page": (lambda: with_labels(["A", "x" * 201]), {}, "labels.json: xpos: 'x+' is no label"),
    "a label that steers": (lambda: with_labels(["A", "\x1b[31m"]), {}, r"labels.json: xpos: .*is no label"),
    "labels of a book": (
        lambda: with_labels([f"{n}{'語' * 195}" for n in range(10_000)]),
        {},
        "labels.json: .*bytes; at most",
    ),
    "a language of no code": (lambda: with_language("../en"), {}, "language = '../en' is no code"),
    "words of a page": (
        lambda: with_words([f"{n}{'x' * 1_000}" for n in range(21_000)]),
        {},
        "vocabulary.json: .*bytes",
    ),
    "words of brackets": (lambda: with_words(["[" * 3_000_000]), {}, "vocabulary.json: .* values; at most"),
    "an endless card": (lambda: tiny_model(["xpos"]), {"note": "x" * 2**20}, "card.json: .*bytes; at most"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_could_not_be_read_again_is_not_written_and_what_stood_there_stays(name: str, saved: Path):
    make, card, message = UNREADABLE[name]
    before = {path: path.read_bytes() for path in saved.iterdir()}
    with pytest.raises(CheckpointError, match=message):
        checkpoint.save(make(), saved, card=card)

    assert {path: path.read_bytes() for path in saved.iterdir()} == before


def test_a_vocabulary_beyond_every_bound_is_refused_with_what_to_do(saved: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.cascade.symbols.lexicon.MOST_SYMBOLS", 3)
    with pytest.raises(CheckpointError, match=r"words and n-grams; a model has at most 3: raise encoder\.word_minimum"):
        checkpoint.save(tiny_model(["xpos"]), saved)


@pytest.mark.parametrize("place", ["nowhere", "file"])
def test_what_is_no_folder_is_refused(tmp_path: Path, place: str):
    (tmp_path / "file").write_text("x")

    with pytest.raises(CheckpointError, match="folder"):
        checkpoint.load(tmp_path / place)


def test_nothing_in_a_checkpoint_is_executable(saved: Path):
    assert {path.suffix for path in saved.rglob("*")} == {".json", ".safetensors"}


def write_manifest_anew(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    write_manifest(folder)
