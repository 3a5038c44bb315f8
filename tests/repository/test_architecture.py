"""Imports point down the layers of ARCHITECTURE: read from the syntax trees, function-level imports included."""

from __future__ import annotations

import ast
from collections import Counter
from graphlib import CycleError, TopologicalSorter

import pytest

from jmt.cli.main import COMMANDS, home_of
from tests.repository.source import ROOT, imports_of, modules, tree_of

FLOORS: list[list[str]] = [
    ["jmt.__main__"],
    ["jmt.cli"],
    ["jmt.experiments"],
    ["jmt.serve", "jmt.client", "jmt.runs", "jmt.bulk"],
    ["jmt.annotate", "jmt.evaluation", "jmt.training", "jmt.integrations"],
    ["jmt.engines"],
    ["jmt.network", "jmt.runtime", "jmt.data"],
    ["jmt.cascade", "jmt.formats"],
    ["jmt.models"],
    ["jmt.document", "jmt.segmentation", "jmt.files"],
    ["jmt.safety", "jmt.corpora", "jmt.configs"],
]
"""The rooms from the top down; a module imports its own room and rooms on lower floors, never a neighbour.

`jmt.errors` is no room: everything may import it, and it imports only what makes text printable."""

MOST_ROOMS, MOST_FLOORS, MOST_ARROWS = 24, 11, 106
MOST_MODULES_IN_A_FOLDER = 16
NO_ROOMS = {"jmt", "jmt.errors"}

SEEN_BY_SERVE = {"jmt", "jmt.serve", "jmt.annotate", "jmt.document", "jmt.errors", "jmt.files", "jmt.safety"}
HEAVY = {
    "torch",
    "numpy",
    "spacy",
    "datasets",
    "transformers",
    "pydantic",
    "starlette",
    "uvicorn",
    "tqdm",
    "seqeval",
    "ray",
    "pyarrow",
}


def room_of(module: str) -> str:
    """The room that a module is in: what stands directly under `jmt`, as do `serve`, `corpora` and `configs`."""
    return ".".join(module.split(".")[:2])


def floor_of(module: str) -> int:
    return next(depth for depth, rooms in enumerate(FLOORS) if room_of(module) in rooms)


def arrows() -> set[tuple[str, str]]:
    """Pairs of rooms of which the first imports the second, also inside functions."""
    pairs = {(room_of(importer), room_of(imported)) for importer, imported, *_ in internal_imports()}
    return {(above, below) for above, below in pairs if above != below and not {above, below} & NO_ROOMS}


def internal_imports() -> list[tuple[str, str, int, bool]]:
    """Every import of one of our modules by another: importer, imported, line, whether inside a function."""
    return [
        (module, found.name, found.line, found.deferred)
        for module in modules()
        for found in imports_of(module)
        if found.name.split(".")[0] == "jmt" and found.name != "jmt"
    ]


def test_every_room_has_its_place_on_a_floor():
    placed = {room for floor in FLOORS for room in floor}

    assert {room_of(module) for module in modules()} - NO_ROOMS == placed


def test_imports_point_down():
    wrong = [
        f"{importer}:{line} imports {imported}"
        for importer, imported, line, _ in internal_imports()
        if not {importer, imported} & NO_ROOMS
        and room_of(importer) != room_of(imported)
        and floor_of(importer) >= floor_of(imported)
    ]

    assert wrong == []


def test_there_is_no_import_cycle():
    graph: dict[str, set[str]] = {module: set() for module in modules()}
    for importer, imported, *_ in internal_imports():
        if importer != "jmt":
            graph[importer].add(imported)

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_the_house_is_small_enough_to_be_kept_in_mind():
    rooms = {room_of(module) for module in modules()} - NO_ROOMS
    below = {room: {other for above, other in arrows() if above == room} for room in rooms}
    height: dict[str, int] = {}
    for room in TopologicalSorter(below).static_order():  # raises CycleError where rooms import each other in a circle
        height[room] = 1 + max((height[other] for other in below[room]), default=0)

    assert len(rooms) <= MOST_ROOMS
    assert max(height.values()) <= MOST_FLOORS
    assert len(arrows()) <= MOST_ARROWS


