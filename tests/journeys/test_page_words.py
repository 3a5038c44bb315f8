"""Lemmas, features and multiword tokens on the page, in Chromium."""

from __future__ import annotations

from typing import Any

import pytest

from tests.assets.browser import Visit, what_is_missing
from tests.assets.page_inputs import LOOKS

if reason := what_is_missing():
    pytest.skip(reason, allow_module_level=True)

ROWS = [
    ("Parle", "parler", "VERB", "Mood=Imp|Number=Sing", 0, "root"),
    ("à", "à", "ADP", "_", 4, "case"),
    ("les", "le", "DET", "Definite=Def|Number=Plur", 4, "det"),
    ("amis", "ami", "NOUN", "Gender=Masc|Number=Plur", 1, "obl"),
    ("de", "de", "ADP", "_", 7, "case"),
    ("le", "le", "DET", "Definite=Def", 7, "det"),
    ("maire", "maire", "NOUN", "Number=Sing", 4, "nmod"),
    (".", ".", "PUNCT", "_", 1, "punct"),
]
KEYS = ("text", "lemma", "upos", "feats", "head", "deprel")
FUSED = [{"first": 2, "last": 3, "text": "aux"}, {"first": 5, "last": 6, "text": "du"}]
TOKENS = [{"id": number, **dict(zip(KEYS, row, strict=True))} for number, row in enumerate(ROWS, start=1)]
KINDS = {"upos": "tagger", "feats": "morphology", "lemma": "lemmatizer", "dep": "parser"}
MODEL: dict[str, Any] = {
    "name": "fr",
    "tasks": [
        {"name": name, "kind": kind, "level": level, "reads": [], "labels": ["NOUN", "VERB"]}
        for level, (name, kind) in enumerate(KINDS.items(), start=1)
    ],
}


def answer(fused: list[dict[str, Any]]) -> dict[str, Any]:
    sentence = {"tokens": TOKENS, "spans": {}, **({"multiword_tokens": fused} if fused else {})}
    return {"tasks": list(KINDS), "ran": list(KINDS), "documents": [{"sentences": [sentence]}]}


@pytest.fixture
def drawn(visit: Visit) -> Visit:
    visit.look("light", 1060)
    visit.fake(MODEL, answer(FUSED))
    return visit


def test_lemmas_are_a_row_under_the_tags_and_features_are_told_of_the_word_pointed_at(drawn: Visit):
    assert drawn.texts("svg .tag.lemma") == [row[1] for row in ROWS]
    assert drawn.texts("svg .tag:not(.lemma)") == [row[2] for row in ROWS]
    assert drawn.texts("svg .word title") == [row[3].replace("|", " · ") for row in ROWS if row[3] != "_"]
    assert drawn.texts(".level .title > :first-child, .level .tasks") == list(KINDS)


def test_what_is_written_stands_above_its_words_and_beside_them_where_they_run_down(drawn: Visit):
    assert drawn.texts("svg .whole") == ["aux", "du"]
    assert drawn.texts("svg .form") == [row[0] for row in ROWS]
    box = lambda selector, at: drawn.page.locator(selector).nth(at).bounding_box()  # noqa: E731
    whole, first, last = box("svg .whole", 0), box("svg .word rect", 1), box("svg .word rect", 2)
    assert whole["y"] + whole["height"] <= first["y"] + 1
    assert first["x"] < whole["x"] + whole["width"] / 2 < last["x"] + last["width"]
    drawn.choose("Down")
    whole, first, last = box("svg .whole", 0), box("svg .word rect", 1), box("svg .word rect", 2)
    assert first["x"] + first["width"] < whole["x"]
    assert first["y"] < whole["y"] + whole["height"] / 2 < last["y"] + last["height"]


def test_the_table_says_lemmas_features_and_what_is_written(drawn: Visit):
    drawn.choose("Table")
    table = drawn.page.get_by_role("table")

    assert table.locator("thead th").all_text_contents() == (
        ["no.", "word", "written", "lemma", "upos", "head", "relation", "feats"]
    )
    rows = [row.locator("th, td").all_text_contents() for row in table.locator("tbody tr").all()]
    assert [row[2] for row in rows] == ["", "aux", "aux", "", "du", "du", "", ""]
    assert [row[7] for row in rows] == [row[3] for row in ROWS]


def test_a_sentence_without_multiword_tokens_is_drawn_without_their_room(drawn: Visit):
    tall = drawn.page.locator("figure svg").bounding_box()["height"]
    drawn.fake(MODEL, answer([]))

    assert drawn.page.locator("figure svg").bounding_box()["height"] < tall
    assert drawn.page.locator("th", has_text="written").count() == 0


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_overlaps_and_arcs_end_at_their_words(drawn: Visit, look: str):
    drawn.look(*LOOKS[look])
    for fused in (FUSED, [{"first": 2, "last": 4, "text": "aux-amis-tout-en-un-mot"}]):
        drawn.fake(MODEL, answer(fused))
        for view in ("Across", "Down", "Table"):
            drawn.choose(view)
            assert drawn.probe("overlapsInDrawings") == []
            assert drawn.probe("overlapsOnThePage") == []
            assert drawn.too_faint() == []
            if view != "Table":
                assert drawn.probe("arcs") == [{"words": 8, "arcs": 8, "off": []}]
