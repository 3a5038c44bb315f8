"""The commands of a `console` block, carried out in this process: `jmt`, `echo ... |`, `curl`, and files from `>`."""

from __future__ import annotations

import io
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from jmt.cli.main import main

ADDRESS = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Example:
    """A command as it is shown, and what it is said to print."""

    command: str
    expected: str


def examples(block: str) -> Iterator[Example]:
    """Yield the commands of a block, each after `$ `, with the lines up to the next."""
    command, shown = "", []  # type: ignore[var-annotated]
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield Example(command, "\n".join(shown))
            command, shown = line[2:], []
        elif command.endswith("\\"):
            command = command[:-1] + line
        else:
            shown.append(line)
    yield Example(command, "\n".join(shown))


@dataclass
class Shell:
    """Carries out commands as a reader's shell would, as far as the documents need one."""

    monkeypatch: pytest.MonkeyPatch
    url: str
    """Where the service really is that the documents call `http://127.0.0.1:8000`."""

    def run(self, command: str) -> int:
        """Carry out one command; its output goes to stdout and stderr."""
        words = shlex.split(command, comments=True)
        given = b""
        if "|" in words:
            place = words.index("|")
            assert words[0] == "echo", f"only `echo` stands before a pipe: {command}"
            given, words = (" ".join(words[1:place]) + "\n").encode(), words[place + 1 :]
        if words[0] == "curl":
            return self.curl(words[1:])
        assert words[0] == "jmt", f"a `console` block shows `jmt`, `echo ... | jmt` and `curl` alone: {command}"
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        try:
            return main(words[1:])
        except SystemExit as left:
            return int(left.code or 0)

    def curl(self, words: list[str]) -> int:
        """Ask the service as `curl URL -H HEADER ... -d BODY` would."""
        url, *rest = words
        headers = [value.split(": ", 1) for flag, value in zip(rest[::2], rest[1::2], strict=True) if flag == "-H"]
        bodies = [value for flag, value in zip(rest[::2], rest[1::2], strict=True) if flag == "-d"]
        sent = httpx.request(
            "POST" if bodies else "GET",
            url.replace(ADDRESS, self.url),
            headers=[(name, value) for name, value in headers],
            content="".join(bodies),
        )
        print(sent.text)
        return 0


def write_file(folder: Path, name: str, body: str) -> None:
    """Write a file that a page shows."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(body, encoding="utf-8")
