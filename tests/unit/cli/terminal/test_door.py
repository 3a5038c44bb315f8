"""Whatever a stranger named, and however it is repeated: no command lets it steer the terminal."""

from __future__ import annotations

import io
import logging
import sys
from pathlib import Path

import pytest

from jmt.cli.main import main
from jmt.cli.terminal.console import guard, redraw, say, show, show_fault, weighed_progress
from jmt.cli.terminal.output import open_output, write_data
from jmt.errors import CorpusError

EVIL = "\x1b]0;mine\x07\x9b2J\u202egpj"
SHOWN = r"\x1b]0;mine\x07\u009b2J\u202egpj"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def toml(text: str) -> str:
    """A text as a string of TOML, which has escapes for what may not stand in it."""
    return '"' + "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text) + '"'


COMMANDS = {
    "command": lambda folder: [f"train{EVIL}"],
    "option": lambda folder: ["check", f"--{EVIL}", "x"],
    "choice": lambda folder: ["annotate", "--to", EVIL],
    "number": lambda folder: ["annotate", "--threads", EVIL],
    "file name": lambda folder: ["annotate", str(folder / f"no{EVIL}")],
    "name in other bytes": lambda folder: ["annotate", f"{folder}/no\udce9{EVIL}"],
    "model": lambda folder: ["info", EVIL],
    "corpus": lambda folder: ["corpora", "show", EVIL],
    "packaged name": lambda folder: ["init", EVIL],
    "--set": lambda folder: ["check", "jmt2017", "--set", f"{EVIL}=1"],
    "key of TOML": lambda folder: ["check", str(folder / "key.toml")],
    "encoder.kind": lambda folder: ["check", str(folder / "kind.toml")],
    "corpus in TOML": lambda folder: ["check", str(folder / "corpus.toml")],
    "TSV": lambda folder: ["compare", "--pairs", str(folder / "pairs.tsv")],
    "CoNLL-U": lambda folder: ["annotate", "--from", "conllu", str(folder / "tags.conllu")],
    "jsonl key": lambda folder: ["annotate", "--from", "jsonl", str(folder / "keys.jsonl")],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_usage_error_and_no_message_steers_the_terminal(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.toml").write_text(f"{toml(EVIL)} = 1\n")
    (tmp_path / "kind.toml").write_text(f"[encoder]\nkind = {toml(EVIL)}\n")
    task = f'[task.xpos]\nkind = "tagger"\nlevel = 1\ncolumn = "xpos"\ncorpus = {toml(EVIL)}\n'
    (tmp_path / "corpus.toml").write_text(task)
    (tmp_path / "pairs.tsv").write_text(f"first\tsecond\trelatedness\nA\tB\t{EVIL}\n")
    (tmp_path / "tags.conllu").write_text(f"{EVIL}\ta\t_\t_\t_\t_\t_\t_\t_\t_\n\n")
    (tmp_path / "keys.jsonl").write_text('{"\\u001b]0;mine\\u0007": "\\u202e"}\n')
    try:
        code = main(COMMANDS[name](tmp_path))
    except SystemExit as end:  # argparse leaves so
        code = int(end.code or 0)
    out, err = capsys.readouterr()

    assert code != 0
    assert "Traceback" not in err
    assert not set(out + err) & set("\x1b\x07\x9b\u202e\r")
    assert r"\x1b" in out + err


def test_logs_messages_and_stack_traces_leave_by_the_door(capsys: pytest.CaptureFixture[str]):
    def command() -> int:
        handler = logging.StreamHandler(sys.stderr)
        handler.emit(logging.LogRecord("a", logging.ERROR, "b", 1, EVIL, None, None))
        say(f"\r{EVIL}")
        redraw(EVIL)
        show(EVIL)
        raise CorpusError(EVIL, f"a\n{EVIL}", 3)

    before = sys.stdout, sys.stderr
    assert guard(command) == 1
    error = ValueError(EVIL)
    show_fault(type(error), error, None)
    out, err = capsys.readouterr()

    assert (sys.stdout, sys.stderr) == before
    assert out == f"{SHOWN}\n"
    assert err.count(SHOWN) == 6
    assert err.count("\r") == 1  # the line that is drawn anew
    assert rf"jmt: error: a\n{SHOWN}:3: {SHOWN}" in err
    assert not set(err) & set("\x1b\x07\x9b\u202e")


def test_a_bar_shows_what_it_is_about_and_how_far_it_is(monkeypatch: pytest.MonkeyPatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    guard(lambda: len(list(weighed_progress("abc", lambda _: 2, total=6, unit="word", about=EVIL))) - 3)
    drawn = terminal.getvalue()

    assert SHOWN in drawn
    assert "100%" in drawn
    assert "word/s" in drawn
    assert not set(drawn) & set("\x07\x9b\u202e")


@pytest.mark.parametrize("is_terminal", [True, False])
def test_data_is_exact_in_a_file_or_pipe_and_printable_on_a_terminal(
    is_terminal: bool, monkeypatch: pytest.MonkeyPatch
):
    stdout = Terminal() if is_terminal else io.StringIO()
    monkeypatch.setattr(sys, "stdout", stdout)

    def command() -> int:
        write_data(f"{EVIL}\n")
        with open_output("-") as stream:
            stream.write(f"{EVIL}\tمی\u200cخواهم\n")
        return 0

    assert guard(command) == 0
    shown = SHOWN if is_terminal else EVIL
    assert stdout.getvalue() == f"{shown}\n{shown}\tمی\u200cخواهم\n"
