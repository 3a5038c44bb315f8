"""What is imported is brought by the base's requirements, or by an extra that the table of extras names."""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from jmt.safety.extras import LIBRARIES
from tests.assets.light import requirements
from tests.repository.source import ROOT, imports_of, modules

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOT_IMPORTED = {"uvloop"}  # uvicorn takes it where it is there


def distributions_in(lines: list[str]) -> set[str]:
    """The names of what requirements ask for, but for extras of our own."""
    return {canonicalize_name(Requirement(line).name) for line in lines} - {"jmt"}


def distributions_of(libraries: set[str]) -> set[str]:
    """The distributions that libraries are imported from."""
    owners = packages_distributions()
    return {canonicalize_name(name) for library in libraries for name in owners[library]}


@pytest.mark.parametrize("extra", LIBRARIES)
def test_the_table_names_what_an_extra_brings(extra: str):
    asked = distributions_in(PROJECT["optional-dependencies"][extra])

    assert distributions_of(set(LIBRARIES[extra])) == asked - NOT_IMPORTED


def test_what_is_imported_is_brought_by_the_base_or_by_an_extra_of_the_table():
    imported = {found.name.split(".")[0] for module in modules() for found in imports_of(module)}
    others = imported - set(sys.stdlib_module_names) - {"jmt"}
    known = {library for libraries in LIBRARIES.values() for library in libraries}

    assert distributions_of(others - known - {"pydantic_core"}) == distributions_in(PROJECT["dependencies"])
    assert known - others == {"tensorboard"}  # which torch imports for us


def test_all_brings_every_extra_that_a_user_can_want_and_dev_what_is_tested_besides():
    everything = set(requirements(*PROJECT["optional-dependencies"]))

    assert set(requirements("all")) == set(requirements(*LIBRARIES))
    assert set(requirements("dev")) == everything
