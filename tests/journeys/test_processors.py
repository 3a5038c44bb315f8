"""What ships annotates alike on every processor, and the measurement that says so sees what is more than a tie."""

from __future__ import annotations

import importlib.util
import json
import platform
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from jmt.network import checkpoint
from tests.assets.tiny_model import SENTENCES, tiny_model

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "processors.py"


@pytest.fixture(scope="module")
def processors() -> ModuleType:
    spec = importlib.util.spec_from_file_location("processors", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["processors"] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def test_the_shipped_model_annotates_alike_on_the_least_of_processors_and_says_once_that_it_has_no_bfloat16(
    processors: ModuleType, capfd: pytest.CaptureFixture[str]
):
    status = processors.main(["--sentences", "60", "--precision", "bfloat16"])

    printed = capfd.readouterr()
    assert status == 0, printed.out
    lines = printed.out.splitlines()
    assert lines[-1] == "nothing but ties differs"
    assert {line.split(":")[0] for line in lines[1:-1]} == {
        "xpos", "upos", "feats", "chunk", "lemma", "dep", "relatedness", "entailment"
    }  # fmt: skip
    if platform.machine() in ("x86_64", "AMD64"):  # elsewhere the variables mean nothing
        assert lines[0].endswith("float32")
        assert printed.err == "bfloat16 was asked for, but this processor has none: float32 is used\n"


def asked(processors: ModuleType, folder: Path) -> dict[str, Any]:
    """What the first process hands to the second."""
    sentences = [list(words) for words in SENTENCES[:4]]
    question = processors.Question(str(folder), sentences)
    answers = processors.answer(processors.load(str(folder)), question)
    return {
        "question": [str(folder), sentences, "float32"],
        "capability": "ALL",
        "answers": processors.as_json(answers),
    }


@pytest.mark.parametrize(
    ("task", "change"),
    [
        ("xpos", lambda labels: ["NN" if labels[0] != "NN" else "DT", *labels[1:]]),
        ("chunk", lambda labels: ["O" if labels[0] != "O" else "B-NP", *labels[1:]]),
        ("dep", lambda tree: [tree[0], ["obl" if tree[1][0] != "obl" else "det", *tree[1][1:]]]),
        ("entailment", lambda label: "neutral" if label != "neutral" else "entailment"),
    ],
)
def test_another_answer_is_seen_and_is_a_tie_only_where_the_model_has_no_preference(
    processors: ModuleType, tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], task, change
):
    undecided = tiny_model()
    with torch.no_grad():
        for parameter in undecided.heads[task].parameters():
            parameter.zero_()
    checkpoint.save(undecided, tmp_path / "undecided")
    for folder, status, last in ((tiny_checkpoint, 1, "more than a tie"), (tmp_path / "undecided", 0, "but ties")):
        known = json.loads(json.dumps(asked(processors, folder)))
        assert processors.compare(known) == 0
        known["answers"][task][0] = change(known["answers"][task][0])
        assert processors.compare(known) == status
        lines = capsys.readouterr().out.splitlines()
        assert last in lines[-1]
        assert any(line.startswith(f"{task}:") and ", 1 of " in line for line in lines)
