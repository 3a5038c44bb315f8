"""Tables that nobody means to write: each is read as it is meant, or refused in one line with its place, at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from jmt.errors import CorpusError
from jmt.formats.notes import ignore_note
from jmt.formats.tables.reading import named_rows, read_table
from jmt.formats.tables.rows import TableOptions
from tests.unit.data.corpus_files import write

FileOf = Callable[[str], Path]
SENTENCES = TableOptions("sentences")


def parquet(path: Path, columns: dict[str, Any], features: Any = None) -> Path:
    """Write a file whose schema says of its features what a stranger wants."""
    table = pa.table(columns)
    if features is not None:
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pyarrow.parquet.write_table(table, path)
    return path


def test_a_table_of_a_hundred_thousand_columns_is_read_as_fast_as_it_is_long(file_of: FileOf):
    names = [f"c{number}" for number in range(100_000)]  # comparing each with each would take minutes
    (row,) = read_table(file_of(",".join(["text", *names]) + "\n" + ",".join(["a", *names]) + "\n"), SENTENCES)

    assert (row["text"], row["c99999"], len(row)) == ("a", "c99999", 100_002)
    with pytest.raises(CorpusError, match=":1: the header names the column `c7` twice"):
        list(read_table(file_of(",".join(["text", *names, "c7"]) + "\n"), SENTENCES))


def test_two_of_our_columns_are_not_taken_from_one_of_theirs(file_of: FileOf):
    with pytest.raises(CorpusError, match=":1: `columns` takes text and label from one column, 'body'"):
        list(read_table(file_of("body,x\na,b\n"), TableOptions("sentences", {"text": "body", "label": "body"})))


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ('{"text": "a", "score": 1%s}' % ("0" * 400), "score is `1000000000"),
        ('{"text": "a", "score": 1e999}', "score is `inf`"),
        ('{"tokens": ["a"], "head": [1e999], "deprel": ["x"]}', "head is `inf`, and no whole number of a word"),
        ('{"tokens": ["a"], "head": [0.7], "deprel": ["x"]}', "head is `0.7`, and no whole number of a word"),
        ('{"tokens": ["a"], "head": [true], "deprel": ["x"]}', "head is `True`, and no whole number of a word"),
        ('{"tokens": ["a"], "head": [1000000000000], "deprel": ["x"]}', "head is `1000000000000`, and no whole"),
    ],
)
def test_numbers_and_lists_of_no_sane_size_are_refused_with_their_line(file_of: FileOf, row: str, fault: str):
    with pytest.raises(CorpusError, match=":1: ") as caught:
        list(read_table(file_of(f"{row}\n"), SENTENCES))

    assert fault in str(caught.value)
    assert len(str(caught.value)) < 300


def test_what_is_nested_too_deeply_is_refused_where_it_is_read_and_where_it_is_written(file_of: FileOf):
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]

    with pytest.raises(CorpusError, match=r"input.txt:1: not read: JSON nested too deeply"):
        list(read_table(file_of('{"text": "a", "label": ' + "[" * 100_000 + "]" * 100_000 + "}\n"), SENTENCES))
    with pytest.raises(CorpusError, match="here:7: not read: a value is nested too deeply"):
        list(named_rows([(7, {"text": "a", "label": nested})], SENTENCES, "here", ignore_note))


def test_a_number_that_no_float_holds_keeps_all_of_its_digits_or_is_refused(file_of: FileOf):
    large = 2**60 + 1
    (row,) = read_table(file_of(f'{{"text": "a", "id": {large}}}\n'), SENTENCES)

    assert row["id"] == str(large)
    with pytest.raises(CorpusError, match=f":2: the column `id` has {large}, .*: write it as text"):
        list(read_table(file_of(f'{{"text": "a", "id": 1}}\n{{"text": "b", "id": {large}}}\n'), SENTENCES))


def test_numbers_beside_a_pair_that_is_judged_come_out_as_they_went_in(file_of: FileOf):
    lines = [f'{{"first": "a", "second": "b", "id": {number}}}\n' for number in ("7", "2.5", 2**60 + 1, "1e999")]
    rows = read_table(file_of("".join(lines)), TableOptions("pairs", as_given=True))

    assert [json.dumps(row["id"]) for row in rows] == ["7", "2.5", str(2**60 + 1), '"inf"']


@pytest.mark.parametrize(
    "features",
    [
        [1, 2],
        {"label": 5},
        {"label": {"_type": "ClassLabel"}},
        {"label": {"_type": "ClassLabel", "names": 5}},
        {"label": {"_type": "ClassLabel", "names": {"0": "x"}}},
        {"label": {"_type": "ClassLabel", "names": [{"a": 1}]}},
    ],
)
def test_a_schema_that_names_no_classes_leaves_labels_as_they_are(tmp_path: Path, features: Any):
    path = parquet(tmp_path / "a.parquet", {"text": ["a", "b"], "label": [0, 1]}, features)

    assert [row["label"] for row in read_table(path, SENTENCES)] == ["0", "1"]


def test_classes_are_named_where_the_column_has_numbers_and_texts_stay(tmp_path: Path):
    features = {"label": {"_type": "ClassLabel", "names": ["no", "yes"]}}
    numbers = parquet(tmp_path / "a.parquet", {"text": ["a", "b", "c"], "label": [1, 0, -1]}, features)
    texts = parquet(tmp_path / "b.parquet", {"text": ["a"], "label": ["maybe"]}, features)

    assert [row["label"] for row in read_table(numbers, SENTENCES)] == ["yes", "no", None]
    assert [row["label"] for row in read_table(texts, SENTENCES)] == ["maybe"]


def test_values_that_parquet_may_hold_and_nobody_can_read_are_told(tmp_path: Path):
    bad = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff"))
    late = pa.array([2**62], pa.timestamp("us"))
    for number, values in enumerate((bad, late)):
        path = parquet(tmp_path / f"{number}.parquet", {"text": ["a"], "label": values})
        with pytest.raises(CorpusError, match="a value behind row 0 cannot be read"):
            list(read_table(path, SENTENCES))


def test_parquet_with_two_columns_of_one_name_is_refused(tmp_path: Path):
    table = pa.Table.from_arrays([pa.array(["a"])] * 3, names=["text", "label", "label"])
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")

    with pytest.raises(CorpusError, match="the file names the column `label` twice"):
        list(read_table(tmp_path / "a.parquet", SENTENCES))


def test_a_cell_of_five_megabytes_is_a_cell(tmp_path: Path):
    path = write(tmp_path / "a.csv", "text,label\n" + "a" * 5_000_000 + ",x\nb,y\n")

    assert [(len(row["text"]), row["label"]) for row in read_table(path, SENTENCES)] == [(5_000_000, "x"), (1, "y")]
