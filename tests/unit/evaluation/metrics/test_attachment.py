"""Attachment scores against the CoNLL-18 rules, written down here once more."""

from __future__ import annotations

import random

import pytest

from jmt.cascade.symbols.examples import GoldTree
from jmt.cascade.symbols.values import Tree
from jmt.evaluation.metrics.attachment import Attachment

RELATIONS = ["nsubj", "nsubj:pass", "obj", "obl", "obl:npmod", "punct", "root", "case"]


def conll18(rows: list[dict[str, object]]) -> dict[str, float]:
    """One row per gold word; on gold words precision, recall and F1 are all this share."""
    heads = [row["head"] == row["guess"] for row in rows]
    both = [
        row["head"] == row["guess"] and str(row["deprel"]).split(":")[0] == str(row["deprel_guess"]).split(":")[0]
        for row in rows
    ]
    spoken = [row["upos"] != "PUNCT" for row in rows]
    kept = max(1, sum(spoken))
    return {
        "uas": sum(heads) / len(rows),
        "las": sum(both) / len(rows),
        "uas_ptb": sum(h for h, s in zip(heads, spoken, strict=True) if s) / kept,
        "las_ptb": sum(b for b, s in zip(both, spoken, strict=True) if s) / kept,
        "count": len(rows),
    }


def test_random_trees_are_scored_by_the_conll18_rules() -> None:
    draw = random.Random(1)
    for _ in range(60):
        metric, rows = Attachment(), []
        for _ in range(draw.randint(1, 5)):
            words = draw.randint(1, 9)
            gold = Tree([draw.randint(0, words) for _ in range(words)], draw.choices(RELATIONS, k=words))
            guess = Tree(
                [draw.choice([head, head, 0]) for head in gold.head_ids],
                [draw.choice([relation, draw.choice(RELATIONS)]) for relation in gold.deprels],
            )
            upos = draw.choices(["NOUN", "PUNCT", "VERB"], k=words)
            metric.update(GoldTree(gold, upos), guess)
            keys = ("head", "guess", "deprel", "deprel_guess", "upos")
            columns = (gold.head_ids, guess.head_ids, gold.deprels, guess.deprels, upos)
            rows += [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]
        assert metric.result() == pytest.approx(conll18(rows))


def test_punctuation_by_upos_and_not_by_relation_is_left_out_of_the_ptb_scores() -> None:
    metric = Attachment()
    gold = GoldTree(Tree([0, 1, 1], ["root", "punct", "obj"]), ["VERB", "SYM", "PUNCT"])
    metric.update(gold, Tree([0, 3, 2], ["root", "punct", "obj"]))
    assert metric.result() == {"uas": pytest.approx(1 / 3), "las": pytest.approx(1 / 3), "uas_ptb": 0.5,
                               "las_ptb": 0.5, "count": 3}  # fmt: skip


def test_subtypes_do_not_count() -> None:
    metric = Attachment()
    metric.update(GoldTree(Tree([2, 0], ["nsubj:pass", "root"])), Tree([2, 0], ["nsubj", "root"]))
    assert metric.result()["las"] == 1.0


def test_without_upos_there_are_no_ptb_scores() -> None:
    metric = Attachment()
    metric.update(GoldTree(Tree([0], ["root"])), Tree([0], ["root"]))
    assert set(metric.result()) == {"uas", "las", "count"}


def test_confusion_is_about_words_with_the_right_head() -> None:
    metric = Attachment()
    gold = GoldTree(Tree([2, 0, 2], ["nsubj", "root", "obj"]))
    metric.update(gold, Tree([2, 0, 1], ["obj", "root", "obl"]))
    assert +metric.confusion == {("nsubj", "obj"): 1, ("root", "root"): 1}
    assert metric.labels.scores()["obj"].recall == 0.0
    assert metric.labels.scores()["root"].f1 == 1.0


def test_without_upos_in_one_of_several_treebanks_there_are_no_scores_without_punctuation():
    tree = Tree([0], ["root"])
    known, unknown = Attachment(), Attachment()
    known.update(GoldTree(tree, ["NOUN"]), tree)
    unknown.update(GoldTree(tree), tree)
    known.absorb(unknown)
    assert "las_ptb" not in known.result()
