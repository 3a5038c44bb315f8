"""Tables of pairs, sentences and words beyond what the forty show: other columns, what is noted, what is handed on."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jmt.errors import CorpusError
from jmt.formats.tables.reading import read_table
from jmt.formats.tables.rows import TableOptions

FileOf = Callable[[str], Path]
SENTENCES = TableOptions("sentences")


def test_what_is_in_quotation_marks_is_told_either_way(file_of: FileOf):
    noted: list[CorpusError] = []
    list(read_table(file_of('text\tlabel\n"He said ""no"""\tx\n'), SENTENCES, note=noted.append))
    list(read_table(file_of('text\tlabel\n"Hello" he said\tx\n"Oh."\ty\n'), SENTENCES, note=noted.append))

    assert [(note.line, note.message.split(":")[0]) for note in noted] == [
        (1, "cells stand in quotation marks, as the file shows"),
        (3, "a cell stands in quotation marks, which are text, as the others show"),
    ]


def test_blanks_at_the_ends_of_labels_are_taken_off_and_noted_and_texts_stay_as_they_are(file_of: FileOf):
    noted: list[CorpusError] = []
    (row,) = read_table(file_of("text,label\n a b ,x \n"), SENTENCES, note=noted.append)

    assert (row["text"], row["label"]) == (" a b ", "x")
    assert [str(note.message) for note in noted] == ["'x ' is read as 'x': blanks at an end were taken off"]


def test_a_label_and_a_grade_that_are_not_there_are_none(file_of: FileOf):
    first, second = read_table(file_of("text,label,stars\na,,\nb,x,3\n"), SENTENCES)

    assert (first["label"], second["label"], second["score"]) == (None, "x", 3.0)
    assert first["score"] != first["score"]


def test_what_is_called_a_grade_and_holds_none_stays_a_column_of_its_own(file_of: FileOf):
    (row,) = read_table(file_of("text,grade\na,A+\n"), SENTENCES)

    assert row == {"text": "a", "grade": "A+", "line": 2}


def test_other_columns_of_json_lines_keep_the_kind_of_the_first_row(file_of: FileOf):
    first = '{"text": "a", "year": 3, "more": ["x", 1], "id": "i"}'
    second = '{"text": "b", "year": "?", "more": 1, "id": 7}'
    rows = list(read_table(file_of(f"{first}\n{second}\n"), SENTENCES))

    assert [(row["year"], row["more"], row["id"]) for row in rows] == [(3.0, ["x", "1"], "i"), (None, None, "7")]


def test_pairs_that_are_judged_keep_whatever_label_they_have(file_of: FileOf):
    path = file_of("sentence1,sentence2,label,score\na,b,1,\nc,d,-,2\n")
    rows = list(read_table(path, TableOptions("pairs", as_given=True)))

    assert [(row["entailment"], row.get("relatedness")) for row in rows] == [("1", None), ("-", 2.0)]


def test_a_task_of_single_sentences_can_take_one_of_a_pair(file_of: FileOf):
    path = file_of("premise\thypothesis\tlabel\nA\tB\tneutral\n")
    (row,) = read_table(path, TableOptions("sentences", columns={"text": "premise"}))

    assert (row["text"], row["label"], row["hypothesis"]) == ("A", "neutral", "B")


def test_a_column_that_our_rows_use_otherwise_goes_along_under_another_name(file_of: FileOf):
    (row,) = read_table(file_of("text,first,line\na,x,9\n"), SENTENCES)

    assert row == {"text": "a", "input_first": "x", "input_line": "9", "line": 2}


def test_standard_input_is_read_as_it_comes_and_a_quoted_cell_between_tabs_is_refused(monkeypatch: pytest.MonkeyPatch):
    def from_stdin(content: str) -> list[str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
        return [row["first"] for row in read_table("-", TableOptions("pairs"))]

    assert from_stdin('first\tsecond\n"Hello" he said\tB\n') == ['"Hello" he said']
    assert from_stdin('"first"\t"second"\n"Hello."\tB\n') == ["Hello."]
    assert from_stdin('first,second\n"a, b",c\n') == ["a, b"]
    with pytest.raises(CorpusError, match=r"<stdin>:2: this cell looks quoted, which only a whole file can tell"):
        from_stdin('first\tsecond\n"He said ""no"""\tB\n')


def test_labels_that_are_mapped_may_be_written_as_they_are_meant_or_in_other_capitals(file_of: FileOf):
    options = TableOptions("sentences", labels={"Neg": "bad", "1": "good"})
    rows = list(read_table(file_of("text,label\na,Neg\nb,neg\nc,1\nd,good\n"), options))

    assert [row["label"] for row in rows] == ["bad", "bad", "good", "good"]
    with pytest.raises(CorpusError, match=r":2: the label `2` is none of those that `labels` names: Neg, 1"):
        list(read_table(file_of("text,label\na,2\n"), options))


def test_a_column_that_is_told_to_be_the_grade_has_to_hold_one(file_of: FileOf):
    with pytest.raises(CorpusError, match=r":2: score is `A\+`; allowed is a finite number"):
        list(read_table(file_of("text,mark\na,A+\n"), TableOptions("sentences", {"text": "text", "score": "mark"})))


def test_of_two_cuts_of_a_header_that_with_more_known_names_is_meant(file_of: FileOf):
    (row,) = read_table(file_of("text;label;a,b\nx, y;z;w\n"), SENTENCES)

    assert row == {"a,b": "w", "text": "x, y", "label": "z", "line": 2}
