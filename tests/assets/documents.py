"""The documents as data: their pages, and the fenced blocks of a page with what stands right before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.repository.source import ROOT

DOCS = ROOT / "docs"

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts),
]

_BLOCK = re.compile(
    r"(?P<marks>(?:^<!--[^\n]*-->\n)*)^(?P<fence>```+)(?P<language>[^\n]*)\n(?P<body>.*?)^(?P=fence)$", re.M | re.S
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    body: str
    marks: tuple[str, ...]
    """The comments right before it."""
    follows: bool
    """Whether another block ends right before it."""

    def mark(self, key: str) -> str | None:
        """Return what a comment `key: value` says, None where there is none."""
        return next((mark.partition(": ")[2] for mark in self.marks if mark.startswith(f"{key}: ")), None)


def name_of(page: Path) -> str:
    """Return a page's path from the root, for the names of tests."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    end = -1
    for match in _BLOCK.finditer(text):
        marks = tuple(mark.removeprefix("<!--").removesuffix("-->").strip() for mark in match["marks"].splitlines())
        yield Block(match["language"].strip(), match["body"], marks, follows=text[end + 1 : match.start()] == "")
        end = match.end()


def prose(page: Path) -> str:
    """Return the text of a page without blocks, tables, headings, comments and images."""
    text = _BLOCK.sub("\n\n", page.read_text(encoding="utf-8"))
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"\$\$.*?\$\$", "\n\n", text, flags=re.S)
    lines = [line for line in text.splitlines() if not re.match(r"\s*(\||#|!\[)", line)]
    return "\n".join(lines)
