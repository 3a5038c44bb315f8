"""Names of inputs mean the files that a user expects, each once; a name that means none is refused with a way out."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from jmt.bulk.sources import find_inputs, opened_input, passed_over
from jmt.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.jsonl").write_text('{"text": "B."}\n')
    (tmp_path / "a.txt").write_text("A.\n")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"C.\n"))
    (tmp_path / "notes.md").write_text("no input\n")
    (tmp_path / ".hidden.txt").write_text("no input\n")
    return tmp_path


def names(files: list) -> list[tuple[str, str, bool]]:
    return [(Path(file.place).name, file.form, file.packed) for file in files]


def test_a_folder_means_the_files_in_it_whose_ending_is_known(folder: Path):
    assert names(find_inputs([str(folder)], None)) == [
        ("a.txt", "text", False),
        ("c.txt.gz", "text", True),
        ("b.jsonl", "jsonl", False),
    ]


def test_a_pattern_means_what_it_matches_and_a_file_that_is_named_twice_counts_once(folder: Path):
    found = find_inputs([str(folder / "c.txt.gz"), str(folder / "*.txt*"), str(folder / "**" / "*.jsonl")], None)

    assert names(found) == [("c.txt.gz", "text", True), ("a.txt", "text", False), ("b.jsonl", "jsonl", False)]


def test_a_format_that_is_told_holds_for_files_of_any_ending(folder: Path):
    assert names(find_inputs([str(folder / "notes.md")], "paragraphs")) == [("notes.md", "paragraphs", False)]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("notes.md", "its ending does not tell its format; say it, as in --from text"),
        ("nosuch.txt", "no such file or folder"),
        ("*.parquet", "no file here to annotate; known are .txt"),
        ("empty", "no file here to annotate"),
        ("pipe.txt", "this is a pipe"),
    ],
)
def test_a_name_that_means_nothing_is_refused(folder: Path, name: str, says: str):
    (folder / "empty").mkdir()
    os.mkfifo(folder / "pipe.txt")

    with pytest.raises(InputError, match=says):
        find_inputs([str(folder / name)], None)


def test_an_address_is_read_by_arrow_as_a_file_a_folder_or_a_pattern(folder: Path):
    pytest.importorskip("pyarrow")
    address = f"file://{folder}"

    (file,) = find_inputs([f"{address}/a.txt"], None)
    with opened_input(file.place) as stream:
        stream.seek(1)
        assert (file.place, file.size, stream.readline()) == (f"{address}/a.txt", 3, b".\n")
    assert len(find_inputs([f"{address}/deep"], None)) == 1
    assert names(find_inputs([f"{address}/*.txt.gz"], None)) == [("c.txt.gz", "text", True)]
    with opened_input(f"{address}/c.txt.gz", packed=True) as stream:
        assert stream.read() == b"C.\n"


def test_an_address_that_nothing_reads_is_refused():
    pytest.importorskip("pyarrow")

    with pytest.raises(InputError, match="not an address that Arrow reads"):
        find_inputs(["nosuch://place/a.txt"], None)
    with pytest.raises(InputError, match="nosuchfile"):
        find_inputs(["file:///nosuchfile/x.txt"], None)


def test_what_a_job_has_written_into_the_folder_is_no_input(tmp_path: Path):
    (tmp_path / "a.txt").write_text("A.\n")
    job = tmp_path / "out"
    (job / "done").mkdir(parents=True)
    (job / "manifest.json").write_text("{}")
    (job / "part-000000.jsonl").write_text("{}\n")
    assert [Path(file.place).name for file in find_inputs([str(tmp_path)], None)] == ["a.txt"]
    assert passed_over([str(tmp_path)], None) == []


def test_files_of_a_folder_whose_endings_say_nothing_are_told(tmp_path: Path):
    for name in ("a.TXT", "b.json", "c.txt.GZ", ".hidden.txt", "README.md"):
        (tmp_path / name).write_bytes(b"A.\n")
    assert [Path(file.place).name for file in find_inputs([str(tmp_path)], None)] == ["a.TXT", "c.txt.GZ"]
    assert [Path(path).name for path in passed_over([str(tmp_path)], None)] == ["README.md", "b.json"]
    assert passed_over([str(tmp_path)], "text") == []
