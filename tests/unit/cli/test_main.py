"""`jmt` answers help, versions and usage errors at once, and finds every command that it lists."""

from __future__ import annotations

import importlib
import resource
import subprocess
import sys

import pytest

from jmt import __version__
from jmt.cli.main import COMMANDS, home_of, main


def run_jmt(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "jmt.cli.main", *words], capture_output=True, text=True)


def test_help_lists_every_command_on_stdout(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as leaving:
        main(["--help"])

    assert leaving.value.code == 0
    shown = capsys.readouterr().out
    assert all(about in shown for about in COMMANDS.values())


def test_help_answers_in_under_300_milliseconds():
    """Seconds of processor time: what a user waits for on an idle machine, and the same on a busy one."""

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run_jmt("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    seconds()  # the first run may write byte code
    assert min(seconds() for _ in range(5)) < 0.3


@pytest.mark.parametrize(
    "words", [["--help"], ["anotate"], ["annotate", "--no-such-option"], ["train"], ["serve", "--help"]]
)
def test_help_and_usage_errors_import_nothing_heavy(words: list[str]):
    code = (
        "import sys; from jmt.cli.main import main\n"
        f"try: main({words!r})\n"
        "except SystemExit as leaving: pass\n"
        "heavy = {'torch', 'spacy', 'datasets', 'transformers', 'pydantic', 'numpy', 'starlette'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert result.returncode == 0, result.stderr


def test_version_is_the_package_version(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as leaving:
        main(["--version"])

    assert leaving.value.code == 0
    assert capsys.readouterr().out == f"jmt {__version__}\n"


def test_no_command_shows_the_overview_and_is_a_usage_error(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    assert "commands:" in capsys.readouterr().err


def test_a_misspelt_command_is_met_with_the_nearest_one(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as leaving:
        main(["anotate"])

    assert leaving.value.code == 2
    assert "did you mean `jmt annotate`?" in capsys.readouterr().err


def test_a_command_like_no_other_is_met_with_all_of_them(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as leaving:
        main(["qqqq"])

    captured = capsys.readouterr()
    assert leaving.value.code == 2
    assert captured.out == ""
    assert all(command in captured.err for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_listed_exists_and_explains_itself(command: str, capsys: pytest.CaptureFixture[str]):
    module = importlib.import_module(home_of(command))
    with pytest.raises(SystemExit) as leaving:
        main([command, "--help"])

    assert leaving.value.code == 0
    assert (module.__doc__ or "").splitlines()[0] in capsys.readouterr().out.replace("\n", " ").replace("  ", " ")


def test_an_option_is_not_guessed_from_its_beginning(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as leaving:
        main(["init", "demo", "--out", "-"])

    assert leaving.value.code == 2


@pytest.mark.parametrize("module", ["jmt", "jmt.cli", "jmt.cli.main"])
def test_python_m_is_the_command_under_its_own_name(module: str):
    found = subprocess.run([sys.executable, "-m", module, "anotate"], capture_output=True, text=True)

    assert found.returncode == 2
    assert found.stderr.startswith("usage: jmt COMMAND")
    assert "did you mean `jmt annotate`?" in found.stderr


@pytest.mark.parametrize(
    ("words", "hinted"),
    [
        (["benchmark", "en_jmt_sm"], True),
        (["benchmark", "--model", "en_jmt_sm", "en_jmt_md"], False),  # one model was named
        (["benchmark", "--modle"], False),  # no name of a model
        (["methods", "en_jmt_sm"], False),  # takes none
    ],
)
def test_a_model_without_its_option_is_told_where_it_goes(
    words: list[str], hinted: bool, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as leaving:
        main(words)

    assert leaving.value.code == 2
    told = capsys.readouterr().err
    assert f"unrecognized arguments: {words[-1]}" in told
    assert ("a model goes behind --model, as in --model en_jmt_sm" in told) is hinted
