"""Whatever a user, a terminal or a disk can cause ends with a message and an exit code, never with a stack trace."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time

import pytest

from jmt.cli.terminal.console import format_table, guard, progress
from jmt.errors import CheckpointError, ConfigError, CorpusError


def raising(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ConfigError("unknown key `x`"), 2, "jmt: error: unknown key `x`\n"),
        (CheckpointError("truncated"), 1, "jmt: error: truncated\n"),
        (CorpusError("two roots", "a.conllu", 3), 1, "jmt: error: a.conllu:3: two roots\n"),
        (PermissionError(13, "Permission denied", "out"), 1, "jmt: error: out: Permission denied\n"),
        (MemoryError(), 1, "jmt: error: too little memory\n"),
        (KeyboardInterrupt(), 130, "jmt: interrupted\n"),
    ],
)
def test_a_foreseen_error_becomes_a_message_and_an_exit_code(
    error: BaseException, code: int, message: str, capsys: pytest.CaptureFixture[str]
):
    assert guard(lambda: raising(error)) == code
    assert capsys.readouterr().err == message


def test_a_fault_of_ours_keeps_its_stack_trace():
    with pytest.raises(ZeroDivisionError):
        guard(lambda: 1 // 0)


def test_a_command_that_works_passes_its_exit_code_on():
    assert guard(lambda: 0) == 0


def test_a_closed_pipe_ends_quietly():
    code = (
        "import sys; from jmt.cli.terminal.console import guard\n"
        "def flood():\n"
        "    while True: print('word ' * 100)\n"
        "sys.exit(guard(flood))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()

    assert process.wait(timeout=20) == 141
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


def test_control_c_ends_with_one_line():
    code = (
        "import sys, time; from jmt.cli.terminal.console import guard\n"
        "def wait():\n"
        "    print('ready', flush=True); time.sleep(30); return 0\n"
        "sys.exit(guard(wait))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)

        assert process.wait(timeout=20) == 130
        assert process.stderr.read() == b"jmt: interrupted\n"


def test_output_is_utf8_whatever_the_locale_says():
    code = "from jmt.cli.terminal.console import guard; guard(lambda: print('größer') or 0)"
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)

    assert result.stdout.decode("utf-8") == "größer\n"


def test_a_table_sets_numbers_to_the_right_and_text_to_the_left():
    table = format_table(["task", "f1", "count"], [["chunk", 0.5, 7], ["xpos", 0.91239, 1234]])

    assert table == "task       f1  count\nchunk  0.5000      7\nxpos   0.9124   1234"


def test_a_table_without_rows_is_its_header():
    assert format_table(["task", "f1"], []) == "task  f1"


def test_progress_is_silent_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]):
    assert list(progress(range(3), unit="sentence", about="reading")) == [0, 1, 2]
    assert capsys.readouterr().err == ""


def test_progress_on_a_terminal_shows_rate_and_time_left(monkeypatch: pytest.MonkeyPatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    assert list(progress(range(3), total=3, unit="sentence", about="reading")) == [0, 1, 2]
    assert "reading: 100%" in terminal.getvalue()
    assert "sentence/s" in terminal.getvalue()
