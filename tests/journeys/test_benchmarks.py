"""The measurements of `benchmarks/` still run: nothing else calls them, and the code that they measure moves on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import jmt.corpora
from tests.assets.raw_treebank import write_raw_treebank

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
EMBEDDED = Path(next(iter(jmt.corpora.__path__))) / "miniature"

pytestmark = pytest.mark.slow


def measure(script: str, *arguments: str | Path) -> list[str]:
    """Run one and give the lines it printed."""
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def test_the_cost_of_a_joint_step_is_measured_for_every_method_asked_for():
    lines = measure("joint_step.py", "--steps", "1", "--methods", "sum,upgrad")

    assert [line.split()[0] for line in lines] == ["plain", "sum", "upgrad"]


def test_every_way_to_train_together_that_is_asked_for_is_set_beside_the_task_alone(tmp_path: Path):
    arguments = ("--output", tmp_path / "planted", "--seeds", "2", "--only", "sum;cross_stitch")
    lines = measure("planted_relations.py", *arguments)
    rows = [line.strip("| ").split(" | ") for line in lines[2 : lines.index("")]]
    accuracy = {name: float(text.partition(" ")[0]) for name, text in rows}

    assert list(accuracy) == ["alone", "with chance alone", "sum", "cross_stitch"]
    assert min(accuracy["sum"], accuracy["cross_stitch"]) > accuracy["alone"] + 0.2
    judged = [line.strip("| ").partition(" | ")[0] for line in lines if " alone | few accuracy" in line]
    assert judged == ["sum - with chance alone", "cross_stitch - with chance alone", "with chance alone - alone"]
    assert measure("planted_relations.py", *arguments) == lines  # from what is there


def test_both_precisions_of_training_are_timed():
    lines = measure("training_precision.py", "--steps", "1", "--rounds", "1")

    assert [line.split()[0] for line in lines] == ["float32:", "bfloat16:", "bfloat16"]


def test_annotating_is_timed_and_each_line_is_what_it_is_alone(tiny_checkpoint: Path, tmp_path: Path):
    (tmp_path / "ewt").mkdir()
    shutil.copy(EMBEDDED / "dev.conllu", tmp_path / "ewt" / "en_ewt-ud-train.conllu")
    books = tmp_path / "raw" / "gutenberg"
    books.mkdir(parents=True)
    (books / "book.txt").write_text("It was a dark night.\n\nNobody spoke, and the dog slept.\n", encoding="utf-8")

    sizes = ("--lines", "40", "--rounds", "1", "--sample", "10")
    lines = measure("annotate_speed.py", "--model", tiny_checkpoint, "--corpora", tmp_path, *sizes)

    assert lines[0].startswith("40 distinct lines")
    assert any(line.startswith("words per second:") for line in lines)
    assert lines[-1] == "0 of 10 sampled lines differ from the same line annotated alone"


def test_the_cost_of_http_is_measured_for_every_size_of_request(tiny_checkpoint: Path):
    if not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2:
        pytest.skip("server and clients get a core each")
    server, client, *_ = sorted(os.sched_getaffinity(0))
    cores = ("--server-cores", server, "--client-core", client)
    lines = measure(
        "serve_throughput.py", "--model", tiny_checkpoint, "--texts", "40", "--rounds", "1", *map(str, cores),
        "--least-8", "0", "--least-1", "0",
    )  # fmt: skip

    rows = [line for line in lines if line.startswith(("in process", "8 sentences", "1 sentence", "alone"))]
    assert [row[:12].strip() for row in rows] == ["in process", "8 sentences", "1 sentence", "alone"]
    assert rows[0].split()[3] == "1.00"


def test_steadiness_is_counted_for_every_task_of_a_model(tmp_path: Path):
    train = [sys.executable, "-m", "jmt.cli.main", "train", "demo", "--output", str(tmp_path / "run")]
    subprocess.run([*train, "--set", "training.epochs=1"], check=True, capture_output=True, timeout=600)

    lines = measure("steadiness.py", "--model", tmp_path / "run", "--corpora", tmp_path, "--threads", "1")

    alone = [line for line in lines if line.startswith("alone or in a batch: ")]
    assert {line.split(": ")[1] for line in alone} == {"xpos", "feats", "lemma", "chunk", "dep"}
    assert all(": 0 of " in line for line in alone)


def test_every_line_of_the_measurement_on_a_gpu_runs_on_a_cpu():
    lines = measure("gpu.py", "--device", "cpu", "--quick")

    assert lines[2].endswith("; weights are the same bits")
    assert sum(": words per second: sentences to labels" in line for line in lines) == 2
    assert lines[-1].endswith(" seconds; all as it must be")


def test_without_a_gpu_nothing_is_measured_and_nothing_fails():
    if torch.cuda.is_available():
        pytest.skip("there is one")
    assert measure("gpu.py") == ["no GPU here: nothing was run"]


def test_learned_and_ruled_splitting_are_timed_side_by_side(tmp_path: Path):
    config = write_raw_treebank(tmp_path / "corpus")
    options = [
        "--output",
        str(tmp_path / "run"),
        "--device",
        "cpu",
        "--tasks",
        "segmenter",
        "--set",
        "training.epochs=1",
    ]
    done = subprocess.run([sys.executable, "-m", "jmt", "train", str(config), *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (tmp_path / "text.txt").write_text("the cat sees a dog.\n\nthe dog likesa cat.\n" * 20, encoding="utf-8")

    lines = measure("segmenter_speed.py", "--model", tmp_path / "run", "--text", tmp_path / "text.txt", "--rounds", "1")

    assert [line.split()[:2] for line in lines[1:]] == [
        ["learned", "1"],
        ["rules", "1"],
        ["learned", "40"],
        ["rules", "40"],
    ]
