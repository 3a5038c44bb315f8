"""Imports point down the layers of ARCHITECTURE: read from the syntax trees, function-level imports included."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import pytest

from jmt.cli.main import COMMANDS
from tests.repository.source import imports_of, modules

LAYERS: list[list[str]] = [
    ["jmt.__main__"],
    ["jmt.cli"],
    ["jmt.serve", "jmt.experiments", "jmt.integrations", "jmt.client"],
    ["jmt.runs.config"],
    ["jmt.training"],
    ["jmt.annotate", "jmt.evaluation"],
    ["jmt.network.prediction"],
    ["jmt.segmentation", "jmt.network.checkpoint"],
    ["jmt.network.model", "jmt.models.places"],
    ["jmt.models.hub"],
    ["jmt.cascade.config"],
    ["jmt.network.heads", "jmt.network.encoders"],
    ["jmt.network.layers"],
    ["jmt.network.decoding", "jmt.data"],
    ["jmt.formats", "jmt.document.tree_drawing"],
    ["jmt.document"],
    ["jmt.files.guards.folder", "jmt.network.storage", "jmt.files.guards.checkpoint", "jmt.network.allocation"],
    ["jmt.files.atomic", "jmt.files.guards.weights_header", "jmt.network.devices", "jmt.network.computing", "jmt.files.guards.tokenizer"],
    ["jmt.files.strict_json", "jmt.safety.foreign", "jmt.files.guards.values", "jmt.files.guards.tokenizer_parts", "jmt.safety.forking"],
    ["jmt.files.whole_file"],
    ["jmt.errors"],
    ["jmt.safety.printable", "jmt.safety.leftovers"],
    ["jmt.corpora", "jmt.configs", "jmt.models"],
]
"""From the top down; a module imports its own part and lower layers, never a neighbour on its own layer."""

EXCEPTIONS: dict[tuple[str, str], str] = {}
"""(importing module, imported module) -> why it may point up; each must be inside a function."""

SEEN_BY_SERVE = {"jmt", "jmt.serve", "jmt.annotate", "jmt.document", "jmt.errors", "jmt.safety.leftovers", "jmt.files.whole_file"}
HEAVY = {"torch", "numpy", "spacy", "datasets", "transformers", "pydantic", "fastapi", "uvicorn", "tqdm", "seqeval"}


def part_of(module: str) -> str:
    """The part of the layout that a module belongs to: its name cut to two levels; a document's forms are its own."""
    part = ".".join(module.split(".")[:2])
    return "jmt.document" if part.startswith("jmt.document_to_") else part


def layer_of(module: str) -> int:
    return next(depth for depth, parts in enumerate(LAYERS) if part_of(module) in parts)


def internal_imports() -> list[tuple[str, str, int, bool]]:
    """Every import of one of our modules by another: importer, imported, line, whether inside a function."""
    return [
        (module, found.name, found.line, found.deferred)
        for module in modules()
        for found in imports_of(module)
        if found.name.split(".")[0] == "jmt" and found.name != "jmt"
    ]


def test_every_part_has_its_place_in_the_layers():
    placed = {part for layer in LAYERS for part in layer}

    assert {part_of(module) for module in modules()} - {"jmt"} <= placed


def test_imports_point_down():
    wrong = [
        f"{importer}:{line} imports {imported}"
        for importer, imported, line, _ in internal_imports()
        if importer != "jmt"
        and part_of(importer) != part_of(imported)
        and layer_of(importer) >= layer_of(imported)
        and (importer, imported) not in EXCEPTIONS
    ]

    assert wrong == []


def test_every_exception_is_used_and_waits_for_its_function_to_be_called():
    deferred = {(importer, imported): deferred for importer, imported, _, deferred in internal_imports()}

    assert {pair: deferred.get(pair) for pair in EXCEPTIONS} == dict.fromkeys(EXCEPTIONS, True)


def test_there_is_no_import_cycle():
    graph = {module: set() for module in modules()}
    for importer, imported, _, _ in internal_imports():
        if (importer, imported) not in EXCEPTIONS and importer != "jmt":
            graph[importer].add(imported)

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_every_internal_import_names_a_module_that_exists():
    missing = [f"{importer}:{line} {name}" for importer, name, line, _ in internal_imports() if name not in modules()]

    assert missing == []


def test_annotating_never_imports_training():
    assert [
        (a, b) for a, b, *_ in internal_imports() if part_of(a) == "jmt.annotate" and part_of(b) == "jmt.training"
    ] == []


def test_the_service_sees_annotators_and_documents_only():
    seen = {imported for importer, imported, *_ in internal_imports() if part_of(importer) == "jmt.serve"}
    outside = {
        found.name.split(".")[0]
        for module in modules()
        if part_of(module) == "jmt.serve"
        for found in imports_of(module)
    }

    assert {part_of(module) for module in seen} <= SEEN_BY_SERVE
    assert "torch" not in outside


def test_nothing_below_the_configuration_imports_it():
    below = layer_of("jmt.runs.config")

    assert [a for a, b, *_ in internal_imports() if b == "jmt.runs.config" and a != "jmt" and layer_of(a) > below] == []


def imported_at_once(module: str) -> set[str]:
    """What importing a module imports right away, through our own modules, not counting what waits in functions."""
    reached, open_ends = {module}, [module]
    while open_ends:
        for found in imports_of(open_ends.pop()):
            if not found.deferred and found.name not in reached:
                reached.add(found.name)
                open_ends += [found.name] if found.name in modules() else []
    return reached


@pytest.mark.parametrize("command", ["main", *COMMANDS])
def test_a_command_imports_nothing_heavy_before_it_runs(command: str):
    """`jmt --help` and usage errors answer at once only because of this."""
    assert {name.split(".")[0] for name in imported_at_once(f"jmt.cli.{command}")} & HEAVY == set()


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("spacy", {"jmt.segmentation", "jmt.document", "jmt.formats"}),
        ("datasets", {"jmt.data", "jmt.training", "jmt.runs.config", "jmt.evaluation", "jmt.experiments", "jmt.cli"}),
        ("fastapi", {"jmt.serve"}),
        ("uvicorn", {"jmt.serve", "jmt.cli"}),
        ("httpx2", {"jmt.client"}),
        ("tensorboard", {"jmt.training"}),
        ("matplotlib", {"jmt.experiments"}),
        ("seqeval", {"jmt.evaluation"}),
    ],
)
def test_a_library_has_its_homes_and_no_others(library: str, homes: set[str]):
    users = {part_of(m) for m in modules() for found in imports_of(m) if found.name.split(".")[0] == library}

    assert users <= homes
