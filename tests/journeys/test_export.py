"""From a trained model to its graphs, and from the program in their README to the labels that jmt gives."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import jmt
from jmt.cli.main import main
from tests.assets.tiny_model import TASKS, tiny_model
from tests.assets.tiny_transformer import tiny_transformer
from tests.repository.test_imports_at_run_time import modules_after

WORDS = ["She", "reads", "a", "book", "."]


def program_of(folder: Path) -> str:
    (code,) = re.findall(r"```python\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return str(code)


@pytest.mark.parametrize("body", ["bilstm", "bilstm with a CRF", "bert", "xlm-roberta"])
def test_the_program_in_the_readme_gives_the_labels_that_jmt_gives(
    body: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    from jmt.network import checkpoint

    changes = {"dep": {"arguments": "any"}}  # the program leaves words their two subjects
    changes |= {"chunk": {"decoder": "crf"}} if "CRF" in body else {}
    tasks = {name: {**keys, **changes.get(name, {})} for name, keys in TASKS.items()}
    model = tiny_model(changes=changes) if body.startswith("bilstm") else tiny_transformer(body, tasks=tasks)
    checkpoint.save(model, tmp_path / "model")
    assert main(["export", str(tmp_path / "model"), "--output", str(tmp_path / "graphs")]) == 0
    assert re.fullmatch(r".*graphs  0\.[0-9] MB\n", capsys.readouterr().out)

    done = subprocess.run(
        [sys.executable, "-c", program_of(tmp_path / "graphs")], cwd=tmp_path / "graphs", capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    predictor = jmt.load(tmp_path / "model").predictor
    expected = predictor.annotate([WORDS], ["xpos", "chunk", "dep"])[0]
    assert lines[0] == " ".join(WORDS)
    assert lines[1] == "xpos: " + " ".join(expected["xpos"].labels)
    assert without_codes(lines[2].removeprefix("chunk: ").split()) == without_codes(expected["chunk"].labels)
    arcs = [line.split() for line in lines[lines.index("Stop !") + 3 :]]
    assert [form for form, _, _ in arcs] == [*WORDS, "Stop", "!"]
    for (_, head, deprel), best, given in zip(
        arcs, expected["dep"].tree.head_ids, expected["dep"].tree.deprels, strict=False
    ):
        assert int(head) != best or deprel == given or "root" in (deprel, given)


def without_codes(labels: list[str]) -> list[str]:
    """Types of spans: IOBES and IOB2 say the same of them."""
    return [label.partition("-")[2] for label in labels]


def test_exporting_imports_no_torch(tmp_path: Path):
    words = ["export", "en_jmt_sm", "--output", str(tmp_path / "out")]
    loaded = modules_after(f"from jmt.cli.main import main\nassert main({words}) == 0")

    assert "onnx" in loaded
    assert loaded & {"torch", "transformers", "spacy", "datasets", "onnxruntime"} == set()


def test_a_model_that_is_not_there_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["export", str(tmp_path / "nothing"), "--output", str(tmp_path / "out")]) == 1
    (line,) = capsys.readouterr().err.splitlines()

    assert line.startswith("jmt: error: ")
    assert not (tmp_path / "out").exists()
