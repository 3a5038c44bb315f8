"""The examples of the documents are carried out as they stand, and print what the documents show.

A page is walked through from its top, in a folder of its own, as a reader would: files are written, commands run,
Python goes on where the block before it ended.  The models are those that ship; the service is a running one.
CONTRIBUTING.md says how a page marks its blocks.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from runpy import run_path

import httpx
import pytest

import jmt
from jmt.cli.main import COMMANDS
from tests.assets.documents import DOCS, PAGES, Block, blocks, name_of
from tests.assets.live_service import live
from tests.assets.shell_examples import ADDRESS, Shell, examples, write_file
from tests.assets.shown_output import shows

EXECUTED = ("python", "console")

WALKED = [
    page for page in PAGES if page.name != "CONTRIBUTING.md" and any(b.language in EXECUTED for b in blocks(page))
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with live(jmt.load("en_jmt_sm", device="cpu")) as service:
        yield service.url


@pytest.mark.parametrize("page", WALKED, ids=name_of)
def test_the_examples_of_a_page_do_what_it_says(
    page: Path,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    walk = Walk(tmp_path, Shell(monkeypatch, url), capsys)

    for block in blocks(page):
        walk.take(block)


class Walk:
    """One reader's way through a page."""

    def __init__(self, folder: Path, shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.shell, self.capsys = folder, shell, capsys
        self.names: dict[str, object] = {}
        self.printed: str | None = None
        """What the Python block right before has printed."""

    def take(self, block: Block) -> None:
        """Do with a block what a reader would."""
        if (name := block.mark("file")) is not None:
            write_file(self.folder, name, block.body)
        elif block.language == "console":
            for example in examples(block.body):
                self.run_command(example.command, example.expected, block)
        elif block.language == "text" and block.follows and self.printed is not None:
            assert shows(block.body, self.printed), f"shown:\n{block.body}\nprinted:\n{self.printed}"
        self.printed = self.run_python(block) if block.language == "python" else None

    def run_python(self, block: Block) -> str:
        """Execute a block, with the names that earlier ones left."""
        script = self.folder / "example.py"
        script.write_text(block.body.replace(ADDRESS, self.shell.url), encoding="utf-8")
        if "own process" in block.marks:  # it starts others, which read the file again
            ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
            assert ran.returncode == 0, ran.stderr
            return ran.stdout
        self.names = {name: value for name, value in run_path(str(script), self.names).items() if name[:2] != "__"}
        return self.capsys.readouterr().out

    def run_command(self, command: str, expected: str, block: Block) -> None:
        """Run a command, and compare what it prints to stdout, to stderr, or to both."""
        code = self.shell.run(command)
        out, err = self.capsys.readouterr()

        assert (code != 0) == ("fails" in block.marks), f"{command}: {code}\n{err}"
        any_numbers = "any numbers" in block.marks
        seen = [out, err, out + err, err + out]
        assert any(shows(expected, text, any_numbers=any_numbers) for text in seen), f"{command}\n{out}\n{err}"


def test_an_output_that_is_not_the_one_shown_is_noticed():
    shown = "task  score\n...\nupos  0.9621"

    assert shows(shown, "task  score\nxpos 0.95\nupos   0.9604\n")
    assert not shows(shown, "task  score\nxpos 0.95\nupos   0.90\n")
    assert not shows(shown, "task  score\nupos  0.9621\nand more\n")
    assert not shows("1 She PRON 2", "1 She PRON 3")
    assert shows('{"name": "...",\n "p": 0.99}', '{"name": "x", "p": 0.9912345}')
    assert not shows('{"name": "...", "p": 0.99}', '{"name": "x", "p": 0.99, "more": 1}')


def test_the_http_reference_lists_every_path(url: str):
    declared = httpx.get(f"{url}/openapi.json").json()["paths"]
    page = (DOCS / "reference" / "http.md").read_text(encoding="utf-8")

    assert declared
    assert [path for path in declared if f"{path}`" not in page] == []


def test_every_flag_shown_is_one_of_its_command():
    """Blocks `sh` are not run, since they train for minutes or build images; what they ask for exists at least."""
    from docs.generate.command_line import parser_of

    flags: dict[str, set[str]] = {}
    wrong = []
    for page in PAGES:
        shell = [block.body.replace("\\\n", " ") for block in blocks(page) if block.language in ("sh", "")]
        for line in "\n".join(shell).splitlines():
            for command, arguments in re.findall(r"\bjmt (\w+)([^|&#;]*)", line):
                if command in COMMANDS:
                    known = flags.setdefault(command, all_flags(parser_of(command)))
                    wrong += [
                        f"{name_of(page)}: jmt {command} {flag}"
                        for flag in re.findall(r"(?<!\S)--[\w-]+", arguments)
                        if flag not in known
                    ]

    assert wrong == []


def all_flags(parser: object) -> set[str]:
    """Return the flags of a command and of the actions below it."""
    found = set()
    for action in parser._actions:  # type: ignore[attr-defined]
        found.update(action.option_strings)
        for below in (action.choices or {}).values() if isinstance(action.choices, dict) else ():
            found |= all_flags(below)
    return found
