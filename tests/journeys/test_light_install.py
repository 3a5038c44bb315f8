"""What `pip install jmt` brings: it annotates and compares; whatever needs more says in one line what to install."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import jmt
from jmt.safety.extras import LIBRARIES
from tests.assets.light import LightEnvironment

ABSENT = sorted({library for libraries in LIBRARIES.values() for library in libraries} - {"httpx2"})
"""Of what extras bring; httpx2 comes with huggingface_hub."""


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> LightEnvironment:
    """The environment, with files that commands can be asked to read."""
    import pyarrow
    import pyarrow.parquet

    made = LightEnvironment(tmp_path_factory.mktemp("light"))
    (made.folder / "text.txt").write_text("She reads a book. He sleeps.\n", encoding="utf-8")
    pairs = pyarrow.table({"first": ["A cat sat."], "second": ["A dog ran."]})
    pyarrow.parquet.write_table(pairs, made.folder / "pairs.parquet")
    return made


@pytest.fixture(scope="module")
def of_experts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with a level that tasks do not share, which the runtime has no part for."""
    from jmt.network import checkpoint
    from tests.assets.tiny_model import tiny_model

    folder = tmp_path_factory.mktemp("of-experts") / "model"
    checkpoint.save(tiny_model(sharing={"level1": {"kind": "experts"}}), folder)
    return folder


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
    "export en_jmt_sm --output graphs": ("`jmt export`", "export"),
    "ablate demo --output cells": ("`jmt ablate`", "train"),
    "relations demo --output cells": ("`jmt relations`", "train"),
    "pareto run": ("`jmt pareto`", "train"),
    "serve --model en_jmt_sm": ("`jmt serve`", "serve"),
    "annotate text.txt --model en_jmt_sm --device cuda": ("device `cuda`", "train"),
    "annotate text.txt --model en_jmt_sm --segmenter rules": ("splitting raw text by rules", "spacy"),
    "annotate text.txt --to docbin --output out.spacy": ("--to docbin", "spacy"),
    "compare --pairs pairs.parquet": ("pairs.parquet: a Parquet file", "frames"),
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
    "jmt.Document('A cat.', []).to_pandas()": ("to_pandas", "frames"),
    "jmt.Judgement('A cat.', 'A dog.').to_arrow()": ("to_arrow", "frames"),
    "jmt.load('en_jmt_sm', device='cuda')": ("device `cuda`", "train"),
    "jmt.load('en_jmt_sm', engine='torch')": ("engine `torch`", "train"),
    "__import__('jmt.formats.docbin').formats.docbin.docbin_bytes([])": ("a DocBin", "spacy"),
    "__import__('jmt.integrations.spacy').integrations.spacy.pipeline()": ("jmt.integrations.spacy.pipeline", "spacy"),
}
"""What Python is asked for, what it says needs a library, and the extra that brings it."""


@pytest.mark.parametrize("call", FUNCTIONS)
def test_python_that_needs_more_raises_an_error_that_says_what_to_install(light: LightEnvironment, call: str):
    what, extra = FUNCTIONS[call]
    done = light.python("-c", f"import jmt\ntry:\n    {call}\nexcept jmt.errors.JmtError as error:\n    print(error)")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{what} needs ")
    assert done.stdout.endswith(f", not installed here: pip install 'jmt[{extra}]'\n")


INPUTS = {
    "text": "She reads a book.\n",
    "tokens": "She reads a book .\n",
    "conllu": "1\tShe\t_\t_\t_\t_\t_\t_\t_\t_\n2\treads\t_\t_\t_\t_\t_\t_\t_\t_\n\n",
    "jsonl": '{"text": "She reads a book."}\n',
}


@pytest.mark.parametrize("form", INPUTS)
def test_it_annotates_what_commands_are_given(light: LightEnvironment, form: str):
    done = light.jmt("annotate", "--model", "en_jmt_sm", "--from", form, "--to", "jsonl", text=INPUTS[form])

    assert done.returncode == 0, done.stderr
    (sentence,) = json.loads(done.stdout)["sentences"]
    assert [token["upos"] for token in sentence["tokens"][:2]] == ["PRON", "VERB"]
    assert [token["deprel"] for token in sentence["tokens"][:2]] == ["nsubj", "root"]


@pytest.mark.parametrize("model", ["en_jmt_sm", "en_jmt_md"])
def test_both_models_annotate_raw_text_and_compare_as_they_do_with_all_extras(light: LightEnvironment, model: str):
    first, second = "A man is playing a guitar.", "Someone is playing an instrument."
    program = (
        "import json, jmt, sys\nannotator = jmt.load(sys.argv[1])\n"
        f"print(json.dumps([annotator({first!r}).to_dict(), annotator.compare({first!r}, {second!r}).to_dict()]))\n"
    )
    done = light.python("-c", program, model)
    assert done.returncode == 0, done.stderr
    document, judgement = json.loads(done.stdout)

    annotator = jmt.load(model, device="cpu")
    assert document == annotator(first).to_dict()
    assert judgement["entailment"] == annotator.compare(first, second).entailment
    assert judgement["relatedness"] == pytest.approx(annotator.compare(first, second).relatedness, abs=1e-3)


@pytest.mark.parametrize("command", ["info en_jmt_md", "benchmark --model en_jmt_sm --rounds 1 --text text.txt"])
def test_a_model_is_described_and_measured(light: LightEnvironment, command: str):
    done = light.jmt(*command.split())

    assert done.returncode == 0, done.stderr
    assert "entailment" in done.stdout


def test_with_the_extra_serve_it_answers_over_http(tmp_path: Path):
    with_serve = LightEnvironment(tmp_path, "serve")
    process = with_serve.start("-m", "jmt", "serve", "--model", "en_jmt_sm", "--port", "0")
    try:
        said = ""
        while "ready; try" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        with jmt.Client(re.search(r"http://[\d.]+:\d+", said).group()) as client:
            assert [token.upos for token in client("She reads a book.").tokens][:2] == ["PRON", "VERB"]
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0


TEXTLESS = "jmt: error: splitting raw text by rules needs spacy, not installed here: pip install 'jmt[spacy]'\n"


def test_a_model_that_has_not_learned_to_split_text_takes_words_and_says_what_raw_text_needs(
    light: LightEnvironment, tiny_checkpoint: Path
):
    command = ["annotate", "--model", str(tiny_checkpoint), "--from"]

    assert light.jmt(*command, "tokens", text="A cat .\n").returncode == 0
    refused = light.jmt(*command, "text", text="A cat.\n")
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", TEXTLESS)
    told = light.python("-c", "import jmt, sys; print(jmt.load(sys.argv[1]).describe())", str(tiny_checkpoint))
    assert "spacy-none-en-rules" in told.stdout


def test_a_model_that_only_torch_computes_says_so(light: LightEnvironment, of_experts: Path):
    refused = light.jmt("annotate", "text.txt", "--model", str(of_experts))

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"jmt: error: {of_experts}: computing levels that tasks do not share (experts) needs torch, "
        "not installed here: pip install 'jmt[train]'\n"
    )
    described = light.jmt("info", str(of_experts))
    assert described.returncode == 0, described.stderr
    assert "computed by torch" in described.stdout
