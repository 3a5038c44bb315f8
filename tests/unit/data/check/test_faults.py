from __future__ import annotations

from pathlib import Path

import pytest

from jmt.data.check.faults import MOST_FAULTS, find_faults, folded
from jmt.data.readers import ReaderOptions
from jmt.errors import CorpusError
from tests.unit.data.corpus_files import BIRDS, SNOW, sick, treebank, write

CYCLE = [("a", "X", 2, "dep"), ("b", "X", 1, "dep"), ("c", "X", 0, "root")]
TWO_ROOTS = [("a", "X", 0, "root"), ("b", "X", 0, "root")]
OUT_OF_RANGE = [("a", "X", 0, "root"), ("b", "X", 9, "dep")]


def test_a_good_file_has_no_fault(tmp_path: Path):
    assert find_faults(write(tmp_path / "a.conllu", treebank([BIRDS, SNOW])), "conllu") == []


def test_every_broken_tree_of_a_treebank_is_found_with_its_line(tmp_path: Path):
    text = treebank([BIRDS, CYCLE, SNOW, TWO_ROOTS, OUT_OF_RANGE, BIRDS]) + "1\ttoo\tfew\n\n" + treebank([TWO_ROOTS])
    path = write(tmp_path / "a.conllu", text)

    faults = find_faults(path, "conllu")

    assert [(fault.path, fault.line) for fault in faults] == [(str(path), line) for line in (6, 17, 21, 27, 31)]
    assert ["cycle" in faults[0].message, "second root" in faults[1].message] == [True, True]
    assert "out of range" in faults[2].message
    assert "3 columns" in faults[3].message
    lines = text.split("\n")
    assert lines[16].startswith("2\tb")
    assert lines[26] == "1\ttoo\tfew"


def test_every_bad_row_of_a_table_is_found_and_the_header_stays(tmp_path: Path):
    rows = [("a b", "c d", 3.0, "NEUTRAL"), ("a b", "c d", 7.0, "NEUTRAL"), ("", "c", 2.0, "NEUTRAL")]
    path = write(tmp_path / "a.txt", sick([*rows, ("a", "b", 4.0, "PERHAPS"), ("a", "b", 4.0, "ENTAILMENT")]))

    assert [fault.line for fault in find_faults(path, "sick")] == [3, 4, 5]


def test_a_missing_header_is_the_only_fault_that_is_told(tmp_path: Path):
    path = write(tmp_path / "a.txt", "1\ta\tb\t3\tNEUTRAL\n2\ta\tb\t9\tNEUTRAL\n")

    assert [fault.line for fault in find_faults(path, "sick")] == [1]


def test_bytes_that_are_not_utf8_do_not_hide_the_faults_behind_them(tmp_path: Path):
    path = tmp_path / "a.tsv"
    path.write_bytes(b"good\tO\n\nbad\xff\tO\nalso\tO\n\nno label\n\n")

    faults = find_faults(path, "columns", ReaderOptions())

    assert [fault.line for fault in faults] == [3, 6]
    assert "0xff" in faults[0].message


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_a_file_without_examples_has_one_fault(tmp_path: Path, content: bytes):
    path = tmp_path / "a.conllu"
    path.write_bytes(content)

    assert len(find_faults(path, "conllu")) == 1


def test_a_file_of_another_format_is_not_listed_line_by_line(tmp_path: Path):
    path = write(tmp_path / "a.txt", "word\n\n" * 500)

    assert len(find_faults(path, "conll2000")) == MOST_FAULTS


def test_what_is_wrong_with_every_line_is_told_once_with_a_count():
    alike = [CorpusError("no column 'x'", "a", line) for line in range(1, 21)]
    few = [CorpusError("odd", "a", line) for line in (3, 9, 11)]
    told = [str(fault) for fault in folded([*few, *alike, CorpusError("odd", "b", 1)])]

    assert told == [
        "a:3: odd", "a:9: odd", "a:11: odd", "a:1: no column 'x' (the same in at least 19 more, the next is line 2)",
        "b:1: odd",
    ]  # fmt: skip
    assert str(folded(alike[:7])[0]).endswith("(the same in 6 more, the next is line 2)")


def test_a_file_with_the_line_ends_of_old_keeps_the_numbers_of_its_lines(tmp_path: Path):
    path = tmp_path / "old"
    path.write_bytes(b"a\tO\rb\r\rc\tO\r\rd\r")

    assert [fault.line for fault in find_faults(path, "columns")] == [2, 6]


def test_a_faulty_record_of_several_lines_is_passed_over_whole(tmp_path: Path):
    text = 'text\tscore\n"He said ""no"""\t1\n"one\ntwo"\tlow\n"three ""\nfour"""\t2\nfive\tnone\n'
    path = write(tmp_path / "a.tsv", text)

    assert [fault.line for fault in find_faults(path, "table", ReaderOptions(family="sentences"))] == [3, 7]
