"""A library that only an extra brings: what is said where it is missing, and what stays a fault of ours."""

from __future__ import annotations

import importlib
import sys

import pytest

from jmt.cli.main import main
from jmt.errors import JmtError, MissingLibraryError
from jmt.safety.extras import LIBRARIES, needed_for, require

EVERY_LIBRARY = [(extra, library) for extra, libraries in LIBRARIES.items() for library in libraries]


@pytest.mark.parametrize(("extra", "library"), EVERY_LIBRARY)
def test_an_import_that_fails_names_what_needs_it_the_library_and_the_extra(
    extra: str, library: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(MissingLibraryError) as caught, needed_for("a test"):
        importlib.import_module(library)

    assert str(caught.value) == f"a test needs {library}, not installed here: pip install 'jmt[{extra}]'"
    assert isinstance(caught.value, JmtError)
    assert isinstance(caught.value, ImportError)  # as who imports an optional library expects


def test_what_stands_nearest_to_the_import_says_what_needs_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "spacy", None)

    with pytest.raises(MissingLibraryError, match="inside needs spacy"), needed_for("outside"), needed_for("inside"):
        importlib.import_module("spacy")


@pytest.mark.parametrize("name", ["jmt.no_such_module", "numpy.no_such_module", "nobody_has_this", "torch.no_such"])
def test_a_module_that_no_extra_brings_stays_a_fault(name: str):
    """Of ours, of an installation that is broken, or of a library's version: to install an extra would not help."""
    with pytest.raises(ModuleNotFoundError) as caught, needed_for("a test"):
        importlib.import_module(name)

    assert not isinstance(caught.value, JmtError)


def test_all_missing_libraries_are_named_at_once_with_every_extra_that_is_needed(monkeypatch: pytest.MonkeyPatch):
    for library in ("starlette", "orjson", "torch"):
        monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(MissingLibraryError) as caught:
        require("it", "numpy", "starlette", "orjson", "torch")

    assert str(caught.value) == "it needs starlette, orjson, torch, not installed here: pip install 'jmt[serve,train]'"


def test_what_is_installed_is_not_asked_for():
    require("it", "numpy")


def test_a_command_says_in_one_line_what_it_needs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.cli.training.methods.run", lambda _: importlib.import_module("torchjd"))
    monkeypatch.setitem(sys.modules, "torchjd", None)

    assert main(["methods"]) == 1
    assert capsys.readouterr().err == (
        "jmt: error: `jmt methods` needs torchjd, not installed here: pip install 'jmt[train]'\n"
    )


def test_a_module_of_ours_that_is_not_there_shows_its_stack_trace(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.cli.training.methods.run", lambda _: importlib.import_module("jmt.no_such_module"))

    with pytest.raises(ModuleNotFoundError, match=r"jmt\.no_such_module"):
        main(["methods"])
