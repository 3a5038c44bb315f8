"""Morphological features: one canonical way to write them, and the labels that a model makes of them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jmt.cascade.symbols.features import FeatureTable, canonical_features, feature_labels, values_of

NAMES = st.sampled_from(["Case", "Number", "Number[psor]", "abbr", "Person", "VerbForm"])
BUNDLES = st.dictionaries(NAMES, st.sets(st.sampled_from(["Nom", "acc", "1", "Fin"]), min_size=1), max_size=5)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("_", "_"),
        ("Number=Sing|Case=Nom", "Case=Nom|Number=Sing"),
        ("VerbForm=Fin|abbr=Yes", "abbr=Yes|VerbForm=Fin"),
        ("Number[psor]=Sing|Number=Plur", "Number=Plur|Number[psor]=Sing"),
        ("Case=Nom,Acc", "Case=Acc,Nom"),
        ("Case=Nom|Case=Acc|Case=Nom", "Case=Acc,Nom"),
    ],
)
def test_attributes_stand_in_order_whatever_their_case_and_values_in_order(written: str, canonical: str):
    assert canonical_features(written) == canonical


@given(BUNDLES, st.integers())
def test_features_in_any_order_are_the_same_features(bundle: dict[str, set[str]], seed: int):
    dice = random.Random(seed)
    names = dice.sample(sorted(bundle), len(bundle))
    written = "|".join(f"{name}={','.join(dice.sample(sorted(bundle[name]), len(bundle[name])))}" for name in names)
    canonical = canonical_features(written or "_")

    assert canonical == canonical_features("|".join(reversed(values_of(canonical))) or "_")
    assert {
        name: set(values.split(",")) for name, _, values in (v.partition("=") for v in values_of(canonical))
    } == bundle


@pytest.mark.parametrize("wrong", ["", "NN", "Case=", "=Nom", "Case=Nom|", "Case=Nom,", "_|Case=Nom", "[Case=Nom"])
def test_what_is_no_list_of_features_is_refused_with_the_part_that_is_wrong(wrong: str):
    with pytest.raises(ValueError, match="is no feature: Attribute=Value is expected"):
        canonical_features(wrong)


def test_labels_are_values_absences_and_bundles_that_are_not_rare():
    labels = feature_labels(["Case=Nom", "Case=Nom", "Case=Acc|Number=Sing", "_", "_"], minimum=2)

    assert labels == ["Case=", "Case=Acc", "Case=Nom", "Number=", "Number=Sing", "[Case=Nom]", "[_]", "[...]"]


def test_a_table_finds_the_labels_again_in_whatever_order_they_came():
    table = FeatureTable.of(["[_]", "VerbForm=", "[...]", "abbr=Yes", "[Case[x]=A|abbr=Yes]", "VerbForm=Fin", "abbr="])

    assert table == FeatureTable({"abbr": [3, 6], "VerbForm": [1, 5]}, {"_": 0, "Case[x]=A|abbr=Yes": 4}, 2)
    assert list(table.attributes) == ["abbr", "VerbForm"]
