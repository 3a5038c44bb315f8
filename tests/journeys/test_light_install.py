"""What `pip install jmt` brings: it annotates and compares; whatever needs more says in one line what to install."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from jmt.safety.extras import LIBRARIES
from tests.assets.light import LightEnvironment

ABSENT = sorted({library for libraries in LIBRARIES.values() for library in libraries} - {"httpx2"})
"""Of what extras bring; httpx2 comes with huggingface_hub."""

needs_a_runtime = pytest.mark.skipif(find_spec("jmt.runtime") is None, reason="only torch computes, so far")


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> LightEnvironment:
    """The environment, with files that commands can be asked to read."""
    import pyarrow
    import pyarrow.parquet

    made = LightEnvironment(tmp_path_factory.mktemp("light"))
    (made.folder / "text.txt").write_text("She reads a book.\n", encoding="utf-8")
    pairs = pyarrow.table({"first": ["A cat sat."], "second": ["A dog ran."]})
    pyarrow.parquet.write_table(pairs, made.folder / "pairs.parquet")
    return made


def test_it_holds_nothing_that_only_an_extra_brings(light: LightEnvironment):
    listing = f"import importlib.util as u; print([n for n in {ABSENT} if u.find_spec(n)], u.find_spec('jmt').origin)"

    assert light.python("-c", listing).stdout.split() == ["[]", str(light.site / "jmt" / "__init__.py")]


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["corpora", "list"], ["corpora", "show", "ewt"], ["init", "demo"], ["serve", "--help"]],
    ids=" ".join,
)
def test_what_needs_no_library_works(light: LightEnvironment, words: list[str]):
    done = light.jmt(*words)

    assert done.returncode == 0, done.stderr
    assert done.stdout or done.stderr.startswith("wrote demo.toml")


COMMANDS = {
    "train demo --output run": ("`jmt train`", "train"),
    "check demo": ("`jmt check`", "train"),
    "methods": ("`jmt methods`", "train"),
    "distill demo --teacher en_jmt_sm --output run": ("`jmt distill`", "train"),
    "average en_jmt_sm en_jmt_sm --output mean": ("`jmt average`", "train"),
    "vectors train text.txt --output vectors": ("`jmt vectors`", "train"),
    "evaluate en_jmt_sm": ("`jmt evaluate`", "train"),
    "package en_jmt_sm en_mine": ("`jmt package`", "train"),
    "ablate demo --output cells": ("`jmt ablate`", "train"),
    "relations demo --output cells": ("`jmt relations`", "train"),
    "pareto run": ("`jmt pareto`", "train"),
    "serve --model en_jmt_sm": ("`jmt serve`", "serve"),
    "annotate text.txt --to docbin --output out.spacy": ("--to docbin", "spacy"),
    "compare --pairs pairs.parquet": ("pairs.parquet: a Parquet file", "train"),
}
"""A command, what it says needs a library, and the extra that brings it."""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_needs_more_says_in_one_line_what_to_install(light: LightEnvironment, command: str):
    what, extra = COMMANDS[command]
    before = sorted(path.name for path in light.folder.iterdir())
    done = light.jmt(*command.split())

    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"jmt: error: {what} needs ")
    assert line.endswith(f", not installed here: pip install 'jmt[{extra}]'")
    assert sorted(path.name for path in light.folder.iterdir()) == before


FUNCTIONS = {
    "jmt.Document('A cat.', []).to_spacy()": ("Document.to_spacy", "spacy"),
    "__import__('jmt.formats.docbin').formats.docbin.docbin_bytes([])": ("a DocBin", "spacy"),
}
"""What Python is asked for, what it says needs a library, and the extra that brings it."""


@pytest.mark.parametrize("call", FUNCTIONS)
def test_python_that_needs_more_raises_an_error_that_says_what_to_install(light: LightEnvironment, call: str):
    what, extra = FUNCTIONS[call]
    done = light.python("-c", f"import jmt\ntry:\n    {call}\nexcept jmt.errors.JmtError as error:\n    print(error)")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{what} needs ")
    assert done.stdout.endswith(f", not installed here: pip install 'jmt[{extra}]'\n")
