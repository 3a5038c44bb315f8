"""A stored pipeline of spaCy, taken up by somebody who knows spaCy alone: nothing of ours is imported by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import jmt

pytest.importorskip("spacy")

PROGRAM = """
import json, multiprocessing, sys
import spacy

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")  # every process reads the model by itself
    nlp = spacy.load(sys.argv[1])
    texts = ["She didn't read.", "", "It is old. He sleeps."]
    docs = list(nlp.pipe(texts, n_process=2, batch_size=1))
    print(json.dumps([[doc.to_json(), doc._.jmt.to_dict()] for doc in docs]))
"""


def test_a_stored_pipeline_goes_on_in_spawned_processes_without_an_import_of_ours(tmp_path: Path):
    from jmt.integrations.spacy import pipeline

    nlp = pipeline("en_jmt_sm", config={"device": "cpu"})
    nlp.to_disk(tmp_path / "stored")
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "program.py", "stored"], capture_output=True, text=True, cwd=tmp_path, timeout=280
    )

    assert done.returncode == 0, done.stderr
    annotator = jmt.load("en_jmt_sm", device="cpu")
    for text, (doc, document) in zip(
        ["She didn't read.", "", "It is old. He sleeps."], json.loads(done.stdout), strict=True
    ):
        assert document == annotator(text).to_dict()
        assert doc == json.loads(json.dumps(nlp(text).to_json()))
