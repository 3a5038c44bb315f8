"""What a user calls a model leads to its folder, a path, an installed name or a hub id alike; or to one message."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

import jmt
from jmt.cascade.checkpoint import find_checkpoint
from jmt.cli.main import main
from jmt.errors import CheckpointError, ConfigError
from jmt.models import places as model_places
from jmt.models.places import default_model, find_model, installed_models


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty site-packages folder on the path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def install(site: Path, name: str, model: Path, *, value: str | None = None) -> None:
    """Lay out what the installed wheel of a model leaves, with a module that must not be imported."""
    shutil.copytree(model, site / name)
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[jmt_models]\n{name} = {value or name}\n")
    (site / f"{name}_code.py").write_text("raise SystemExit('code was run')")


def test_an_installed_model_is_found_without_importing_it(site: Path, tiny_checkpoint: Path):
    install(site, "en_mine", tiny_checkpoint)

    assert installed_models()["en_mine"] == site / "en_mine"
    assert jmt.load("en_mine").name == "en_mine"
    assert "en_mine" not in sys.modules


@pytest.mark.parametrize("value", ["../../etc", "en_evil:run", "/etc", "en_evil.inner"])
def test_an_entry_point_that_names_anything_but_a_folder_is_passed_over(site: Path, tiny_checkpoint: Path, value: str):
    install(site, "en_evil", tiny_checkpoint, value=value)

    assert "en_evil" not in installed_models()


def test_a_folder_comes_before_an_installed_model(
    site: Path, tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    install(site, "en_mine", tiny_checkpoint)
    shutil.copytree(tiny_checkpoint, tmp_path / "en_mine")
    monkeypatch.chdir(tmp_path)

    assert find_checkpoint("en_mine").resolve() == tmp_path / "en_mine"


def test_the_default_is_used_once_it_is_installed(site: Path, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(model_places, "DEFAULT_MODEL", "en_nothing")
    with pytest.raises(ConfigError, match="en_nothing"):
        default_model()
    install(site, "en_nothing", tiny_checkpoint)

    assert default_model() == "en_nothing"


@pytest.mark.parametrize("command", [["annotate"], ["compare", "A cat.", "A dog."], ["serve"], ["benchmark"]])
def test_where_the_default_is_not_installed_a_model_is_asked_for(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(model_places, "DEFAULT_MODEL", "en_nothing")

    assert main(command) == 2
    said = capsys.readouterr().err
    assert "--model MODEL is required" in said
    assert "en_nothing" in said


def test_a_default_model_serves_a_command_that_names_none(
    site: Path, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(model_places, "DEFAULT_MODEL", "en_mine")
    install(site, "en_mine", tiny_checkpoint)

    assert main(["compare", "A cat sat.", "The dog ran.", "--json"]) == 0
    assert "entailment" in capsys.readouterr().out


@pytest.fixture
def hub(tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """A hub that knows `owner/model`, whose snapshots are links as in the hub's cache; the calls it gets."""
    calls: list[dict[str, object]] = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def snapshot_download(name: str, *, revision: str | None, allow_patterns: list[str]) -> str:
        calls.append({"name": name, "revision": revision, "patterns": allow_patterns})
        if name != "owner/model":
            raise OSError("An error happened while trying to locate the files on the Hub")
        snapshot = tmp_path / "hub" / "snapshots" / (revision or "abc123")
        snapshot.mkdir(parents=True, exist_ok=True)
        for path in tiny_checkpoint.iterdir():
            if not (snapshot / path.name).exists():
                os.symlink(path, snapshot / path.name)
        (snapshot / "pytorch_model.bin").write_bytes(b"\x80\x04K\x01.")
        return str(snapshot)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    return calls


def test_a_hub_id_is_fetched_and_kept_without_links(hub: list[dict[str, object]], tmp_path: Path):
    folder = find_model("owner/model@v1")

    assert folder == tmp_path / "cache" / "jmt" / "models" / "owner--model" / "v1"
    assert not any(path.is_symlink() for path in folder.rglob("*"))
    assert not (folder / "pytorch_model.bin").exists()
    assert hub[0]["revision"] == "v1"
    assert not [pattern for pattern in hub[0]["patterns"] if "*" in pattern or pattern.endswith((".py", ".bin"))]
    assert jmt.load("owner/model@v1")("A cat.").sentences
    assert find_model("owner/model").name == "abc123"


def test_a_hub_that_cannot_be_reached_is_said_in_words(hub: list[dict[str, object]]):
    with pytest.raises(CheckpointError, match=r"`owner/other`.*cannot be fetched.*network"):
        jmt.load("owner/other")


def test_a_slip_in_a_path_is_not_looked_for_on_the_hub(hub: list[dict[str, object]], tmp_path: Path):
    (tmp_path / "runs").mkdir()
    for place in ("runs/demmo", "./demo/model", "a/b/c", str(tmp_path / "none")):
        with pytest.raises(CheckpointError, match="no such folder"):
            jmt.load(place)

    assert hub == []
