from __future__ import annotations

import os
from pathlib import Path

import pytest

HOME = os.environ.get("JMT_CORPORA")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep each test's cache apart from the user's and from those of other tests."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def real_corpora() -> Path:
    """The folder of the real corpora, taken before any test clears the environment."""
    if not HOME:
        pytest.skip("JMT_CORPORA is not set: the real corpora are not here")
    return Path(HOME)