def test_no_folder_holds_more_modules_than_one_look_takes_in():
    counts = Counter(path.parent for path in modules().values() if path.name != "__init__.py")

    assert {str(folder.relative_to(ROOT)): n for folder, n in counts.items() if n > MOST_MODULES_IN_A_FOLDER} == {}


def test_every_internal_import_names_a_module_that_exists():
    missing = [f"{importer}:{line} {name}" for importer, name, line, _ in internal_imports() if name not in modules()]

    assert missing == []


IMPORT_BY_NAME = {"jmt", "jmt.annotate", "jmt.cli.main"}
"""Modules that look up where a public name or a command is when it is asked for: no syntax tree shows what they get."""


def test_what_is_imported_is_written_in_an_import():
    others = {
        f"{module}:{getattr(node, 'lineno', 0)}"
        for module, path in modules().items()
        if module not in IMPORT_BY_NAME
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Name | ast.Attribute)
        if ast.unparse(node).split(".")[-1] in {"import_module", "__import__"}
    }

    assert others == set()


def test_annotating_never_imports_training():
    assert [
        (a, b) for a, b, *_ in internal_imports() if room_of(a) == "jmt.annotate" and room_of(b) == "jmt.training"
    ] == []


def test_the_service_sees_annotators_and_documents_only():
    seen = {imported for importer, imported, *_ in internal_imports() if room_of(importer) == "jmt.serve"}
    outside = {
        found.name.split(".")[0]
        for module in modules()
        if room_of(module) == "jmt.serve"
        for found in imports_of(module)
    }

    assert {room_of(module) for module in seen} <= SEEN_BY_SERVE
    assert "torch" not in outside


def test_what_a_cascade_is_can_be_read_without_torch():
    free = ("jmt.cascade", "jmt.files", "jmt.document", "jmt.formats", "jmt.segmentation", "jmt.models")
    users = [
        f"{module}:{found.line}"
        for module in modules()
        if room_of(module) in free
        for found in imports_of(module)
        if found.name.split(".")[0] in {"torch", "transformers"}
    ]

    assert users == []


def imported_at_once(module: str) -> set[str]:
    """What importing a module imports right away, through our own modules, not counting what waits in functions."""
    reached, open_ends = {module}, [module]
    while open_ends:
        for found in imports_of(open_ends.pop()):
            if not found.deferred and found.name not in reached:
                reached.add(found.name)
                open_ends += [found.name] if found.name in modules() else []
    return reached


@pytest.mark.parametrize("command", ["jmt.cli.main", *map(home_of, COMMANDS)])
def test_a_command_imports_nothing_heavy_before_it_runs(command: str):
    """`jmt --help` and usage errors answer at once only because of this."""
    assert {name.split(".")[0] for name in imported_at_once(command)} & HEAVY == set()


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("spacy", {"jmt.segmentation", "jmt.document", "jmt.formats"}),
        ("datasets", {"jmt.data"}),
        ("starlette", {"jmt.serve"}),
        ("uvicorn", {"jmt.serve", "jmt.cli"}),
        ("httpx2", {"jmt.client"}),
        ("tensorboard", {"jmt.training"}),
        ("matplotlib", {"jmt.experiments"}),
        ("seqeval", {"jmt.evaluation"}),
        ("onnx", {"jmt.integrations"}),
        ("ray", {"jmt.bulk"}),
        ("onnxruntime", set()),  # the tests' alone: it computes what is exported
        ("udtools", set()),  # the tests' alone: what it scores our scores are compared with
    ],
)
def test_a_library_has_its_homes_and_no_others(library: str, homes: set[str]):
    users = {room_of(m) for m in modules() for found in imports_of(m) if found.name.split(".")[0] == library}

    assert users <= homes
