"""`jmt annotate --output FILE` that is stopped, however that comes about, and gone on with to the same bytes."""

from __future__ import annotations

import argparse
import errno
import json
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jmt.annotate import writing
from jmt.cli.annotating import annotate
from jmt.cli.main import main
from jmt.cli.terminal import part
from jmt.errors import InputError
from jmt.network import checkpoint
from jmt.safety.leftovers import owned_while_used
from tests.assets.tiny_model import tiny_model

LINES = [f"Cat{number} saw a mat. Yes, it did, {'and ' * (number % 7)}ran.\n" for number in range(300)]


class Call:
    """A call of `jmt annotate` on two files."""

    def __init__(self, folder: Path, model: Path) -> None:
        self.folder, self.model = folder, model
        (folder / "one").write_text("".join(LINES[:120]))
        (folder / "two").write_text("".join(LINES[120:]))

    def words(self, output: str, *more: str) -> list[str]:
        inputs = [str(self.folder / "one"), str(self.folder / "two")]
        return ["annotate", *inputs, "--model", str(self.model), "--output", str(self.folder / output), *more]

    def __call__(self, output: str, *more: str) -> int:
        return main(self.words(output, *more))

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def call(tmp_path: Path, tiny_checkpoint: Path) -> Call:
    return Call(tmp_path, tiny_checkpoint)


def stopping(monkeypatch: pytest.MonkeyPatch, form: str, after: int, error: BaseException) -> None:
    """Let the writer of a format raise an error once it has written so many documents."""
    write, counted = writing.WRITERS[form], iter(range(after))

    def writer(*values: Any) -> str:
        if next(counted, None) is None:
            raise error
        return write(*values)

    monkeypatch.setitem(writing.WRITERS, form, writer)


@pytest.mark.parametrize(
    ("form", "more", "after"),
    [("conllu", [], 1), ("conllu", [], 299), ("jsonl", [], 130), ("tree", ["--tasks", "dep"], 61)],
)
def test_what_was_stopped_is_gone_on_with_to_the_same_bytes(
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    form: str,
    more: list[str],
    after: int,
):
    assert call("whole", "--to", form, *more) == 0
    with monkeypatch.context() as patch:
        stopping(patch, form, after, KeyboardInterrupt())
        assert call("out", "--to", form, *more) == 130
    assert call.names() == ["one", "out.part", "out.part.json", "two", "whole"]
    err = capsys.readouterr().err.splitlines()
    assert err[0] == f"jmt: {after} documents are kept in {call.folder / 'out.part'}; go on with:"
    assert err[1].endswith("--resume")
    with (call.folder / "out.part").open("a") as stream:
        stream.write("half a docum" * 100_000)  # what a kill may leave behind the last whole one
    assert main(err[1].split()[1:]) == 0

    assert call.names() == ["one", "out", "two", "whole"]
    assert (call.folder / "out").read_bytes() == (call.folder / "whole").read_bytes()
    assert f"going on after {after} documents" in capsys.readouterr().err


