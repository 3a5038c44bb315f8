"""The repository as data: its files, modules, syntax trees and imports, read without importing anything."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALLED_AS = {"jmt": "jmt", "serve": "jmt.serve", "corpora": "jmt.corpora", "configs": "jmt.configs"}
"""Top-level folder -> the package that it is installed as (pyproject.toml, package-dir)."""

GENERATOR = ROOT / "corpora" / "generator"
"""What makes the embedded corpus: nothing imports it, no wheel holds it."""

SKIPPED = {"__pycache__", "node_modules"}
SKIPPED_IN_THE_ROOT = {"build", "dist", "runs", "typings"}


@dataclass(frozen=True)
class Import:
    """One imported module, as written in one place."""

    name: str
    line: int
    deferred: bool  # inside a function


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its installed name."""
    found = {}
    for folder, package in INSTALLED_AS.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            if GENERATOR in path.parents:
                continue
            inner = path.relative_to(ROOT / folder).with_suffix("").parts
            found[".".join([package, *inner]).removesuffix(".__init__")] = path
    return found


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path), str(path))


@cache
def text_files() -> tuple[Path, ...]:
    """Every text file of the project: code, configuration and documents, but no data, no caches, nothing hidden."""
    suffixes = {".py", ".toml", ".md", ".txt", ".cfg", ".ini", ".json", ".yml", ".yaml", ".html", ".js", ".css", ""}
    found = []
    for folder, inner, files in os.walk(ROOT):
        if "manifest.json" in files:  # a model that ships is data: its words are those of its corpora
            inner[:] = []
            continue
        inner[:] = sorted(name for name in inner if name == ".ci" or not is_skipped(Path(folder) / name))
        paths = (Path(folder) / name for name in sorted(files) if not name.startswith("."))
        found += [path for path in paths if path.suffix in suffixes]
    return tuple(found)


def is_skipped(folder: Path) -> bool:
    """Whether a folder is hidden, or holds caches, builds or links only."""
    name = folder.name
    in_root = folder.parent == ROOT and name in SKIPPED_IN_THE_ROOT
    return in_root or name in SKIPPED or name.startswith(".") or name.endswith(".egg-info")


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def python_files() -> Iterator[Path]:
    """Every Python file of the project, tests included."""
    return (path for path in text_files() if path.suffix == ".py")


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    """The modules that one module imports at any depth, but not those imported for type checkers alone."""
    collector = ImportCollector(module, is_package=modules()[module].name == "__init__.py")
    collector.visit(tree_of(modules()[module]))
    return tuple(collector.found)


class ImportCollector(ast.NodeVisitor):
    """Walks a module and notes each import, naming the submodule where `from package import submodule` means one."""

    def __init__(self, module: str, *, is_package: bool) -> None:
        self.package = module if is_package else module.rpartition(".")[0]
        self.found: list[Import] = []
        self.depth = 0

    def visit_If(self, node: ast.If) -> None:
        if "TYPE_CHECKING" not in ast.unparse(node.test):
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.note(alias.name, node.lineno)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        origin = node.module or ""
        if node.level:
            above = self.package.split(".")[: len(self.package.split(".")) - node.level + 1]
            origin = ".".join([*above, origin] if origin else above)
        for alias in node.names:
            submodule = f"{origin}.{alias.name}"
            self.note(submodule if submodule in modules() else origin, node.lineno)

    def note(self, name: str, line: int) -> None:
        self.found.append(Import(name, line, deferred=self.depth > 0))
