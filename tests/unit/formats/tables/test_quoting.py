"""How a file shows whether its quotation marks are text."""

from __future__ import annotations

import pytest

from jmt.formats.tables.quoting import find_quoting, is_whole

HEADER = "first\tsecond\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("A\tB\n", "text"),
        ('"Hello" he said\tB\n', "text"),
        ('say "yes"\tB\n', "text"),
        ('"He said ""no"""\tB\n', "csv"),
        ('"a\tb"\tC\nD\tE\n', "csv"),
        ('"a\nb"\tC\n', "csv"),
        ('"Hello."\tB\nC\tD\n', "text"),
        ('"Well, yes"\tB\nC\tD\n', None),
        ('"Well, yes"\tB\nC, too\tD\n', "text"),
        ('"A."\t"B."\n', None),
        ('"a\tB\nc"\tD\n', None),
        ('"\tB\n"\tD\n', "text"),
        ('"He said ""no"""\tB\n"Hello" he said\tB\n', "text"),
        ('"never closed\tB\n', "text"),
    ],
)
def test_the_whole_file_tells_what_its_marks_are(rows: str, expected: str | None):
    assert find_quoting((HEADER + rows).splitlines(keepends=True), "\t") == expected


def test_a_header_in_marks_tells_it_at_once():
    assert find_quoting(['"first"\t"second"\r\n', '"A."\tB\r\n'], "\t") == "csv"


def test_a_cell_is_whole_where_marks_stand_around_it_and_are_doubled_inside():
    assert [is_whole(cell) for cell in ('"a"', '"a""b"', '""', '"', '"a" b "c"', "a")] == [True, True, True] + [
        False
    ] * 3
