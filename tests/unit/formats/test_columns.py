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


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u200b", "\ufeff", " \u2060\u2003"])
def test_blanks_at_the_ends_of_a_label_make_no_second_label_and_are_noted(file_of, blank: str):
    noted: list[CorpusError] = []
    path = file_of(f"a\tB-x\n b\t{blank}B-x{blank}\nc\u200b\tO\n")
    (row,) = read_columns(path, note=noted.append)

    assert row == {"tokens": ["a", "b", "c\u200b"], "ner": ["B-x", "B-x", "O"], "line": 1}
    assert [(fault.line, fault.message.partition(":")[0]) for fault in noted] == [
        (2, "' b' is read as 'b'"),
        (2, f"{f'{blank}B-x{blank}'!a} is read as 'B-x'"),
    ]


def test_the_line_that_begins_a_document_is_no_sentence(file_of):
    content = "-DOCSTART-\t-X-\tO\n\na\tB-x\n-DOCSTART-\nb\tO\n\n-DOCSTART- -X- O\n\n"

    assert [row["tokens"] for row in read_columns(file_of(content))] == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a\tO\nb\n", 2, "1 column where each line has 2 columns between tabs (tokens, ner)"),
        ("a\tO\tO\n", 1, "3 columns"),
        ("\tO\n", 1, "an empty column"),
        ("a\tO\n\u00a0 \tO\n", 2, "an empty column"),
        ("a\t\u200b \n", 1, "an empty column"),
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
