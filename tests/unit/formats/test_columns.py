"""Token and label per line, as in WNUT-17."""

from __future__ import annotations

import pytest

from jmt.errors import CorpusError
from jmt.formats.columns import read_columns


def test_a_line_of_white_space_ends_a_sentence(file_of):
    path = file_of('Ada\tB-person\n#\tO\n\t\n"\tO\n\n\nNew York\tB-location\n')

    assert list(read_columns(path)) == [
        {"tokens": ["Ada", "#"], "ner": ["B-person", "O"], "line": 1},
        {"tokens": ['"'], "ner": ["O"], "line": 4},
        {"tokens": ["New York"], "ner": ["B-location"], "line": 7},
    ]


def test_columns_are_named_from_the_left(file_of):
    (row,) = read_columns(file_of("a\tDET\tB-x\n"), columns=("tokens", "upos", "entity"), span_columns=("entity",))

    assert row == {"tokens": ["a"], "upos": ["DET"], "entity": ["B-x"], "line": 1}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a\tO\nb\n", 2, "1 column where each line has 2 columns between tabs (tokens, ner)"),
        ("a\tO\tO\n", 1, "3 columns"),
        ("\tO\n", 1, "an empty column"),
        ("a\t\n", 1, "an empty column"),
        ("a\tperson\n", 1, "label is `person`"),
        ("\n\n", None, "no sentence"),
    ],
)
def test_what_is_malformed_is_refused_with_its_line(file_of, text, line, reason):
    path = file_of(text)

    with pytest.raises(CorpusError) as raised:
        list(read_columns(path))

    assert str(raised.value).startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert reason in str(raised.value)


@pytest.mark.parametrize(("name", "count"), [("wnut17train.conll", 3_394), ("emerging.dev.conll", 1_009)])
def test_the_real_corpus_has_the_known_counts(corpus, name, count):
    rows = list(read_columns(corpus(f"wnut17/{name}")))

    assert len(rows) == count
    assert {label[2:] for row in rows for label in row["ner"]} - {""} == {
        "corporation", "creative-work", "group", "location", "person", "product",
    }  # fmt: skip
