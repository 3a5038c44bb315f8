"""Any text survives any table: what writers of CSV, TSV, JSON lines and Parquet make of it is read code point by code
point, or refused where the file could be meant in two ways."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jmt.errors import CorpusError
from jmt.formats.tables.quoting import Quoting
from jmt.formats.tables.reading import read_table
from jmt.formats.tables.rows import TableOptions

anything = st.characters(codec="utf-8", exclude_characters="\0")
telling = st.sampled_from('"\t\n,; ab')
texts = st.text(anything | telling, min_size=1, max_size=12).filter(str.strip)
pairs = st.lists(st.tuples(texts, texts), min_size=1, max_size=5)
lines = st.text(anything.filter(lambda c: c not in "\t\r\n") | st.sampled_from('" ab'), min_size=1).filter(str.strip)


def read_back(path: Path, quoting: Quoting | None = None) -> list[tuple[str, str]]:
    return [(row["first"], row["second"]) for row in read_table(path, TableOptions("pairs", quoting=quoting))]


def write_csv(path: Path, rows: list[tuple[str, str]], delimiter: str, quoting: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
        writer.writerows([("first", "second"), *rows])


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("delimiter", [",", ";"])
@settings(max_examples=40)
@given(rows=pairs)
def test_csv_comes_back_code_point_for_code_point(
    tmp_path: Path, delimiter: str, quoting: int, rows: list[tuple[str, str]]
):
    write_csv(tmp_path / "a", rows, delimiter, quoting)

    assert read_back(tmp_path / "a") == rows


@settings(max_examples=40)
@given(rows=pairs)
def test_tsv_whose_cells_are_all_quoted_comes_back_code_point_for_code_point(
    tmp_path: Path, rows: list[tuple[str, str]]
):
    write_csv(tmp_path / "a", rows, "\t", csv.QUOTE_ALL)

    assert read_back(tmp_path / "a") == rows


@settings(max_examples=40)
@given(rows=pairs)
def test_tsv_that_is_quoted_where_it_must_be_comes_back_or_is_refused_as_ambiguous(
    tmp_path: Path, rows: list[tuple[str, str]]
):
    write_csv(tmp_path / "a", rows, "\t", csv.QUOTE_MINIMAL)
    refusal, found = "", rows
    try:
        found = read_back(tmp_path / "a")
    except CorpusError as error:
        refusal = str(error)

    assert found == rows
    assert 'quoting = "text" or quoting = "csv"' in refusal or not refusal
    assert read_back(tmp_path / "a", "csv") == rows


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(lines, lines), min_size=1, max_size=5))
def test_tsv_whose_marks_are_text_comes_back_where_it_is_told_and_never_silently_otherwise(
    tmp_path: Path, rows: list[tuple[str, str]]
):
    written = "".join(f"{first}\t{second}\n" for first, second in [("first", "second"), *rows])
    (tmp_path / "a").write_bytes(written.encode())

    assert read_back(tmp_path / "a", "text") == rows
    noted: list[CorpusError] = []
    try:
        found = list(read_table(tmp_path / "a", TableOptions("pairs"), note=noted.append))
    except CorpusError:
        return
    same = [(row["first"], row["second"]) for row in found] == rows
    assert same or any("they are taken off" in note.message for note in noted)


@settings(max_examples=40)
@given(rows=pairs, ascii_only=st.booleans())
def test_json_lines_come_back_code_point_for_code_point(tmp_path: Path, rows: list[tuple[str, str]], ascii_only: bool):
    objects = [json.dumps({"First": a, "Second": b}, ensure_ascii=ascii_only) + "\n" for a, b in rows]
    (tmp_path / "a").write_bytes("".join(objects).encode())

    assert read_back(tmp_path / "a") == rows


@settings(max_examples=40)
@given(rows=pairs)
def test_parquet_comes_back_code_point_for_code_point(tmp_path: Path, rows: list[tuple[str, str]]):
    columns = {"premise": [first for first, _ in rows], "hypothesis": [second for _, second in rows]}
    pyarrow.parquet.write_table(pa.table(columns), tmp_path / "a")

    assert read_back(tmp_path / "a") == rows
