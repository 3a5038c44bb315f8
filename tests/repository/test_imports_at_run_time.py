"""What a process really imports: asked of `sys.modules`, for the promises that syntax trees cannot prove."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.source import modules


def modules_after(code: str) -> set[str]:
    """Run code in a fresh process and return the names of all modules that it has then imported."""
    listing = "\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code + listing], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_importing_jmt_imports_nothing_heavy():
    heavy = {"torch", "numpy", "spacy", "datasets", "transformers", "pydantic", "httpx2"}
    heavy |= {"jmt.annotate", "jmt.document"}

    assert modules_after("import jmt") & heavy == set()


@pytest.mark.parametrize(
    "name",
    [
        "load",
        "Annotator",
        "Client",
        "Document",
        "Sentence",
        "Token",
        "Judgement",
        "to_pandas",
        "to_arrow",
        "record_batches",
    ],
)
def test_every_public_name_is_found_in_its_home(name: str):
    import jmt

    assert getattr(jmt, name).__module__.startswith("jmt.")
    assert name in dir(jmt)


def test_a_name_that_jmt_does_not_have_is_met_with_those_it_has():
    import jmt

    with pytest.raises(AttributeError, match="Annotator"):
        jmt.annotator  # noqa: B018


LIBRARIES = {"torch", "transformers", "spacy", "datasets", "pandas", "pyarrow", "seqeval", "onnxruntime"}
"""What annotating on the runtime takes none of."""


@pytest.mark.parametrize("model", ["en_jmt_sm", "en_jmt_md"])
def test_the_runtime_annotates_and_compares_without_torch_and_its_friends(model: str):
    loaded = modules_after(
        f"import jmt\nannotator = jmt.load({model!r}, device='cpu')\n"
        "assert annotator('She reads.').sentences[0].tokens[0].head == 2\nannotator.compare('A cat sat.', 'It ran.')\n"
        "assert annotator.encode('She reads.', level=3).any()\n"
        "assert annotator.score_trees(annotator('She reads.').sentences)[0].total > -1\n"
        "assert '<svg' in annotator('She reads.')._repr_html_()\n"
        "assert annotator.describe()['engine'] == 'runtime'"
    )

    assert "numpy" in loaded
    assert {name.split(".")[0] for name in loaded} & LIBRARIES == set()
    assert {
        name for name in loaded if name.startswith(("jmt.training", "jmt.evaluation", "jmt.network.model"))
    } == set()


def test_the_command_annotates_without_them_too():
    loaded = modules_after(
        "import io, sys\nfrom jmt.cli.main import main\nsys.stdin = io.TextIOWrapper(io.BytesIO(b'She reads.'))\n"
        "assert main(['annotate', '--model', 'en_jmt_sm', '--device', 'cpu', '-']) == 0"
    )

    assert "jmt.runtime.engine" in loaded
    assert {name.split(".")[0] for name in loaded} & LIBRARIES == set()
    assert loaded & {"jmt.segmentation.rules", "numpy.ma"} == set()  # each costs a fiftieth of the time to start


def test_annotating_with_a_bilstm_imports_neither_transformers_nor_datasets_nor_training(tiny_checkpoint: Path):
    loaded = modules_after(
        f"import jmt\nannotator = jmt.load({str(tiny_checkpoint)!r}, engine='torch')\n"
        "annotator('She sat on the mat.').to_conllu()\nannotator.compare('A cat sat.', 'The dog ran.')"
    )

    assert "torch" in loaded
    assert {
        name for name in loaded if name.split(".")[0] in {"transformers", "datasets", "pyarrow", "seqeval"}
    } == set()
    assert {name for name in loaded if name.startswith(("jmt.training", "jmt.evaluation", "jmt.runs.config."))} == set()


def test_a_checkpoint_is_read_down_to_its_weights_without_torch(tiny_checkpoint: Path):
    """`test_architecture` has the same of our own imports; here is what they bring along."""
    cascade = [name for name in modules() if name.startswith("jmt.cascade")]
    loaded = modules_after(
        f"import {', '.join(cascade)}\nwith jmt.cascade.checkpoint.opened({str(tiny_checkpoint)!r}) as stored:\n"
        "    assert stored.read_weights(stored.files['model.safetensors'])"
    )

    assert {"jmt.cascade.checkpoint", "numpy"} <= loaded
    assert {name.split(".")[0] for name in loaded} & {"torch", "transformers", "spacy", "datasets"} == set()


def test_training_imports_no_spacy():
    training = [name for name in modules() if name.startswith("jmt.training")]

    assert "spacy" not in modules_after("import " + ", ".join(training))


def test_documents_need_neither_torch_nor_spacy():
    assert modules_after("import jmt.document, jmt.formats.conllu") & {"torch", "spacy"} == set()


def test_a_pipeline_of_spacy_finds_the_component_and_imports_no_model_before_it_is_asked_for():
    """spaCy imports what entry points name whenever a pipeline of any kind is made, by whomever."""
    loaded = modules_after("import spacy\nspacy.blank('en')")

    assert "jmt.integrations.spacy.factory" in loaded
    assert {"jmt.annotate", "jmt.cascade", "jmt.engines", "jmt.runtime", "jmt.network", "jmt.formats"} & loaded == set()
