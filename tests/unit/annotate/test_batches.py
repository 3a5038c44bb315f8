"""An annotator is a function of batches, of whatever kind an engine hands them to it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas
import pyarrow
import pytest

import jmt
from jmt.annotate import Annotator
from jmt.errors import InputError

TEXTS = ["A cat sat. It ran.", ""]


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return jmt.load("en_jmt_sm", device="cpu", tasks=["xpos"])


@pytest.mark.parametrize(
    "batch",
    [
        {"text": TEXTS, "id": [1, 2]},
        pandas.DataFrame({"text": TEXTS, "id": [1, 2]}),
        pyarrow.table({"text": TEXTS}),
        pyarrow.record_batch({"text": TEXTS}),
    ],
    ids=["columns", "pandas", "arrow", "record batch"],
)
def test_a_batch_comes_back_as_it_was_with_one_column_more(annotator: Annotator, batch: object):
    found = annotator.annotate_batch(batch)

    assert type(found) is type(batch)
    assert [json.loads(str(value)) for value in found["annotation"]] == [annotator(text).to_dict() for text in TEXTS]
    assert [str(value) for value in found["text"]] == TEXTS


def test_conllu_and_another_column_can_be_asked_for(annotator: Annotator):
    found = annotator.annotate_batch({"body": TEXTS[:1]}, column="body", to="conllu")

    assert found["annotation"] == [annotator(TEXTS[0]).to_conllu().rstrip("\n")]


def test_what_is_no_batch_or_lacks_the_column_is_refused(annotator: Annotator, tmp_path: Path):
    for batch, says in [
        ({"body": TEXTS}, "no column 'text' in the batch; there are body"),
        ({"text": TEXTS, "annotation": TEXTS}, "has a column `annotation` already"),
        (TEXTS, "a batch is a dictionary of columns"),
        ({"text": TEXTS[0]}, "'text' is .*, and a batch has many: .* say batched=True"),
        ({"text": None}, "'text' is .*, and a batch has many"),
        (pandas.DataFrame([["a", "b"]], columns=["text", "text"]), "several columns 'text'"),
        ({"text": ["a", None]}, "text 2: a text is a string"),
    ]:
        with pytest.raises(InputError, match=says):
            annotator.annotate_batch(batch)
    with pytest.raises(InputError, match="jsonl or conllu"):
        annotator.annotate_batch({"text": TEXTS}, to="tree")  # type: ignore[arg-type]
