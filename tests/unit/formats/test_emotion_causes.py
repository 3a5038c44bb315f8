"""Documents of clauses with pairs of emotion and cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.data.check.faults import find_faults
from jmt.errors import CorpusError
from jmt.formats.emotion_causes import read_emotion_causes

GOOD = """7 3
 (3, 2), (3, 3),
1,null,null,We came home
2,null,null,since it rained, and rained
3,anger,cross,we were cross
8 1

"""


def rows(tmp_path: Path, text: str) -> list[dict[str, object]]:
    path = tmp_path / "pairs.txt"
    path.write_text(text, encoding="utf-8")
    return list(read_emotion_causes(path))


def test_clauses_stand_for_words_and_each_emotion_names_its_causes(tmp_path: Path):
    text = GOOD.replace("8 1\n\n", "8 1\n (1, 1),\n1,joy,glad,She was glad\n")

    assert rows(tmp_path, text) == [
        {
            "tokens": ["We came home", "since it rained, and rained", "we were cross"],
            "emotion": ["O", "O", "B-emotion"],
            "cause": ["O", "B-cause", "B-cause"],
            "links": ["_", "_", "2|3"],
            "line": 1,
        },
        {"tokens": ["She was glad"], "emotion": ["B-emotion"], "cause": ["B-cause"], "links": ["1"], "line": 6},
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("7 3", "7", 1, "`id count` is expected"),
        ("7 3", "7 0", 1, "`id count` is expected"),
        ("(3, 2)", "3-2", 2, r"pairs `\(emotion, cause\),` are expected"),
        ("(3, 2)", "(4, 2)", 2, "a pair names clause 4 of 3"),
        ("(3, 2)", "(3, 0)", 2, "a pair names clause 0 of 3"),
        ("2,null", "3,null", 4, "`2,emotion,keyword,clause` is expected"),
        ("cross,we were cross", "cross", 5, "`3,emotion,keyword,clause` is expected"),
        ("cross,we were cross", "cross, ", 5, "`3,emotion,keyword,clause` is expected"),
        ("8 1\n\n", "8 1\n(1, 1),\n", 6, "the document has 1 clauses, and the file ends before them"),
    ],
)
def test_what_is_not_as_the_format_has_it_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, told: str
):
    with pytest.raises(CorpusError, match=told) as caught:
        rows(tmp_path, GOOD.replace(old, new, 1))
    assert caught.value.line == line


def test_a_check_stops_at_the_first_fault_since_nothing_tells_where_the_next_document_begins(tmp_path: Path):
    (tmp_path / "pairs.txt").write_text(GOOD.replace("1,null", "2,null") * 3, encoding="utf-8")

    assert [fault.line for fault in find_faults(tmp_path / "pairs.txt", "emotion_causes")] == [3]


def test_a_file_without_documents_is_refused(tmp_path: Path):
    with pytest.raises(CorpusError, match="no document"):
        rows(tmp_path, "\n\n")


def test_white_space_in_a_clause_is_one_blank(tmp_path: Path):
    path = tmp_path / "own.txt"
    path.write_text("1 1\n (1, 1),\n1,joy,glad,\the was \t very\u00a0 glad \n", encoding="utf-8")
    (row,) = read_emotion_causes(path)
    assert row["tokens"] == ["he was very glad"]
