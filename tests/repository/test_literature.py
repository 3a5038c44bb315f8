"""Every row of the table from the literature to the key names a test that trains it, or runs what is not trained."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "concepts" / "literature.md"
NAMED = json.loads((ROOT / "tests" / "assets" / "literature.json").read_text(encoding="utf-8"))
"""Section to method to test."""


def rows_of_the_page() -> dict[str, list[str]]:
    """The methods of each section but the last, which says what is not here."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:-1]:
        rows = [line.strip("| ").split(" | ")[0] for line in part.splitlines() if line.startswith("| ")]
        found[part.partition("\n")[0]] = rows[2:]
    return found


def quick_tests(path: Path) -> set[str]:
    """The tests of a file that `make test` runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not any("slow" in ast.unparse(mark) or "soak" in ast.unparse(mark) for mark in node.decorator_list)
    }


def test_every_row_of_the_literature_names_a_test_and_no_test_is_named_for_another():
    assert rows_of_the_page() == {section: list(rows) for section, rows in NAMED.items()}
    assert sum(map(len, NAMED.values())) > 80


def test_the_tests_that_are_named_are_there_and_quick():
    for rows in NAMED.values():
        for method, place in rows.items():
            file, _, name = place.partition("::")
            assert name in quick_tests(ROOT / file), f"{method}: {place}"
