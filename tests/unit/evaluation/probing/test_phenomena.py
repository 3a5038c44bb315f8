"""Minimal pairs as a probe: scores by hand, and which phenomena count as trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.errors import CorpusError, InputError
from jmt.evaluation.probing.phenomena import PhenomenonScore, probe_phenomena, read_minimal_pairs
from jmt.evaluation.probing.probe import probe_model
from jmt.evaluation.probing.texts import read_probe_texts
from tests.unit.evaluation.probing.known_judge import KnownJudge, equal_texts

ROWS = [
    {"first": "a", "second": "a", "entailment": "entailment", "phenomenon": "negation"},
    {"first": "a", "second": "b", "entailment": "neutral", "phenomenon": "negation"},
    {"first": "a", "second": "c", "entailment": "contradiction", "phenomenon": "numbers"},
    {"first": "a", "second": "d", "entailment": "entailment", "phenomenon": "numbers"},
]


def test_classes_and_whether_it_follows_are_scored_by_phenomenon_and_together():
    scores = probe_phenomena(KnownJudge(equal_texts), ROWS, trained=["negation"])

    assert scores == [
        PhenomenonScore("negation", 2, 0.5, 1.0, True),  # contradiction for neutral: it does not follow, that is right
        PhenomenonScore("numbers", 2, 0.5, 0.5, False),
        PhenomenonScore("trained", 2, 0.5, 1.0, True),
        PhenomenonScore("untrained", 2, 0.5, 0.5, False),
        PhenomenonScore("all", 4, 0.5, 0.75, None),
    ]


def test_one_who_knows_all_answers_has_them_all_right():
    rows = read_minimal_pairs("test")
    answers = {(row["first"], row["second"]): row["entailment"] for row in rows}
    scores = probe_phenomena(KnownJudge(lambda *pair: answers[pair].upper()), rows)

    assert {score.right for score in scores} == {score.follows for score in scores} == {1.0}


def test_one_who_always_says_entailment_is_right_half_of_the_time_on_every_phenomenon():
    scores = probe_phenomena(KnownJudge(lambda *_: "entailment"), read_minimal_pairs("test"))

    assert {score.right for score in scores} == {0.5}


def test_a_probe_has_all_three_parts_and_says_them_in_json():
    texts = [read_probe_texts("minimal_pairs", split="dev", limit=20)]
    found = probe_model(KnownJudge(equal_texts, lambda *_: 3.0), texts).to_dict()

    assert found["itself"]["minimal_pairs"]["itself"] == {"count": 20, "right": 1.0, "grade": 3.0}
    assert found["pairs"]["minimal_pairs"]["double_space"]["grade"] == 0.0
    assert found["minimal_pairs"]["totals"]["all"]["right"] < 0.5
    assert found["minimal_pairs"]["phenomena"]["factives"]["trained"] is False
    assert found["minimal_pairs"]["phenomena"]["negation"]["trained"] is True


def test_minimal_pairs_are_for_models_of_their_language():
    assert probe_model(KnownJudge(equal_texts, language="fr"), []).phenomena == []


@pytest.mark.parametrize(
    ("judge", "said"),
    [
        (KnownJudge(equal_texts, task="nli"), "this one has none; its tasks are nli"),
        (KnownJudge(equal_texts, labels=("yes", "no")), "the classes of `entailment` are yes, no"),
    ],
)
def test_a_model_that_cannot_say_whether_something_follows_is_refused(judge: KnownJudge, said: str):
    with pytest.raises(InputError, match=said):
        probe_model(judge, [])


def test_another_corpus_of_that_name_is_refused_where_it_says_no_phenomena(tmp_path: Path):
    folder = tmp_path / "minimal_pairs"
    folder.mkdir()
    (folder / "test.tsv").write_text("first\tsecond\tentailment\na\tb\tneutral\n", encoding="utf-8")

    with pytest.raises(CorpusError, match=r"`phenomenon` are needed, found first, second, entailment, line|needed"):
        read_minimal_pairs("test", [tmp_path])
