"""spaCy finds what pyproject.toml announces."""

from __future__ import annotations

import tomllib
from importlib import import_module

import pytest

from tests.repository.source import ROOT

pytest.importorskip("spacy")

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ANNOUNCED = [(group, *entry) for group, entries in PROJECT["entry-points"].items() for entry in entries.items()]


@pytest.mark.parametrize(("group", "name", "target"), ANNOUNCED)
def test_an_entry_point_leads_to_a_function(group: str, name: str, target: str):
    module, _, function = target.partition(":")

    assert callable(getattr(import_module(module), function))


def test_spacy_has_the_component_and_the_tokenizer_without_an_import():
    import spacy
    from spacy.language import Language
    from spacy.util import registry

    spacy.blank("en")

    assert Language.has_factory("jmt")
    assert registry.has("tokenizers", "jmt.Tokenizer.v1")
