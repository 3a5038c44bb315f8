"""Whoever gets a hostile model folder is told so in one line, or is not harmed: by `info`, `annotate` and `serve`.

Every command runs in a forked child of a process that has imported everything: measured are the seconds of the
processor and the memory above what the imports took.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.assets.hostile_folders import CARDS, KINDS, TOKENIZERS, Kind
from tests.assets.measured_process import MeasuredProcess

MOST_SECONDS, MOST_MEGABYTES, MOST_CHARACTERS = 2.0, 300, 500_000
TEXT = "The cat sat on the mat. " + "a" * 40 + "c saw " + "a" * 1_000 + " .\n"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeasuredProcess]:
    started = MeasuredProcess(tmp_path_factory.mktemp("cache"))
    yield started
    started.close()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A good checkpoint of every kind of tokenizer, by family."""
    from jmt.network import checkpoint
    from tests.assets.tiny_transformer import tiny_transformer

    folder = tmp_path_factory.mktemp("good")
    for family in ("bert", "roberta", "camembert"):
        checkpoint.save(tiny_transformer(family), folder / family, card={"seed": 1})
    return {family: folder / family for family in ("bert", "roberta", "camembert")}


def spoil(good: Path, kind: Kind, folder: Path) -> Path:
    """Copy a good folder and spoil it."""
    from jmt.files.atomic import MANIFEST, write_manifest

    shutil.copytree(good, folder)
    kind.attack(folder, folder.parent / "marker")
    if kind.signed:
        (folder / MANIFEST).unlink()
        write_manifest(folder)
    return folder


@pytest.mark.parametrize("name", KINDS)
def test_a_hostile_folder_is_refused_or_survived(
    name: str, process: MeasuredProcess, good: dict[str, Path], tmp_path: Path
):
    kind = KINDS[name]
    folder = spoil(good[kind.family], kind, tmp_path / "model")
    text = tmp_path / "text.txt"
    text.write_text(TEXT)

    results = process.run(folder, text, tmp_path / "log")

    assert [result["command"] for result in results] == ["info", "info", "annotate", "serve"]
    for result in results:
        assert result["seconds"] < MOST_SECONDS, result
        assert result["megabytes"] < MOST_MEGABYTES, result
        assert "Traceback" not in result["err"]
        check_refusal(result, kind, folder) if kind.said else check_survival(result)
    assert not (tmp_path / "marker").exists()


def check_refusal(result: dict[str, Any], kind: Kind, folder: Path) -> None:
    """See that a command ended with one line that says what, where and what is allowed."""
    said = [line for line in result["err"].splitlines() if not line.startswith("jmt: loading")]
    assert len(said) == 1, said
    assert said[0].startswith(f"jmt: error: {folder}")
    assert re.search(kind.said, said[0]), said[0][:1_000]
    assert len(said[0]) < 1_500
    assert result["status"] in (1, 2)
    assert result["out"] == ""


def check_survival(result: dict[str, Any]) -> None:
    """See that a command did its work."""
    assert result["status"] == 0, result["err"][-2_000:]
    if result["command"] == "info" and not result["out"].startswith("{"):
        assert len(result["out"]) < MOST_CHARACTERS
        assert all(line.isprintable() for line in result["out"].splitlines())
    elif result["command"] == "annotate":
        assert json.loads(result["out"].splitlines()[0])["sentences"]
    elif result["command"] == "serve":
        assert "answered 200" in result["err"]


def test_at_least_sixty_kinds_are_tried_and_half_of_them_are_tokenizers_and_cards():
    assert len(KINDS) >= 60
    assert len(TOKENIZERS) + len(CARDS) >= 30
