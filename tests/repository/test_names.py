"""What only a file uses is private, and what nothing uses is gone: read from the syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.repository.source import modules, text_files, text_of, tree_of

ENTRY_POINTS = {"add_arguments", "run"}
"""Of every module of a command: called by their names, which `jmt/cli/main.py` builds."""


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", text))


@cache
def words_in(path: Path) -> set[str]:
    return words_of(text_of(path))


def names_in(tree: ast.Module) -> Iterator[str]:
    """Functions and constants of a module's top level; classes and types go where values of theirs go."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name) and target.id.isupper())


def is_used_elsewhere(name: str, home: Path) -> bool:
    """Whether another file names something together with the module, or the package, that it is in."""
    stem = home.parent.name if home.name == "__init__.py" else home.stem
    return any(
        name in words_in(path) and (path.suffix != ".py" or stem in words_in(path))
        for path in text_files()
        if path != home
    )


def lonely() -> set[str]:
    """Public functions and constants that no other file uses."""
    return {
        f"{module}.{name}"
        for module, path in modules().items()
        for name in names_in(tree_of(path))
        if not name.startswith("_") and not (module.startswith("jmt.cli.") and name in ENTRY_POINTS)
        if not is_used_elsewhere(name, path)
    }


def test_what_only_a_file_uses_is_private():
    assert sorted(lonely()) == []


def test_what_is_private_is_used_in_its_file():
    unused = {
        f"{module}.{name}"
        for module, path in modules().items()
        for name in names_in(tree_of(path))
        if name.startswith("_") and not name.startswith("__")
        if len(re.findall(rf"\b{name}\b", text_of(path))) < 2
    }

    assert unused == set()
