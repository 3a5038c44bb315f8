"""Labels of edits and of features that a checkpoint may hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jmt.cascade.symbols.edit_scripts import apply, script_of
from jmt.cascade.symbols.features import feature_labels
from jmt.files.guards.checkpoint import check_forms, check_labels, is_label

SHORT = st.text(max_size=12)


@given(SHORT, SHORT)
def test_the_edits_that_may_be_stored_are_those_that_add_nothing_unprintable(form: str, lemma: str):
    script = script_of(form, lemma)

    assert is_label(script, "lemmatizer") == all(
        letter.isprintable() for letter in apply(script, "\ue000" * 30) if letter != "\ue000"
    )


@pytest.mark.parametrize(
    "script", ["", "run", "lower", "lower -1", "lower *\\{1b;", "=\\{a;", "lower **", "=\n", "=" + "x" * 200]
)
def test_other_edits_are_refused(script: str):
    with pytest.raises(ValueError, match="is no label"):
        check_labels({"lemma": ["lower *", script]}, {"lemma": "lemmatizer"})


@pytest.mark.parametrize("label", ["", "Case", "=Nom", "Case=A|B", "[Case=Nom", "[Case=Nom]]", "Case=\t"])
def test_other_values_and_bundles_are_refused(label: str):
    with pytest.raises(ValueError, match="is no label"):
        check_labels({"feats": ["[...]", label]}, {"feats": "morphology"})


def test_labels_of_features_may_be_stored_and_need_one_for_all_other_bundles():
    labels = feature_labels(["Case=Acc,Nom|Number[psor]=Sing", "_"], minimum=1)
    check_labels({"feats": labels}, {"feats": "morphology"})

    with pytest.raises(ValueError, match=r"feats needs the label \[\.\.\.\]"):
        check_labels({"feats": labels[:-1]}, {"feats": "morphology"})


@pytest.mark.parametrize(
    "forms",
    [
        [],
        {"xpos": [["a", 0]]},
        {"gone": [["a", 0]]},
        {"lemma": {"a": [0]}},
        {"lemma": ["a"]},
        {"lemma": [[]]},
        {"lemma": [["a"]]},
        {"lemma": [["a", 2]]},
        {"lemma": [["a", 0, -1]]},
        {"lemma": [["a", True]]},
        {"lemma": [[0, 0]]},
        {"lemma": [["a" * 201, 0]]},
        {"lemma": [[str(number), 0] for number in range(50_001)]},
    ],
)
def test_forms_with_labels_that_are_not_there_or_of_other_tasks_are_refused(forms: Any):
    labels, kinds = {"lemma": ["=be", "lower *"], "xpos": ["NN"]}, {"lemma": "lemmatizer", "xpos": "tagger"}
    check_forms({"lemma": [["saw", 1, 0]]}, labels, kinds)

    with pytest.raises(ValueError, match=r"vocabulary\.json: forms"):
        check_forms(forms, labels, kinds)
