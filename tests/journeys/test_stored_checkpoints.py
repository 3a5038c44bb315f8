"""Checkpoints that an earlier version wrote load and annotate as that version did, until the next major version.

`tests/assets/stored/` was written by the code of commit b8fd22a (format 2) and is never written anew: a change of the
format adds a folder to it.  The bi-LSTM is stored as float32; the transformer as int8, with a CRF and a biaffine
parser.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import jmt

STORED = Path(__file__).parents[1] / "assets" / "stored"


@pytest.fixture(params=["bilstm", "transformer"])
def stored(request: pytest.FixtureRequest) -> tuple[jmt.Annotator, dict[str, Any]]:
    """A stored model, and what the version that stored it said of a few texts and pairs."""
    recorded: dict[str, Any] = json.loads((STORED / f"{request.param}.json").read_text(encoding="utf-8"))
    return jmt.load(STORED / request.param, device="cpu"), recorded


def test_a_stored_checkpoint_annotates_and_compares_as_it_did(stored: tuple[jmt.Annotator, dict[str, Any]]):
    annotator, recorded = stored

    documents = list(annotator.pipe(recorded["texts"]))
    judgements = annotator.compare_many([(first, second) for first, second in recorded["pairs"]])

    assert [document.to_dict() for document in documents] == recorded["documents"]
    for found, expected in zip(judgements, recorded["judgements"], strict=True):
        assert found.entailment == expected["entailment"]
        assert found.relatedness == pytest.approx(expected["relatedness"], abs=1e-4)
        assert found.probabilities == pytest.approx(expected["probabilities"], abs=1e-4)
