"""The reference pages are what the code says, and the hand-written tables beside them agree with it."""

from __future__ import annotations

import re

import pytest

from docs.generate.__main__ import PAGES, REFERENCE
from docs.generate.configuration import TABLES, doc_of
from jmt.serve.settings import flag_of, help_of, variable_of
from jmt.training.sharing.schemes import SCHEMES
from jmt.training.weighting.methods import METHODS
from tests.assets.documents import DOCS


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the rows of the first table under a heading, without its header."""
    text = (DOCS / page).read_text(encoding="utf-8").partition(f"{heading}\n")[2]
    lines = re.search(r"((?:^\|.*\n)+)", text, re.M)
    assert lines is not None
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines[1].splitlines()[2:]]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_says(name: str):
    """Write it anew with `python -m docs.generate`."""
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name]()


def test_every_key_of_a_configuration_says_what_it_is():
    told = {
        (model, key): doc_of(model, key) for _, _, models, _ in TABLES for model in models for key in model.model_fields
    }

    assert [key for key, text in told.items() if not re.match(r"[A-Z`a-z_]", text) or not text.endswith(".")] == []
    assert [key for key, text in told.items() if re.match(r"(Of|For|In) ", text)] == []


def test_the_limits_of_the_service_are_those_of_its_settings():
    shown = [(row[0], row[1], row[2]) for row in rows("reference/http.md", "## Limits")]

    assert shown == [(f"`{flag_of(name)}`", f"`{variable_of(name)}`", f"{default:,}") for name, default, _ in help_of()]


def test_every_method_of_weighting_is_listed():
    assert [row[0] for row in rows("concepts/weighting.md", "## Methods")] == [f"`{name}`" for name in METHODS]


def test_every_scheme_of_sharing_is_listed():
    assert [row[0] for row in rows("concepts/sharing.md", "## Penalties of soft sharing")] == [
        "`none`",
        *(f"`{name}`" for name in SCHEMES),
    ]


def test_the_table_from_the_literature_names_every_method_and_scheme():
    text = (DOCS / "concepts" / "literature.md").read_text(encoding="utf-8")

    assert [name for name in METHODS if f'method = "{name}"' not in text] == []
    assert [name for name in SCHEMES if f'reg = "{name}"' not in text] == []


def test_the_table_from_the_literature_names_nothing_that_is_not_there():
    text = (DOCS / "concepts" / "literature.md").read_text(encoding="utf-8")

    assert set(re.findall(r'method = "(\w+)"', text)) <= set(METHODS)
    assert set(re.findall(r'reg = "(\w+)"', text)) <= set(SCHEMES)
