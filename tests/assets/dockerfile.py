"""A Dockerfile as data: its stages, and each stage's instructions in order."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

_FLAG = re.compile(r"--(?P<name>[a-z-]+)=(?P<value>\S+)\s*")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its name, the flags before its arguments, and the arguments as written."""

    name: str
    flags: dict[str, str]
    rest: str

    @property
    def exec_form(self) -> list[str] | None:
        """The words of a command in exec form, None where it is in shell form."""
        return json.loads(self.rest) if self.rest.startswith("[") else None


@dataclass(slots=True)
class Stage:
    """What stands between one FROM and the next."""

    base: str
    name: str | None
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, name: str) -> list[Instruction]:
        """Every instruction of a name, in order."""
        return [instruction for instruction in self.instructions if instruction.name == name]

    def last(self, name: str) -> Instruction:
        """The instruction of a name that counts."""
        return self.all(name)[-1]

    def variables(self, *names: str) -> dict[str, str]:
        """The variables that instructions of these names (ENV, ARG) set."""
        words = shlex.split(" ".join(instruction.rest for name in names for instruction in self.all(name)))
        return dict(word.split("=", 1) for word in words)


def read_dockerfile(path: Path) -> list[Stage]:
    """Read the stages of a Dockerfile; comments are left out and continued lines joined."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    stages: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            base, _, alias = rest.partition(" AS ")
            stages.append(Stage(base, alias or None))
        elif name:
            stages[-1].instructions.append(_instruction(name, rest.strip()))
    return stages


def _instruction(name: str, rest: str) -> Instruction:
    flags = {}
    while found := _FLAG.match(rest):
        flags[found["name"]] = found["value"]
        rest = rest[found.end() :]
    return Instruction(name, flags, rest.removeprefix("CMD ") if name == "HEALTHCHECK" else rest)


def sent_to_engine(root: Path, ignore_file: Path) -> set[str]:
    """Top-level names of the build's context, after the rules of its ignore file (the last that matches counts)."""
    rules = [line for line in ignore_file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    sent = set()
    for path in root.iterdir():
        matching = [rule for rule in rules if fnmatch(path.name, rule.removeprefix("!"))]
        if not matching or matching[-1].startswith("!"):
            sent.add(path.name)
    return sent
