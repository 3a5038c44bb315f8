"""The Python examples of the documents run as they stand, but for the model and the address of a service.

The model is untrained and tiny here; the service is a running one with that model.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jmt
from tests.assets.live_service import live
from tests.repository.source import ROOT

ADDRESS = "http://127.0.0.1:8000"

EXAMPLES = [
    pytest.param(block, id=f"{document.name}-{number}")
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL))
]


@pytest.fixture(scope="module")
def url(tiny_checkpoint: Path) -> Iterator[str]:
    with live(jmt.load(tiny_checkpoint, device="cpu")) as service:
        yield service.url


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(example: str, tiny_checkpoint: Path, tmp_path: Path, request: pytest.FixtureRequest):
    (tmp_path / "letter.txt").write_text("Dear friend, the boat is here.\n\nCome and see it!\n", encoding="utf-8")
    code = re.sub(r'"runs/\w+"', repr(str(tiny_checkpoint)), example)
    if ADDRESS in code:
        code = code.replace(ADDRESS, request.getfixturevalue("url"))

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)

    assert result.returncode == 0, result.stderr
    assert result.stdout
