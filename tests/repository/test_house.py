"""The habits of the house: sizes, marks, forbidden tools, reasons beside dependencies."""

from __future__ import annotations

import ast
import re
import tokenize
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, metadata
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.repository.source import ROOT, modules, python_files, text_files, text_of, tree_of

MOST_LINES_IN_A_FILE = 360
MOST_LINES_IN_A_FUNCTION = 45
MOST_LINES_OF_THE_RUNTIME = 900

# Written in two halves, so that this file does not find itself.
UNFINISHED = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"]
MACHINE_PLACES = [
    "/wo" + "rk/",
    "/ro" + "ot/",
    "/ho" + "me/",
    r"/tm" + r"p/[a-z]",
    "pyp" + r"i\.org",
    "python" + "hosted",
]


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of the package with a name that leads to it."""
    for module, path in modules().items():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{module}.{node.name}", node


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function from its `def` on, its docstring not counted."""
    assert node.end_lineno is not None
    documented = ast.get_docstring(node) is not None
    docstring = node.body[0]
    return node.end_lineno - node.lineno + 1 - (docstring.end_lineno - docstring.lineno + 1 if documented else 0)


def test_no_file_is_over_360_lines():
    written = (path for path in text_files() if path.suffix in {".py", ".js", ".css", ".html"})
    lengths = {path.relative_to(ROOT).as_posix(): len(text_of(path).splitlines()) for path in written}

    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES_IN_A_FILE} == {}


def test_no_function_is_over_45_lines():
    lengths: dict[str, int] = {}
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(ROOT).as_posix()}: {node.name}"
                lengths[name] = max(length_of(node), lengths.get(name, 0))

    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_IN_A_FUNCTION} == {}


def statements_of(path: Path) -> set[int]:
    """Lines of a file that hold code: no blank ones, comments, docstrings and imports."""
    words = list(tokenize.generate_tokens(iter(text_of(path).splitlines(keepends=True)).__next__))
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines = {n for word in words if word.type not in silent for n in range(word.start[0], word.end[0] + 1)}
    for node in ast.walk(tree_of(path)):
        documents = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if documents or isinstance(node, ast.Import | ast.ImportFrom):
            assert isinstance(node, ast.stmt)
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def test_the_runtime_stays_under_900_lines_of_code():
    """A second engine is worth its keep while it is small: what both engines need is written once, elsewhere."""
    lengths = {path: len(statements_of(path)) for path in sorted((ROOT / "jmt" / "runtime").rglob("*.py"))}

    assert 500 < sum(lengths.values()) < MOST_LINES_OF_THE_RUNTIME


def test_no_function_takes_a_bag_of_keywords():
    assert [name for name, node in functions() if node.args.kwarg] == []


@pytest.mark.parametrize("pattern", [*UNFINISHED, *MACHINE_PLACES])
def test_no_file_holds_an_unfinished_mark_or_a_machine_path(pattern: str):
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in text_files()
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if re.search(pattern, line)
    ]

    assert found == []


# What pools of processes do to an annotator cannot be tried without doing it; the pickles are the test's own.
MAY_PICKLE = {
    "tests/unit/annotate/test_pickling.py": {"pickle", "joblib"},
    "tests/unit/annotate/test_batches.py": {"pickle"},  # functions go to other processes in this way
}


def test_nothing_executable_is_read_or_written():
    """Checkpoints are safetensors, JSON, TOML and text; `torch.load` and `torch.save` would unpickle."""
    forbidden = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    found = []
    for path in python_files():
        here = forbidden - MAY_PICKLE.get(path.relative_to(ROOT).as_posix(), set())
        for node in ast.walk(tree_of(path)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] in here for name in names):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {"torch.load", "torch.save", "np.load"}:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"eval", "exec"}:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.func)}")

    assert found == []


DOORS = {
    "jmt.cli.terminal.console": "messages, bars and reports: all are made printable here",
    "jmt.cli.terminal.output": "data, which is exact in a file and printable on a terminal",
}
"""The only modules that may write to the terminal, and what leaves by each."""

OTHER_STREAMS = {
    "jmt.document.schema": "run by hand where the project is built: it writes our own schema",
    "jmt.formats.text": "standard input",
    "jmt.serve.watching.logs": "its handler gets the stream that the console has made printable",
    "jmt.serve.transport.server": "flushes before the process ends at once",
}
"""Modules that name a standard stream and are no door, with the reason."""


def test_what_reaches_the_terminal_leaves_by_one_door():
    """No `print`, no standard stream and no bar of tqdm elsewhere: what they show would not be made printable."""
    found = set()
    for module, path in modules().items():
        for node in ast.walk(tree_of(path)):
            shown = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""
            prints = isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
            streams = shown.startswith(("sys.stdout", "sys.stderr", "sys.__std", "sys.stdin"))
            draws = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tqdm")
            if module not in DOORS and (prints or draws or (streams and module not in OTHER_STREAMS)):
                found.add(f"{module}:{getattr(node, 'lineno', 0)}")

    assert found == set()


def test_every_module_and_everything_public_in_it_says_what_it_is():
    silent = []
    for module, path in modules().items():
        tree = tree_of(path)
        if ast.get_docstring(tree) is None:
            silent.append(module)
        commands = (
            {"add_arguments", "run"} if module.startswith("jmt.cli.") else set()
        )  # explained in jmt/cli/__init__.py
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and node.name not in commands and ast.get_docstring(node) is None:
                silent.append(f"{module}.{node.name}")

    assert silent == []


def requirement_lines() -> list[str]:
    """The lines of pyproject.toml that hold a requirement."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[project.scripts]")[0].splitlines()
    return [line for line in lines if re.match(r'\s+"[a-zA-Z0-9_-]+(\[[a-z,]+\])?([<>=!~].*)?",', line)]


def test_every_dependency_has_its_reason_beside_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = sum(map(len, [project["dependencies"], *project["optional-dependencies"].values()]))

    assert len(requirement_lines()) == stated
    assert [line for line in requirement_lines() if not re.search(r"# \S.{10,}", line)] == []


def test_every_dependency_has_a_range_that_its_pin_lies_in():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = dict(
        line.lower().split("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    for stated in chain(project["dependencies"], *project["optional-dependencies"].values()):
        requirement = Requirement(stated)
        if requirement.name != "jmt":
            assert requirement.specifier, stated
            assert requirement.specifier.contains(pins[requirement.name.lower()]), stated


def test_constraints_are_exact_pins_of_distinct_packages():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]

    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9a-z.]*", line)] == []
    assert len({line.split("==")[0].lower() for line in pins}) == len(pins)


def test_what_is_pinned_runs_on_the_first_python_that_jmt_is_for():
    lowest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    first = f"{lowest.removeprefix('>=')}.0"
    pins = [line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()]
    asked = {}
    for name, version in (pin for pin in pins if len(pin) == 2):
        with suppress(PackageNotFoundError):  # pins of what this machine does not need
            if (found := metadata(name))["Version"] == version:
                asked[name] = SpecifierSet(found.get("Requires-Python", ""))
    assert len(asked) > 20  # the environment is the one that `make` has made
    assert [name for name, versions in asked.items() if not versions.contains(first)] == []
