"""Which labels may follow each other: exactly the well formed ones."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from jmt.cascade.decoding.rules import Rules, label_rules
from jmt.cascade.decoding.tagging import TagDecoder
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import TaggerConfig
from tests.assets.label_codes import IOBES, is_well_formed


def test_exactly_the_well_formed_sequences_are_allowed():
    allowed, start, end = label_rules(IOBES, "iobes")
    for length in (1, 2, 3, 4):
        for ids in product(range(len(IOBES)), repeat=length):
            follows = all(bool(allowed[before, after]) for before, after in pairwise(ids))
            possible = bool(start[ids[0]]) and follows and bool(end[ids[-1]])
            assert possible == is_well_formed(tuple(IOBES[index] for index in ids))


def test_iob2_only_forbids_a_span_to_go_on_that_never_began():
    labels = ["O", "B-NP", "I-NP", "B-VP", "I-VP"]
    allowed, start, end = label_rules(labels, "iob2")
    forbidden = {(before, after) for before in labels for after in labels} - {
        (before, after) for i, before in enumerate(labels) for j, after in enumerate(labels) if allowed[i, j]
    }

    assert forbidden == {
        *((before, "I-NP") for before in ("O", "B-VP", "I-VP")),
        *((before, "I-VP") for before in ("O", "B-NP", "I-NP")),
    }
    assert [label for label, may in zip(labels, start, strict=True) if may] == ["O", "B-NP", "B-VP"]
    assert end.all()


def test_without_a_scheme_every_word_gets_its_best_label():
    assert label_rules(["I-X", "O"], None).empty
    assert not label_rules(["I-X", "O"], "iob2").empty

    decoder = TagDecoder(TaggerConfig(level=1, column="x"), LabelSet(["I-X", "O", "B-X"]))
    scores = np.array([[3.0, 1, 2], [0, 2, 1], [0, 1, 2]])
    assert [tagged.labels for tagged in decoder.decode(scores, np.array([1, 2]))] == [["I-X"], ["O", "B-X"]]


@pytest.mark.parametrize("rule", ["allowed", "start", "end"])
def test_one_rule_alone_is_kept_in_decoding(rule: str, monkeypatch: pytest.MonkeyPatch):
    rules = Rules(np.ones((2, 2), np.bool_), np.ones(2, np.bool_), np.ones(2, np.bool_))
    getattr(rules, rule)[..., 1] = False  # where the rule speaks, label 1 may not be
    monkeypatch.setattr("jmt.cascade.decoding.tagging.label_rules", lambda *_: rules)
    decoder = TagDecoder(TaggerConfig(level=1, column="x"), LabelSet("01"))
    expected = {"allowed": "100", "start": "011", "end": "110"}

    (found,) = decoder.decode(np.tile([0.0, 1.0], (3, 1)), np.array([3]))
    assert found.labels == list(expected[rule])