SLOWLY = """
import sys, time
from jmt.annotate import writing
from jmt.cli.terminal import part
from jmt.cli.main import main
part.SAVE_SECONDS = 0
write = writing.WRITERS["conllu"]
writing.WRITERS["conllu"] = lambda *values: (time.sleep(0.02), write(*values))[1]
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_a_part_to_go_on_with(call: Call, number: signal.Signals):
    state = call.folder / "out.part.json"
    command = [sys.executable, "-c", SLOWLY, *call.words("out")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            if state.exists() and json.loads(state.read_text())["written"]["documents"] > 2:
                break
            time.sleep(0.02)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    if number == signal.SIGTERM:
        assert process.returncode == 143
        assert "documents are kept" in err
        assert err.endswith("jmt: ended by SIGTERM\n")
    assert not (call.folder / "out").exists()
    assert call("out", "--resume") == 0
    assert call("whole") == 0

    assert call.names() == ["one", "out", "two", "whole"]
    assert (call.folder / "out").read_bytes() == (call.folder / "whole").read_bytes()


def test_a_full_disk_is_told_with_the_place_and_the_part_stays(
    call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    written = part.Part.write

    def write(self: part.Part, text: str, size: int) -> None:
        if self.written.documents == 3:
            with part.saying_where(self.path):
                raise OSError(errno.ENOSPC, "No space left on device")
        written(self, text, size)

    monkeypatch.setattr(part.Part, "write", write)

    assert call("out") == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"jmt: error: {call.folder / 'out.part'}: No space left on device"
    )
    assert call.names() == ["one", "out.part", "out.part.json", "two"]


def test_what_going_on_would_not_mend_leaves_no_part(call: Call, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        stopping(patch, "conllu", 5, InputError("the input is wrong"))
        assert call("out") == 1
    assert call.names() == ["one", "two"]

    with monkeypatch.context() as patch:
        stopping(patch, "conllu", 5, MemoryError())
        assert call("out") == 1
    assert call.names() == ["one", "out.part", "out.part.json", "two"]


def test_what_is_written_anew_keeps_the_rights_of_what_stood_there(call: Call):
    (call.folder / "out").touch(mode=0o600)
    (call.folder / "one").write_text(LINES[0])
    (call.folder / "two").write_text(LINES[1])

    assert call("out") == 0
    assert (call.folder / "out").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "words",
    [
        ["a b", "--model", "m", "--output", "o"],
        ["a", "--url", "http://there", "--from", "jsonl", "--to", "jsonl", "--confidences", "--output", "o"],
        ["a", "b", "--model", "m", "--tasks", "", "--threads", "3", "--device", "cpu", "--output", "o", "--to", "tree"],
    ],
)
def test_the_command_that_goes_on_asks_for_the_same(words: list[str]):
    parser = argparse.ArgumentParser()
    annotate.add_arguments(parser)
    asked = parser.parse_args(words)
    again = parser.parse_args(shlex.split(annotate.going_on(asked))[2:])

    assert vars(again) == {**vars(asked), "resume": True}


def test_files_whose_names_look_like_options_are_gone_on_with_as_files():
    parser = argparse.ArgumentParser()
    annotate.add_arguments(parser)
    asked = parser.parse_args(["--model", "m", "--output=--odd", "--", "-x", "--to"])
    again = parser.parse_args(shlex.split(annotate.going_on(asked))[2:])

    assert (again.inputs, again.output, again.to) == (["./-x", "./--to"], "./--odd", "conllu")


def other_input(call: Call) -> None:
    (call.folder / "two").write_text("Another text.\n")


def other_model(call: Call) -> None:
    call.model = call.folder / "model"
    checkpoint.save(tiny_model(seed=2), call.model)


REFUSED: dict[str, tuple[Callable[[Call], object], list[str], str]] = {
    "another input": (other_input, ["--resume"], "changed since are inputs"),
    "another model": (other_model, ["--resume"], "changed since are model"),
    "another option": (lambda call: None, ["--resume", "--tasks", "xpos"], "changed since are tasks"),
    "another format": (lambda call: None, ["--resume", "--to", "jsonl"], "changed since are to"),
    "docbin": (lambda call: None, ["--resume", "--to", "docbin"], "--to docbin is written as a whole"),
    "shortened": (lambda call: (call.folder / "out.part").write_text(""), ["--resume"], "shorter than it was"),
    "no state": (lambda call: (call.folder / "out.part.json").write_text("{}"), [], "does not say what a part"),
    "not ours": (lambda call: (call.folder / "out.part.json").unlink(), [], "this file is not ours"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_part_is_gone_on_with_only_as_it_was_begun(
    call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
):
    change, more, message = REFUSED[name]
    with monkeypatch.context() as patch:
        stopping(patch, "conllu", 5, KeyboardInterrupt())
        call("out")
    change(call)
    before = {path: path.read_bytes() for path in call.folder.iterdir() if path.is_file()}
    capsys.readouterr()

    assert call("out", *more) in (1, 2)
    assert message in capsys.readouterr().err
    assert {path: path.read_bytes() for path in call.folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("words", [["-", "--output", "out"], ["one"]])
def test_what_is_read_or_written_only_once_is_not_gone_on_with(
    call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
):
    monkeypatch.chdir(call.folder)

    assert main(["annotate", *words, "--resume"]) == 2
    assert "only" in capsys.readouterr().err


def test_a_part_is_begun_anew_without_resume_but_not_taken_from_another_process(
    call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    with monkeypatch.context() as patch:
        stopping(patch, "conllu", 5, KeyboardInterrupt())
        call("out")
    with owned_while_used(call.folder / "out.part"):
        assert call("out") == 1
    assert "another process is writing here" in capsys.readouterr().err
    assert call("out") == 0
    assert "are written anew; --resume would have gone on after them" in capsys.readouterr().err
    assert call("out", "--resume") == 0  # without a part it begins at the beginning
    assert "to go on from: beginning anew" in capsys.readouterr().err
    assert call.names() == ["one", "out", "two"]
