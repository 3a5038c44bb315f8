"""What `jmt train` cannot work with is refused in one message that names the place, and nothing is left behind."""

from __future__ import annotations

import errno
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from jmt.cli.main import main
from jmt.files.atomic import replace_folder
from jmt.network import checkpoint
from jmt.runs import run_folder
from tests.assets.tiny_corpus import write_tiny_corpus

Refuse = Callable[..., str]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A configuration that trains, until a test breaks it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JMT_CORPORA", raising=False)
    threads, mode = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    yield write_tiny_corpus(tmp_path / "corpus")
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode(mode)


@pytest.fixture
def refuse(tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]) -> Refuse:
    """Train; see that it is refused with an exit code and that nothing came of it; return the message."""

    def run(code: int, *options: str) -> str:
        runs = tmp_path / "runs"
        assert main(["train", str(config), "--output", str(runs / "new"), *options]) == code
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("jmt: error: ")
        assert "Traceback" not in captured.err
        assert not list(runs.glob("*"))
        assert not list(runs.glob(".*"))
        return captured.err

    return run


ROW = "{}\tx\t_\tNOUN\tNN\t_\t{}\tdep\t_\tChunk=O\n"
SICK = "pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment\n"
PAIR = "{}\tA cat\tA dog\t{}\tNEUTRAL\n"

