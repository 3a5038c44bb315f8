"""Files of every input format to documents, and every fault with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jmt.annotate.reading import READERS, check_file, line_by_line, read_documents
from jmt.annotate.writing import write_json
from jmt.cli.annotating.annotate import INPUT_FORMATS
from jmt.document import Document
from jmt.errors import CorpusError
from jmt.formats.split_text import document_of_text
from jmt.segmentation import RuleSegmenter

SEGMENTER = RuleSegmenter("en")


def segment(text: str) -> Document:
    return document_of_text(text, SEGMENTER.segment(text))


def read(tmp_path: Path, content: str, form: str) -> list[tuple[Document, dict[str, Any]]]:
    path = tmp_path / "input"
    path.write_bytes(content.encode())
    check_file(path, form)
    return list(read_documents(path, form, segment))


def words(documents: list[tuple[Document, dict[str, Any]]]) -> list[list[list[str]]]:
    return [[[token.text for token in sentence.tokens] for sentence in document.sentences] for document, _ in documents]


def test_every_line_of_text_is_a_document_as_given(tmp_path: Path):
    documents = read(tmp_path, "\ufeffA cat.  Two!\r\n\r\n \t\nA dog\n", "text")

    assert [document.text for document, _ in documents] == ["A cat.  Two!", "A dog"]
    assert words(documents) == [[["A", "cat", "."], ["Two", "!"]], [["A", "dog"]]]


def test_a_whole_file_is_one_document(tmp_path: Path):
    text = "A cat\nsat. It slept.\n\nA dog"
    (document, others), *more = read(tmp_path, text + "\n", "file")

    assert (document.text, others, more) == (text, {}, [])
    assert [sentence.text for sentence in document.sentences] == ["A cat\nsat.", "It slept.", "A dog"]
    assert read(tmp_path, "\n \n", "file") == []


def test_line_by_line_a_sentence_ends_at_every_line_and_offsets_are_those_of_the_text():
    text = "A cat\n\nIt sat. It\nslept"
    document = line_by_line(segment)(text)

    assert [sentence.text for sentence in document.sentences] == ["A cat", "It sat.", "It", "slept"]
    for part in (*document.sentences, *document.tokens):
        assert text[part.start : part.end] == part.text


def test_paragraphs_end_at_blank_lines_only(tmp_path: Path):
    documents = read(tmp_path, "A cat\nsat. It\r\nslept.\n\n  \n\nA dog\n", "paragraphs")

    assert [document.text for document, _ in documents] == ["A cat\nsat. It\nslept.", "A dog"]
    assert words(documents) == [[["A", "cat", "sat", "."], ["It", "slept", "."]], [["A", "dog"]]]


@pytest.mark.parametrize("form", READERS)
def test_a_file_in_another_encoding_is_refused_in_every_format(tmp_path: Path, form: str):
    (tmp_path / "wide").write_bytes("1\tA cat\n".encode("utf-16-le"))
    with pytest.raises(CorpusError, match=r"wide:1: a NUL.*UTF-16LE"):
        check_file(tmp_path / "wide", form)


@pytest.mark.parametrize(
    ("form", "content", "reason"),
    [
        ("tokens", "fine\nA b\x01c\n", r"input:2: sentence 1, word 2: the control character '\\x01'"),
        ("jsonl", '{"tokens": ["a\\u0000b"]}\n', r"input:1: sentence 1, word 1: the control character '\\x00'"),
        ("jsonl", '{"tokens": [["a"], ["b", "c\\td"]]}\n', r"input:1: sentence 2, word 2: the control"),
        ("jsonl", '{"tokens": ["a", " b"]}\n', "input:1: sentence 1, word 2: white space at an end"),
        ("jsonl", '{"tokens": ["a\\u00a0"]}\n', "input:1: sentence 1, word 1: white space at an end"),
    ],
)
def test_a_word_that_no_format_can_write_is_refused_with_its_place(tmp_path, form: str, content: str, reason: str):
    with pytest.raises(CorpusError, match=reason):
        read(tmp_path, content, form)


def test_token_lines_are_split_at_white_space_alone(tmp_path: Path):
    assert words(read(tmp_path, "A cat.\tdoes n't\n\nOne\n", "tokens")) == [[["A", "cat.", "does", "n't"]], [["One"]]]


def test_every_sentence_of_conllu_is_a_document(tmp_path: Path):
    line = "{}\t{}\t_\t_\t_\t_\t_\t_\t_\t_\n"
    content = line.format(1, "A") + line.format(2, "cat") + "\n# text = Go\n" + line.format(1, "Go")

    assert words(read(tmp_path, content, "conllu")) == [[["A", "cat"]], [["Go"]]]


def test_json_lines_give_text_or_tokens_and_keep_other_keys(tmp_path: Path):
    content = (
        '{"id": 7, "text": "A cat.", "line": "kept", "sentences": []}\n\n'
        '{"tokens": ["A", "cat."]}\n{"tokens": [["A"], ["B", "c"]], "x": null}\n'
    )
    documents = read(tmp_path, content, "jsonl")

    assert words(documents) == [[["A", "cat", "."]], [["A", "cat."]], [["A"], ["B", "c"]]]
    assert [others for _, others in documents] == [{"id": 7, "line": "kept"}, {}, {"x": None}]


def test_no_key_of_the_users_is_lost_where_ours_has_its_name(tmp_path: Path):
    content = (
        '{"text": "A cat.", "sentences": 3, "tokens": 4, "spans": [1]}\n'
        '{"tokens": ["A"], "text": "mine", "sentences": [{"en": "x"}], "input_text": 1}\n'
    )
    first, second = (json.loads(write_json(*source)) for source in read(tmp_path, content, "jsonl"))

    assert first["input_sentences"] == 3
    assert (first["tokens"], first["spans"], first["text"]) == (4, [1], "A cat.")
    assert second["input_sentences"] == [{"en": "x"}]
    assert (second["text"], second["input_text"], second["input_input_text"]) == ("A", 1, "mine")
    assert [token["text"] for token in second["sentences"][0]["tokens"]] == ["A"]


def test_an_earlier_annotation_is_replaced_by_the_new_one(tmp_path: Path):
    content = write_json(segment("A cat. Two!"), {"id": 1})
    (source,) = read(tmp_path, content, "jsonl")

    assert write_json(*source) == content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"text": "a"}\n{"txt": "A"}\n', "input:2: a line needs `text`.*`txt`"),
        ('{"text": 3}\n', "input:1: a line needs `text`"),
        ('{"tokens": [["a"], [3]]}\n', "input:1: sentence 2, word 1"),
        ('{"tokens": [["a"], []]}\n', "input:1: sentence 2 has no words"),
        ('{"tokens": ["a", ["b"]]}\n', "input:1: sentence 1, word 2"),
        ('{"text": "\\ud800"}\n', "input:1: .*surrogate"),
        ("[1]\n", "input:1: .*array"),
        ("no\n", "input:1: not JSON"),
    ],
)
def test_a_json_line_of_another_shape_is_refused_with_its_line(tmp_path: Path, content: str, message: str):
    with pytest.raises(CorpusError, match=message):
        read(tmp_path, content, "jsonl")


@pytest.mark.parametrize("form", READERS)
def test_a_file_that_is_missing_empty_a_folder_or_not_utf8_is_refused(tmp_path: Path, form: str):
    (tmp_path / "empty").touch()
    (tmp_path / "bytes").write_bytes(b"fine\nA \xff cat\n")
    for name, message in [(".", "folder"), ("missing", "no such file"), ("empty", "empty")]:
        with pytest.raises(CorpusError, match=message):
            check_file(tmp_path / name, form)
    if form in ("text", "paragraphs", "tokens"):
        with pytest.raises(CorpusError, match="bytes:2: not UTF-8: byte 0xff is byte 3 of the line, byte 8"):
            check_file(tmp_path / "bytes", form)


def test_the_command_offers_every_format():
    assert tuple(READERS) == INPUT_FORMATS
