"""`jmt serve` before it serves: help, and what it refuses."""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys

import pytest

from jmt.cli.annotating.serve import add_arguments, names_in
from jmt.cli.main import main
from jmt.serve.settings import flag_of, help_of, variable_of


def test_help_names_every_limit_with_its_flag_default_and_variable(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--help"])

    assert ended.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    for name, default, meaning in help_of():
        assert flag_of(name) in said
        assert f"{meaning} (default {default:,}; {variable_of(name)})" in said


def test_help_imports_neither_torch_nor_the_libraries_of_the_service():
    code = (
        "import sys\nfrom jmt.cli.main import main\n"
        "try: main(['serve', '--help'])\nexcept SystemExit: pass\n"
        "assert not {'torch', 'starlette', 'uvicorn', 'pydantic', 'orjson'} & set(sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL).returncode == 0


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--port", "70000"], "--port"),
        (["--port", "-1"], "--port"),
        (["--threads", "0"], "--threads"),
        (["--workers", "0"], "--workers"),
        (["--max-texts", "0"], "--max-texts"),
    ],
)
def test_a_number_out_of_range_is_a_usage_error(flags: list[str], named: str, capsys: pytest.CaptureFixture[str]):
    assert main(["serve", "--model", "none", *flags]) == 2
    assert capsys.readouterr().err.startswith(f"jmt: error: {named} is")


def test_a_variable_that_is_no_number_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JMT_MAX_TEXTS", "many")

    assert main(["serve", "--model", "none"]) == 2
    assert "JMT_MAX_TEXTS" in capsys.readouterr().err


def test_a_missing_library_is_answered_with_the_extra_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "starlette", None)

    assert main(["serve", "--model", "none"]) == 1
    said = capsys.readouterr().err
    assert "needs starlette" in said
    assert "pip install 'jmt[serve]'" in said


def test_a_model_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str], tmp_path):
    assert main(["serve", "--model", str(tmp_path / "nothing"), "--port", "0"]) == 1

    loading, error, *_ = capsys.readouterr().err.splitlines()
    assert loading == f"jmt: loading {tmp_path / 'nothing'}"
    assert error.startswith("jmt: error: ")


def test_others_are_not_let_in_without_keys(capsys: pytest.CaptureFixture[str]):
    assert main(["serve", "--model", "none", "--host", "0.0.0.0", "--port", "0"]) == 2
    said = capsys.readouterr().err
    assert "--api-key-file" in said
    assert "--insecure-no-auth" in said


def test_a_new_key_is_shown_once_and_only_its_hash_is_for_the_file(capsys: pytest.CaptureFixture[str]):
    assert main(["serve", "--new-key", "reader"]) == 0
    made = capsys.readouterr()
    key = made.err.split()[-1]
    assert made.out == f"reader sha256:{hashlib.sha256(key.encode()).hexdigest()}\n"


def test_a_file_of_keys_may_be_named_by_a_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path
):
    monkeypatch.setenv("JMT_API_KEY_FILE", str(tmp_path / "keys"))

    assert main(["serve", "--model", "none"]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "variable", "names"),
    [
        ([], None, []),
        ([], "a,b", ["a", "b"]),
        (["--allowed-hosts", "c"], "a,b", ["c"]),
        (["--allowed-hosts", ""], "a,b", []),
    ],
)
def test_the_hosts_that_are_answered_are_those_of_the_flag_or_else_of_the_variable(
    flags: list[str], variable: str | None, names: list[str], monkeypatch: pytest.MonkeyPatch
):
    if variable is not None:
        monkeypatch.setenv("JMT_ALLOWED_HOSTS", variable)
    parser = argparse.ArgumentParser()
    add_arguments(parser)

    assert names_in(parser.parse_args(flags)) == names


def test_a_host_that_is_none_is_refused_before_the_model_is_loaded(capsys: pytest.CaptureFixture[str]):
    assert main(["serve", "--model", "none", "--port", "0", "--allowed-hosts", "http://a"]) != 0

    assert "--allowed-hosts: 'http://a' is no name of a host" in capsys.readouterr().err
