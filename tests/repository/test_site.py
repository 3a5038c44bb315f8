"""The documents build as a site: every link leads somewhere, and no page is left out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.assets.documents import DOCS


def test_the_site_builds_without_a_warning(tmp_path: Path):
    pytest.importorskip("sphinx", reason="the extra `docs` is not installed")
    command = [sys.executable, "-m", "sphinx", "--builder", "html", "--fail-on-warning", "--keep-going", "--quiet"]

    built = subprocess.run(
        [*command, "-d", str(tmp_path / "trees"), str(DOCS), str(tmp_path / "site")], capture_output=True, text=True
    )

    assert built.returncode == 0, built.stderr
    assert (tmp_path / "site" / "index.html").exists()
