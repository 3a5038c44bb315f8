"""A hostile checkpoint is refused at once, and nothing in it is run (more than a hundred kinds)."""

from __future__ import annotations

import builtins
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from jmt.cascade.checkpoint import opened
from jmt.engines import TrainedModel, load_model
from jmt.errors import CheckpointError
from jmt.files.atomic import MANIFEST, write_manifest
from jmt.network import checkpoint
from tests.assets.hostile_checkpoints import SIGNED, UNSIGNED, Attack
from tests.assets.hostile_transformers import BYTES, FAMILIES, TRANSFORMER

MOST_SECONDS = 2.0


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.assets.tiny_transformer import tiny_transformer

    folder = tmp_path_factory.mktemp("transformer") / "model"
    checkpoint.save(tiny_transformer(), folder)
    checkpoint.load(folder)  # imports what is imported once
    return folder


@pytest.fixture(scope="module")
def byte_transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.assets.tiny_transformer import tiny_transformer

    folder = tmp_path_factory.mktemp("bytes") / "model"
    checkpoint.save(tiny_transformer("roberta"), folder)
    checkpoint.load(folder)
    return folder


@pytest.fixture(scope="module")
def families(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A good checkpoint of every family that brings more than places."""
    from tests.assets.tiny_transformer import tiny_transformer

    folder = tmp_path_factory.mktemp("families")
    for family in FAMILIES:
        checkpoint.save(tiny_transformer(family), folder / family)
        checkpoint.load(folder / family)
    return {family: folder / family for family in FAMILIES}


@pytest.fixture(scope="module")
def start(request: pytest.FixtureRequest) -> Path:
    """Build the checkpoint named by the parameter: of the module's scope, so before the alarm is set."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every common way to run code fail loudly."""

    def alarm(*_: object, **__: object) -> None:
        raise SystemExit("code was run")

    for module, name in ((os, "system"), (os, "popen"), (subprocess, "Popen"), (builtins, "eval")):
        monkeypatch.setattr(module, name, alarm)


def refuse(folder: Path, attack: Attack, *, sign: bool) -> str:
    """Spoil a checkpoint, see that both engines refuse it in time and without a trace, and return torch's message."""
    marker = folder.parent / "marker"
    attack(folder, marker)
    if sign:
        (folder / MANIFEST).unlink()
        write_manifest_of_sparse(folder)
    messages = []
    for load in (checkpoint.load, load_for_use):
        start = time.perf_counter()
        with pytest.raises(CheckpointError) as caught:
            load(folder)
        assert time.perf_counter() - start < MOST_SECONDS
        assert not marker.exists()
        assert str(folder) in str(caught.value)
        messages.append(str(caught.value))
    return messages[0]


def load_for_use(folder: Path) -> TrainedModel:
    """Read a checkpoint as on a machine without a GPU: without torch, if the runtime has all its parts."""
    return load_model(folder, device="cpu")


def write_manifest_of_sparse(folder: Path) -> None:
    """Write the manifest, without hashing what is huge and empty."""
    huge = [path for path in folder.rglob("*") if path.stat().st_size > 2**30]
    for path in huge:
        path.rename(folder.parent / path.name)
    write_manifest(folder)
    for path in huge:
        (folder.parent / path.name).rename(path)
    if huge:
        content = (folder / MANIFEST).read_text().rstrip("}\n")
        more = ",".join(
            f'"{path.relative_to(folder).as_posix()}": {{"bytes": {path.stat().st_size}, "sha256": "{"0" * 64}"}}'
            for path in huge
        )
        (folder / MANIFEST).write_text(f"{content},{more}}}")


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize("kind", [*SIGNED, *UNSIGNED])
def test_a_hostile_checkpoint_is_refused_at_once(kind: str, tiny_checkpoint: Path, tmp_path: Path):
    folder = tmp_path / "model"
    shutil.copytree(tiny_checkpoint, folder)

    refuse(folder, {**SIGNED, **UNSIGNED}[kind], sign=kind in SIGNED)


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize(
    ("start", "attacks", "kind"),
    [("transformer", TRANSFORMER, kind) for kind in TRANSFORMER]
    + [("byte_transformer", BYTES, kind) for kind in BYTES],
    indirect=["start"],
)
def test_a_hostile_transformer_is_refused_at_once(start: Path, attacks: dict[str, Attack], kind: str, tmp_path: Path):
    folder = tmp_path / "model"
    shutil.copytree(start, folder)

    refuse(folder, attacks[kind], sign=True)


@pytest.mark.parametrize("kind", ["an unknown family", "a decoder"])
def test_an_encoder_of_no_known_kind_is_refused_before_an_engine_is_chosen(
    kind: str, transformer: Path, tmp_path: Path
):
    folder = tmp_path / "model"
    shutil.copytree(transformer, folder)
    TRANSFORMER[kind](folder, tmp_path / "marker")
    (folder / MANIFEST).unlink()
    write_manifest(folder)

    with pytest.raises(CheckpointError, match=r"encoder\.pretrained: "), opened(folder):
        pass


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize(("family", "kind"), [(family, kind) for family in FAMILIES for kind in FAMILIES[family]])
def test_a_hostile_encoder_of_another_family_is_refused_at_once(
    family: str, kind: str, families: dict[str, Path], tmp_path: Path
):
    folder = tmp_path / "model"
    shutil.copytree(families[family], folder)

    refuse(folder, FAMILIES[family][kind], sign=True)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("bytes between two tensors", r"begins at byte \d+, the one before it ends at \d+"),
        ("a header of nine megabytes", "its header is longer than it may be"),
        ("a piece of negative number", "'cat' of 3 characters has the number -5"),
    ],
)
def test_we_refuse_before_a_library_does(kind: str, said: str, transformer: Path, tmp_path: Path):
    folder = tmp_path / "model"
    shutil.copytree(transformer, folder)

    assert re.search(said, refuse(folder, {**SIGNED, **TRANSFORMER}[kind], sign=True))


def test_the_good_checkpoints_are_good(tiny_checkpoint: Path, transformer: Path):
    assert checkpoint.load(tiny_checkpoint).config.tasks.keys() == checkpoint.load(transformer).config.tasks.keys()
    for folder in (tiny_checkpoint, transformer):
        engine = load_for_use(folder).engine
        assert (engine.name, engine.cascade.config) == ("runtime", checkpoint.load(folder).config)
