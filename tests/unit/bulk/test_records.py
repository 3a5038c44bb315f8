"""Every record of an input comes out with its place: as what it means, or with the reason why it means nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.bulk import records as module
from jmt.bulk.records import Reading, Record, records_of
from jmt.bulk.shards import plan_shards
from jmt.bulk.sources import find_inputs


def read(path: Path, content: bytes | None = None, reading: Reading | None = None) -> list[Record]:
    if content is not None:
        path.write_bytes(content)
    (shard,) = plan_shards(find_inputs([str(path)], None), 10**6, lambda count: None).shards
    return [record for piece in shard.pieces for record in records_of(piece, reading or Reading())]


def faults(found: list[Record]) -> list[tuple[int | None, str]]:
    return [(record.line, record.fault) for record in found if record.fault is not None]


def texts(found: list[Record]) -> list[str]:
    return [record.document.text for record in found if record.document is not None]


def test_bad_lines_of_text_are_faults_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_BYTES", 50)
    found = read(tmp_path / "x.txt", b"\xef\xbb\xbfOne.\r\n\n\xffab\na\0b\n" + b"x" * 170 + b"\nTwo.")

    assert texts(found) == ["One.", "Two."]
    assert [record.line for record in found] == [1, 3, 4, 5, 6]
    (_, first), (_, second), (_, third) = faults(found)
    assert first == "not UTF-8: byte 0xff is byte 1 of the line; save it as UTF-8"
    assert second.startswith("a NUL")
    assert third == "a line of over 50 bytes"


def test_lines_that_end_in_carriage_returns_alone_are_lines(tmp_path: Path):
    assert texts(read(tmp_path / "x.txt", b"One.\rTwo.\rThree.")) == ["One.", "Two.", "Three."]


def test_a_record_that_is_too_long_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LONGEST", 10)

    assert faults(read(tmp_path / "x.txt", b"Ten chars.\nMore than ten.\n")) == [
        (2, "14 characters, of 10 that a record may have: split it")
    ]


def test_objects_of_lines_have_a_text_or_words_and_what_else_they_hold_goes_along(tmp_path: Path):
    rows = ['{"text":"A cat.","id":1}', "[1]", '{"id":2}', '{"tokens":["A","cat"],"id":3}', '{"text":7}', "{"]
    found = read(tmp_path / "x.jsonl", "\n".join(rows).encode())

    assert [(record.line, record.others) for record in found if record.document] == [(1, {"id": 1}), (4, {"id": 3})]
    assert [line for line, _ in faults(found)] == [2, 3, 5, 6]
    assert faults(found)[0][1].startswith("a JSON array where each line has an object")
    assert faults(found)[1][1] == "no column that is known to hold a text, among `id`: name it with --column"


def test_a_sentence_of_conllu_that_cannot_be_read_is_one_fault(tmp_path: Path):
    good = "1\tA\t_\t_\t_\t_\t_\t_\t_\t_\n2\tcat\t_\t_\t_\t_\t_\t_\t_\t_\n"
    found = read(tmp_path / "x.conllu", f"{good}\n1\tA\n2\tcat\n\n# c\n{good}".encode())

    assert [(record.line, record.fault is None) for record in found] == [(1, True), (4, False), (7, True)]


def test_the_text_of_a_table_is_the_column_that_is_named_or_has_a_usual_name(tmp_path: Path):
    rows = [{"review": "Good.", "blurb": "Bad."}]
    path = tmp_path / "x.jsonl"
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()

    assert texts(read(path, content)) == ["Good."]
    assert texts(read(path, content, Reading(column="blurb"))) == ["Bad."]
    assert faults(read(path, content, Reading(column="nosuch"))) == [
        (1, "there is no column `nosuch`; there are review, blurb")
    ]


def test_pairs_are_found_by_their_usual_names_and_their_labels_are_no_predictions(tmp_path: Path):
    rows = (
        b'{"premise":"A.","hypothesis":"B.","label":"neutral","line":7}\n{"premise":"A.","hypothesis":null}\n{"a":1}\n'
    )
    found = read(tmp_path / "x.jsonl", rows, Reading(pairs=True))

    assert [record.pair for record in found] == [("A.", "B."), None, None]
    assert found[0].others == {"input_line": 7, "gold_entailment": "neutral"}
    assert [line for line, _ in faults(found)] == [2, 3]


@pytest.mark.parametrize("name", ["x.tsv", "x.csv"])
def test_a_row_with_too_few_cells_costs_no_other_pair(tmp_path: Path, name: str):
    at = "\t" if name.endswith("tsv") else ","
    lines = [["sentence1", "sentence2", "id"], ["A.", "B.", "1"], ["C."], ["D.", "E.", "2"]]
    content = "".join(at.join(cells) + "\n" for cells in lines).encode()
    found = read(tmp_path / name, content, Reading(pairs=True))

    assert [record.pair for record in found] == [("A.", "B."), None, ("D.", "E.")]
    assert faults(found)[0][0] == 3
    assert "1 cells between" in str(found[1].fault)


def test_rows_of_parquet_with_bytes_that_are_no_text_are_faults_of_their_own(tmp_path: Path):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    column = pa.array([b"One.", b"\xff", b"Three.", None], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": column, "id": [1, 2, 3, 4]}), tmp_path / "x.parquet")
    found = read(tmp_path / "x.parquet")

    assert [(record.line, record.others.get("id")) for record in found if record.document] == [(1, 1), (3, 3)]
    assert [line for line, _ in faults(found)] == [2, 4]
    assert "cannot be read" in faults(found)[0][1]


BROKEN_ROWS = {
    "an empty text": (b",9\n", None),
    "too many cells": (b"B.,9,10\n", "3 cells between commas where the header names 2"),
    "bytes of another encoding": (b"caf\xe9,9\n", "not UTF-8: byte 0xe9"),
    "a NUL": (b"a\x00b,9\n", "a NUL"),
    "a quotation mark that is not closed": (b'"B.,9\n', "a quotation mark that opens here is never closed"),
    "text behind a closing mark": (b'"B." and,9\n', "goes on behind the quotation mark"),
    "bad bytes in a later line of a cell": (b'"B.\n caf\xe9",9\n', "not UTF-8"),
}


@pytest.mark.parametrize("case", BROKEN_ROWS)
def test_a_broken_row_of_a_csv_costs_no_other_one_and_is_told_with_its_line(tmp_path: Path, case: str):
    row, why = BROKEN_ROWS[case]
    content = b"text,id\nA.,1\n" + row + b"C.,3\nD.,4\n"
    found = read(tmp_path / "x.csv", content)

    texts = [record.document.text for record in found if record.document]
    assert texts == (["A.", "", "C.", "D."] if why is None else ["A.", "C.", "D."])
    if why is not None:
        bad = [record for record in found if record.fault]
        assert [record.line for record in bad][:1] == [3]
        assert why in str(bad[0].fault)


def test_several_broken_quotes_cost_their_rows_alone(tmp_path: Path):
    rows = b""
    for number in range(30):
        rows += b'"bad %d\n' % number if number % 7 == 3 else b""
        rows += b"Good %d,1\n" % number
    found = read(tmp_path / "x.csv", b"text,id\n" + rows)
    texts = {record.document.text for record in found if record.document}
    assert texts == {f"Good {number}" for number in range(30)}


def test_what_stands_beside_the_text_comes_along_as_it_is(tmp_path: Path):
    found = read(tmp_path / "x.csv", b"text,score,label,id,tokens\nBad.,n/a,,007,4\n")
    assert found[0].others == {"score": "n/a", "label": "", "id": "007", "tokens": "4"}
    pairs = read(tmp_path / "y.csv", b"sentence1,sentence2,score\nA.,B.,bad\n", Reading(pairs=True))
    assert (pairs[0].pair, pairs[0].others) == (("A.", "B."), {"gold_relatedness": "bad"})


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl"])
def test_a_column_that_is_not_there_is_refused_in_every_format(tmp_path: Path, name: str):
    content = b"text,id\nA.,1\n" if name == "x.csv" else b'{"text": "A.", "id": 1}\n'
    found = read(tmp_path / name, content, Reading(column="nope"))
    assert not any(record.document for record in found)
    assert "there is no column `nope`; there are" in str(found[0].fault)


def test_words_that_come_with_their_text_keep_its_offsets(tmp_path: Path):
    rows = b'{"text": "A dog.", "tokens": ["A", "dog", "."]}\n{"text": "A dog.", "tokens": ["other"]}\n'
    good, other = read(tmp_path / "x.jsonl", rows)
    assert good.document is not None
    assert [(token.text, token.start) for token in good.document.tokens] == [("A", 0), ("dog", 2), (".", 5)]
    assert other.document is not None
    assert (other.document.text, other.others) == ("other", {"text": "A dog."})


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (b'text\nfine\n"a, b"\n', ["fine", "a, b"]),
        (b'text\n"Hello, you"\n"He said ""hi"", ok"\n"broken" x\nlast\n', ["Hello, you", 'He said "hi", ok', "last"]),
        (b'text;id\n"a;b";1\nc;2\n', ["a;b", "c"]),
    ],
)
def test_in_a_csv_marks_stand_around_cells_whatever_other_rows_hold(tmp_path: Path, content: bytes, texts: list[str]):
    found = read(tmp_path / "x.csv", content)
    assert [record.document.text for record in found if record.document] == texts


def test_after_a_broken_row_no_row_comes_twice_where_a_cell_holds_carriage_returns(tmp_path: Path):
    rows = b'"a\rb\rc\rd",1\n' + b"".join(b"row %d,%d\n" % (n, n) for n in (2, 3, 4, 5)) + b'"bad" x,6\nseven,7\n'
    found = read(tmp_path / "x.csv", b"text,id\n" + rows)
    texts = [record.document.text for record in found if record.document]
    assert texts == ["a\rb\rc\rd", "row 2", "row 3", "row 4", "row 5", "seven"]
    assert [line for line, _ in faults(found)] == [7]


@pytest.mark.parametrize("column", [None, "body"])
def test_a_column_that_is_named_twice_is_refused(tmp_path: Path, column: str | None):
    name = (column or "text").encode()
    (fault,) = read(tmp_path / "x.csv", name + b",id," + name + b"\na,1,b\n", Reading(column=column))
    assert "twice: rename one" in str(fault.fault)


def test_a_text_is_taken_before_a_word_that_stands_beside_it(tmp_path: Path):
    rows = b'{"word": "bank", "sentence": "I went to the bank."}\n'
    for name, content in (("x.jsonl", rows), ("x.csv", b"word,sentence\nthe bank,I went to the bank.\n")):
        (record,) = read(tmp_path / name, content)
        assert record.document is not None
        assert record.document.text == "I went to the bank."


def test_words_that_are_no_text_are_refused_with_their_line(tmp_path: Path):
    (fault,) = read(tmp_path / "x.csv", b"tokens\nHel\xfflo there\nok fine\n")
    assert "not UTF-8" in str(fault.fault)


def test_the_tables_of_sts_benchmark_are_pairs_without_a_header(tmp_path: Path):
    lines = [f"main-captions\tMSRvid\t2012test\t{number:04}\t2.5\tA dog {number}.\tA cat." for number in range(3)]
    found = read(tmp_path / "x.tsv", ("\n".join(lines) + "\n").encode(), Reading(pairs=True))
    assert [record.pair for record in found] == [(f"A dog {number}.", "A cat.") for number in range(3)]


def test_without_a_text_its_words_are_annotated_and_without_both_nothing(tmp_path: Path):
    rows = b'{"text": null, "tokens": ["A", "dog"]}\n{"text": null}\n'
    words, nothing = read(tmp_path / "x.jsonl", rows)
    assert words.document is not None
    assert words.document.text == "A dog"
    assert "`text` is null" in str(nothing.fault)
