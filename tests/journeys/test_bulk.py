"""`jmt bulk` as a command: killed at any moment it ends with every line once; what is wrong is said in a line."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path

import pytest

from jmt.cli.main import main
from tests.assets.bulk_runs import MODEL, distinct_lines, done_shards, processes, results

LINES = distinct_lines(1500)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "in.txt").write_text("".join(f"{line}\n" for line in LINES))
    return tmp_path / "in.txt"


def test_killed_at_random_moments_it_ends_with_every_line_once_and_the_bytes_of_an_undisturbed_run(
    source: Path, tmp_path: Path
):
    words = [str(source), *MODEL, "--workers", "1", "--shard-bytes", "8000"]
    assert main(["bulk", *words, "--output", str(tmp_path / "whole")]) == 0
    out, moments = tmp_path / "out", random.Random(1)

    with processes() as started:
        for kill in range(3):
            with started.start(*words, "--output", str(out), "--resume") as process:
                before = done_shards(out)
                while process.poll() is None and done_shards(out) <= before:
                    time.sleep(0.01)
                time.sleep(moments.random() * 0.1)
                process.send_signal(signal.SIGTERM if kill == 1 else signal.SIGKILL)
                _, err = process.communicate(timeout=60)
            assert "Traceback" not in err
        code, err = started.run(*words, "--output", str(out), "--resume")

    assert code == 0
    assert "going on after" in err
    assert f"{len(LINES):,} documents" in err
    assert results(out) == results(tmp_path / "whole")
    texts = [json.loads(line)["text"] for content in results(out).values() for line in content.splitlines()]
    assert texts == LINES
    assert [path.name for path in out.rglob("*.jmt")] == []


def test_records_that_cannot_be_annotated_are_told_and_the_exit_code_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "in.jsonl").write_text('{"text":"A cat sat."}\nnope\n{"text":"A dog."}\n')
    out = tmp_path / "out"

    assert main(["bulk", str(tmp_path / "in.jsonl"), *MODEL, "--workers", "1", "--output", str(out)]) == 3

    said = capsys.readouterr().err
    assert "2 documents of 7 words" in said
    assert f"1 record could not be annotated: {out}/errors" in said
    (error,) = [json.loads(line) for line in (out / "errors" / "part-000000.jsonl").read_text().splitlines()]
    assert (error["line"], error["reason"]) == (2, "not JSON: Expecting value at character 1")


@pytest.mark.parametrize(
    ("words", "says", "code"),
    [
        (["in.txt", "--pairs"], "text has no pairs; jsonl, parquet, arrow, table may", 2),
        (["in.txt", "--pairs", "--to", "conllu"], "CoNLL-U has no place for pairs", 2),
        (["in.txt", "--confidences", "--to", "conllu"], "CoNLL-U has no place for them", 2),
        (["nosuch.txt"], "no such file or folder", 1),
        (["in.txt", "--tasks", "nosuch"], "no task `nosuch`", 1),
        (["in.txt", "--tasks", "relatedness"], "no task about single sentences is among the chosen ones", 1),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    words: list[str], says: str, code: int,
):  # fmt: skip
    monkeypatch.chdir(tmp_path)

    assert main(["bulk", *words, "--model", "en_jmt_sm", "--workers", "1", "--output", "out"]) == code
    assert says in capsys.readouterr().err
    assert not Path("out").exists() or os.listdir("out") == []
