"""Where the real corpora are, for the tests that need them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus() -> Callable[[str], Path]:
    """Find a file such as `ewt/en_ewt-ud-dev.conllu` in the folders of JMT_CORPORA, or skip the test."""

    def find(name: str) -> Path:
        folders = [Path(folder) for folder in os.environ.get("JMT_CORPORA", "").split(os.pathsep) if folder]
        found = [folder / name for folder in folders if (folder / name).is_file()]
        if not found:
            pytest.skip(f"{name} is in no folder of JMT_CORPORA")
        return found[0]

    return find


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[[str | bytes], Path]:
    """Write a file and return its path."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "input.txt"
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return write