BROKEN: dict[str, tuple[str, bytes, str]] = {
    "empty": ("train.conllu", b"", "train.conllu: the file is empty"),
    "not UTF-8": ("train.conllu", b"# fine\n# \xff\n", "train.conllu:2: not UTF-8: byte 0xff is byte 3 of the line"),
    "too few columns": ("dev.conllu", b"# c\n1\tx\n\n", "dev.conllu:2: 2 columns"),
    "cycle": ("train.conllu", (ROW.format(1, 2) + ROW.format(2, 1) + "\n").encode(), "train.conllu:1: "),
    "two roots": ("train.conllu", (ROW.format(1, 0) + ROW.format(2, 0) + "\n").encode(), "train.conllu:"),
    "no root": ("train.conllu", (ROW.format(1, 1) + "\n").encode(), "train.conllu:1: "),
    "head out of range": ("train.conllu", (ROW.format(1, 0) + ROW.format(2, 7) + "\n").encode(), "train.conllu:2: "),
    "no header": ("train.tsv", PAIR.format(1, 3).encode(), "train.tsv:1: "),
    "score out of range": ("train.tsv", (SICK + PAIR.format(1, 3) + PAIR.format(2, 6)).encode(), "train.tsv:3: "),
    "no score": ("dev.tsv", (SICK + PAIR.format(1, "much")).encode(), "dev.tsv:2: "),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_corpus_is_refused_at_its_line(refuse: Refuse, config: Path, name: str):
    file, content, message = BROKEN[name]
    for table in ("train.tsv", "dev.tsv"):
        (config.parent / table).write_text(SICK + PAIR.format(1, 3) + PAIR.format(2, 4), encoding="utf-8")
    (config.parent / file).write_bytes(content)

    found = refuse(1, "--set", 'corpora.pairs.reader="sick"', "--set", "corpora.pairs.score_range=[1, 5]")
    assert f"{config.parent}/{message}" in found


def test_a_corpus_that_is_a_folder_or_not_there_is_refused_with_where_was_looked(refuse: Refuse, tmp_path: Path):
    missing = refuse(1, "--set", 'corpora.trees.train="nowhere.conllu"', "--corpora", str(tmp_path))
    assert "nowhere.conllu (train) was not found; looked in " in missing
    assert "--corpora" in missing

    folder = refuse(1, "--set", f'corpora.trees.train="{tmp_path}"', "--corpora", str(tmp_path))
    assert f"(train): {tmp_path}: this is a folder, where a file is read" in folder


def test_a_known_corpus_that_is_not_here_is_refused_with_how_to_get_it(refuse: Refuse, tmp_path: Path):
    found = refuse(1, "--set", 'task.dep.corpus="gum"', "--corpora", str(tmp_path))

    assert f"looked in {tmp_path}/gum, {tmp_path}/cache/jmt/corpora/gum" in found
    assert "get it with `jmt corpora fetch gum`, or point --corpora or JMT_CORPORA at" in found


@pytest.mark.parametrize(
    ("edit", "code", "message"),
    [
        ("training.epoch=3", 2, "training.epoch: unknown key; valid keys here: schedule, "),
        ("task.dep.colum='x'", 2, "task.dep.colum: unknown key; valid keys of a parser: "),
        (
            "colour='red'",
            2,
            "colour: unknown key; valid keys here: language, seed, encoder, corpora, task, sharing, training",
        ),
        ("task.xpos.reads=['dep']", 2, "task.xpos.reads: `dep` is on level 3, not below `xpos` on level 1"),
        ("task.dep.reads=['xpos', 'chunks']", 2, "task.dep.reads: there is no task `chunks`; tasks here: xpos, chunk"),
        ("task.dep.kind='tree'", 2, "task.dep.kind = 'tree': known kinds are segmenter, tagger, parser"),
        ("training.epochs=0", 2, "training.epochs = 0: "),
        ("task.xpos.corpus='newt'", 2, "no corpus is called 'newt': known are conll2000, ewt"),
        ("task.xpos.column='tag'", 2, "has no column 'tag' to learn from; columns with values are "),
        ("corpora.trees={}", 2, "corpora.trees: nothing says where this corpus is: give the `folder` of a treebank"),
        ("language='English'", 2, "language = 'English': no code of two or three small letters, such as 'en'"),
    ],
)
def test_a_configuration_with_a_mistake_is_refused_by_the_key(refuse: Refuse, edit: str, code: int, message: str):
    assert message in refuse(code, "--set", edit)


def test_an_output_folder_that_exists_is_left_as_it_is(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run = tmp_path / "mine"
    run.mkdir()
    for content in ((), ("notes.txt",)):
        for name in content:
            (run / name).write_text("mine")
        assert main(["train", str(config), "--output", str(run)]) == 2
        captured = capsys.readouterr()
        assert f"{run}: exists already; choose another --output, or continue that run with --resume" in captured.err
        assert [path.name for path in run.iterdir()] == list(content)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_an_output_that_is_a_file_or_cannot_be_made_is_refused(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "file").write_text("mine")
    for place in ("file", "file/run"):
        assert main(["train", str(config), "--output", str(tmp_path / place)]) in (1, 2)
        captured = capsys.readouterr()
        assert str(tmp_path / "file") in captured.err
        assert "Traceback" not in captured.err
    assert (tmp_path / "file").read_text() == "mine"


def test_a_full_disk_ends_training_with_how_to_go_on(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    saved: list[Path] = []

    def replace_once(target: Path, write: Callable[[Path], None]) -> None:
        if saved:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        saved.append(target)
        replace_folder(target, write)

    monkeypatch.setattr(run_folder, "replace_folder", replace_once)
    words = ["train", str(config), "--output", str(tmp_path / "run"), "--device", "cpu", "--set", "training.epochs=1"]
    assert main(words) == 1
    told = capsys.readouterr().err
    assert told.endswith(f"jmt: error: {tmp_path}/run/last: No space left on device\n")
    assert f"{tmp_path}/run/last is whole; make room on the disk, then continue with: " in told
    monkeypatch.undo()
    assert main(shlex.split(told.partition("continue with: ")[2].splitlines()[0])[1:]) == 0


def start(config: Path, run: Path, **pipes: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "jmt.cli.main", "train", str(config), "--output", str(run)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([*command, "--set", "training.epochs=400"], env=environment, **pipes)  # type: ignore[call-overload, no-any-return]


def test_control_c_twice_ends_training_at_once_without_a_stack_trace(config: Path, tmp_path: Path):
    process = start(config, tmp_path / "run", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (tmp_path / "run" / "log.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert out == b""
    assert b"stopping after this step" in err
    assert b"Traceback" not in err
    assert checkpoint.load(tmp_path / "run" / "last").config.tasks


def test_a_log_that_nobody_reads_any_more_does_not_end_training(config: Path, tmp_path: Path):
    """As in `jmt train ... 2>&1 | head -1`, or when a terminal is gone."""
    process = start(config, tmp_path / "run", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    process.stderr.readline()
    process.stderr.close()
    deadline = time.monotonic() + 60
    log = tmp_path / "run" / "log.jsonl"
    while process.poll() is None and time.monotonic() < deadline:
        if log.exists() and '"epoch": 2' in log.read_text():
            break
        time.sleep(0.02)

    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 143
