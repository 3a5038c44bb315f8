"""An environment that holds what `pip install jmt`, or `jmt[EXTRA]`, would bring, and nothing else of this machine.

Nothing is fetched: the distributions in the closure of the requirements are linked from where the tests run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from tests.assets.image_pip import closure, link, pins_of
from tests.repository.source import INSTALLED_AS, ROOT


class LightEnvironment:
    """A folder that stands for site-packages; processes in it see no other."""

    def __init__(self, folder: Path, *extras: str) -> None:
        self.folder, self.site = folder, folder / "site"
        self.site.mkdir()
        link(closure(requirements(*extras)), pins_of(ROOT / "constraints.txt"), self.site)
        for name, package in INSTALLED_AS.items():
            for path in (ROOT / name).iterdir():
                place = self.site / package.replace(".", "/") / path.name
                place.parent.mkdir(exist_ok=True)
                place.symlink_to(path)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start Python with these words in the environment, its streams to be read and written."""
        pipe = subprocess.PIPE
        variables = {"PYTHONPATH": str(self.site), "HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder)}
        return subprocess.Popen(
            [sys.executable, "-S", *words],  # -S: what is installed where the tests run is not seen
            cwd=self.folder,
            env={**os.environ, **variables, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            text=True,
            encoding="utf-8",
        )

    def python(self, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run Python with these words and `text` on its standard input."""
        process = self.start(*words)
        out, err = process.communicate(text, timeout=240)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def jmt(self, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command of the command line."""
        return self.python("-m", "jmt", *words, text=text)


def requirements(*extras: str) -> list[str]:
    """Return what pyproject.toml asks for without extras, and for each of these."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *(line for extra in extras for line in _lines_of(project, extra))]


def _lines_of(project: dict[str, dict[str, list[str]]], extra: str) -> Iterator[str]:
    """Yield the requirements of an extra, with those of the extras that it names."""
    for line in project["optional-dependencies"][extra]:
        requirement = Requirement(line)
        if requirement.name != "jmt":
            yield line
        for named in requirement.extras if requirement.name == "jmt" else ():
            yield from _lines_of(project, named)
