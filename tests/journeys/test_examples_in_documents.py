"""The Python examples of the documents run as they stand, but for the model: untrained and tiny here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.source import ROOT

EXAMPLES = [
    pytest.param(block, id=f"{document.name}-{number}")
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(example: str, tiny_checkpoint: Path, tmp_path: Path):
    (tmp_path / "letter.txt").write_text("Dear friend, the boat is here.\n\nCome and see it!\n", encoding="utf-8")
    code = re.sub(r'"runs/\w+"', repr(str(tiny_checkpoint)), example)

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)

    assert result.returncode == 0, result.stderr
    assert result.stdout
