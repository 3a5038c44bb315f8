"""Scores of CoNLL-U text by udtools, the scorer of the treebanks themselves, and ours beside them."""

from __future__ import annotations

import io

from udtools.udeval import evaluate, load_conllu

from jmt.evaluation.conll18 import NEEDS, Table, score_sentences
from jmt.formats.conllu import read_conllu

NAMES = "Tokens Sentences Words UPOS XPOS UFeats AllTags Lemmas UAS LAS CLAS MLAS BLEX".split()


def scores_of_udtools(gold: str, own: str) -> dict[str, dict[str, float]]:
    """Return every score by its name in lower case, in the form of our tables."""
    found = evaluate(*(load_conllu(io.StringIO(text), "in memory", {}) for text in (gold, own)))
    kinds = ("precision", "recall", "f1", "aligned_accuracy")
    values = {name: {kind: getattr(found[name], kind) for kind in kinds} for name in NAMES}
    return {
        name.lower(): {kind: value for kind, value in score.items() if value is not None}
        for name, score in values.items()
    }


def score_as_udtools(gold: str, own: str) -> Table:
    """Score CoNLL-U text and check that every number is that of udtools."""
    table = score_sentences(list(read_conllu(gold)), list(read_conllu(own)))
    assert list(table.scores) == list(NEEDS) == [name.lower() for name in NAMES]
    check_table(table, gold, own)
    return table


def check_table(table: Table, gold: str, own: str) -> None:
    """Check that every number of a table is that of udtools, to 1e-9."""
    expected = scores_of_udtools(gold, own)
    for name, score in table.scores.items():
        found = score.to_dict()
        assert found.keys() == expected[name].keys()
        assert all(abs(found[kind] - value) <= 1e-9 for kind, value in expected[name].items()), (name, gold, own)
