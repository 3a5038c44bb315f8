"""The image of `serve/deploy/Dockerfile` built without an engine: COPY and RUN happen in folders of this machine.

What differs from an engine: `pip` links what is installed here (`image_pip`), users are not made, and the base image's
files are those of this machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.assets.dockerfile import Stage, read_dockerfile, sent_to_engine
from tests.repository.source import ROOT

DOCKERFILE = ROOT / "serve" / "deploy" / "Dockerfile"
PIP = Path(__file__).with_name("image_pip.py")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info")


class Image:
    """The folders that stand for the image's root and its site-packages, and the commands that it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stages = read_dockerfile(DOCKERFILE)
        self.final = self.stages[-1]
        self.context = self._context()
        self.bin, self.site = folder / "python" / "bin", folder / "python" / "site"
        self.bin.mkdir(parents=True)
        self.site.mkdir()
        python = self.bin / "python"
        python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        for stage in self.stages:
            self._build(stage)

    def _context(self) -> Path:
        context = self.folder / "context"
        context.mkdir()
        for name in sent_to_engine(ROOT, DOCKERFILE.with_name("Dockerfile.dockerignore")):
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, context / name, ignore=LEFT_OUT)
            else:
                shutil.copy(ROOT / name, context / name)
        return context

    def root_of(self, stage: Stage) -> Path:
        """The folder that stands for the root of a stage's files."""
        return self.folder / f"root-{stage.name or 'final'}"

    def _build(self, stage: Stage) -> None:
        root = self.root_of(stage)
        root.mkdir()
        place = "/"
        for instruction in stage.instructions:
            if instruction.name == "WORKDIR":
                place = instruction.rest
                (root / place[1:]).mkdir(parents=True)
            elif instruction.name == "COPY":
                *sources, target = instruction.rest.split()
                self._copy(sources, root / os.path.join(place, target)[1:], into=target.endswith("/"))
            elif instruction.name == "RUN":
                if "mount" in instruction.flags:
                    self._mount(root, instruction.flags["mount"])
                self._run(stage, instruction.rest, root / place[1:])

    def _copy(self, sources: list[str], target: Path, *, into: bool) -> None:
        for source in sources:
            found = self.context / source
            place = target / found.name if into or len(sources) > 1 else target
            place.parent.mkdir(parents=True, exist_ok=True)
            if found.is_dir():
                shutil.copytree(found, place)
            else:
                shutil.copy(found, place)

    def _mount(self, root: Path, written: str) -> None:
        """Carry out `--mount=type=bind,from=STAGE,source=PATH,target=PATH`."""
        mount = dict(word.split("=") for word in written.split(","))
        (stage,) = (stage for stage in self.stages if stage.name == mount["from"])
        (root / mount["target"][1:]).symlink_to(self.root_of(stage) / mount["source"][1:])

    def _run(self, stage: Stage, command: str, place: Path) -> None:
        root = self.root_of(stage)
        here = lambda text: re.sub(r"(?<![\w./])/(?=(?:build|wheel|install)\b)", f"{root}/", text)  # noqa: E731
        nothing = "useradd() { :; }; groupadd() { :; };"
        prelude = f'pip() {{ {sys.executable} {PIP} "$@"; }}; {nothing}'
        environment = {name: here(value) for name, value in stage.variables("ARG", "ENV").items()}
        done = subprocess.run(
            ["/bin/sh", "-e", "-c", f"{prelude} {here(command)}"],
            cwd=place,
            env={**os.environ, **environment, "IMAGE_SITE": str(self.site)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process of the image finds: nothing that is installed on this machine, and no home."""
        return {
            **self.final.variables("ENV"),
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "PYTHONPATH": str(self.site),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": "/nonexistent",
        }

    def start(self, *flags: str, log: Path, variables: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Run the image's command with more flags, as `docker run IMAGE FLAGS` does."""
        words = self.final.last("ENTRYPOINT").exec_form
        assert words is not None
        command = [str(self.bin / words[0]), *words[1:], *flags]
        with log.open("wb") as stderr:
            return subprocess.Popen(
                command, cwd="/", stderr=stderr, stdout=stderr, env={**self.environment, **(variables or {})}
            )

    def is_healthy(self, port: int) -> bool:
        """Run the image's health check, with the port that the test was given in place of the image's."""
        words = self.final.last("HEALTHCHECK").exec_form
        assert words is not None
        command = [word.replace(f"'127.0.0.1', {self.port}", f"'127.0.0.1', {port}") for word in words]
        assert command != words
        done = subprocess.run(command, cwd="/", env=self.environment, capture_output=True, timeout=30)
        return done.returncode == 0

    @property
    def port(self) -> int:
        """The port that the image offers."""
        return int(self.final.last("EXPOSE").rest)
