"""What the documents say about the repository is true: the file map, links, commands and paths."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jmt.cli.main import COMMANDS
from tests.assets.documents import PAGES as DOCUMENTS
from tests.assets.documents import name_of
from tests.repository.source import ROOT, modules, text_files, text_of


def file_map() -> dict[str, str]:
    """The lines of the file map in CONTRIBUTING.md: a path, and what it says of it."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = text.split("### File map\n")[1].split("```")[1]
    lines: dict[str, str] = {}
    for line in block.splitlines():
        if line and not line.startswith(" "):
            path, _, about = line.partition(" ")
            path = path.removesuffix(",")
            lines[path] = about.strip()
        elif line:
            lines[path] += " " + line.strip()  # a line that goes on
    return lines


def folder_of(place: str) -> str:
    """The folder that a line of the file map is about."""
    return place.rstrip("/") if place.endswith("/") else str(Path(place).parent)


def test_every_path_of_the_file_map_exists():
    assert [path for path in file_map() if not (ROOT / path).exists()] == []


def test_the_file_map_names_every_module():
    """A module stands for itself, or is named in the line of its folder."""
    lines = file_map()
    missing = []
    for path in modules().values():
        inner = path.relative_to(ROOT)
        folder = str(inner.parent)
        of_folder = " ".join(about for place, about in lines.items() if folder_of(place) == folder)
        named = path.stem in re.findall(r"\w+", of_folder)
        if path.name != "__init__.py" and str(inner) not in lines and not named:
            missing.append(str(inner))

    assert missing == []


def test_the_file_map_names_every_folder_of_code():
    folders = {f"{path.parent.relative_to(ROOT)}/" for path in modules().values()}

    assert sorted(folders - set(file_map())) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_to_a_file_leads_somewhere(document: Path):
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))

    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_in_backquotes_exists(document: Path):
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    paths = re.findall(r"`((?:jmt|serve|corpora|configs|tests|docs|benchmarks)/[\w./-]+)`", text)

    assert [path for path in paths if "NAME" not in path and not (ROOT / path).exists()] == []


def test_no_file_cites_a_document_that_is_not_in_the_repository():
    here = {page.name for page in DOCUMENTS} | {"CHANGELOG.md"}
    missing = []
    for path in text_files():
        text = text_of(path)
        missing += [
            (str(path.relative_to(ROOT)), name)
            for name in re.findall(r"\b[A-Z][A-Z_]+\.md\b", text)
            if name not in here
        ]
        paths = re.findall(r"\bdocs/[\w./-]+\.(?:md|log)\b", text)
        missing += [(str(path.relative_to(ROOT)), name) for name in paths if not (ROOT / name).exists()]

    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_command_shown_exists(document: Path):
    shown = re.findall(
        r"^(?:\$ )?jmt ([a-z]\w*)|`jmt ([a-z]\w*)", document.read_text(encoding="utf-8"), flags=re.MULTILINE
    )

    assert {first or second for first, second in shown} <= set(COMMANDS)


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / ".ci" / "run"], ids=name_of)
def test_every_make_target_shown_exists(document: Path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = re.findall(r"^make (\w+)|`make (\w+)|\bmake (test)\b", document.read_text(encoding="utf-8"), re.MULTILINE)

    assert {name for names in shown for name in names if name} <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("number", range(1, 12))
def test_every_equation_of_the_paper_is_found_by_its_number(number: int):
    """Equation 12 is the objective of pre-trained n-gram vectors, which this network does without."""
    found = [name for name, path in modules().items() if re.search(rf"eq\. {number}\b", path.read_text("utf-8"))]

    assert found
