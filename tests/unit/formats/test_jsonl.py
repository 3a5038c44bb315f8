"""JSON lines are read one by one, and whatever is no JSON object is refused with its line."""

from __future__ import annotations

import json

import pytest

from jmt.errors import CorpusError
from jmt.formats.jsonl import read_jsonl, write_jsonl_line


def test_every_object_knows_its_line(file_of):
    path = file_of('{"text": "caf\u00e9 \\ud83d\\ude00"}\r\n\n{"tokens": ["a"]}\n')

    assert list(read_jsonl(path)) == [{"text": "caf\u00e9 \U0001f600", "line": 1}, {"tokens": ["a"], "line": 3}]


def test_what_is_written_is_one_line_of_plain_characters():
    row = {"text": "a\u2028b\nc\u0000 \u00e9\U0001f600", "score": 0.5, "none": None}

    line = write_jsonl_line(row)

    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert "\u00e9\U0001f600" in line
    assert json.loads(line) == row


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('{"a": 1}\n{"b": }\n', 2, "not JSON: Expecting value at character 7"),
        ('{"a": 1', 1, "not JSON"),
        ("[1]\n", 1, "a JSON array where each line has an object"),
        ("null\n", 1, "a JSON null"),
        ('"text"\n', 1, "a JSON string"),
        ("12\n", 1, "a JSON number"),
        ('{"a": NaN}\n', 1, "`NaN` is no number of JSON"),
        ('{"a": -Infinity}\n', 1, "`-Infinity` is no number of JSON"),
        ('{"a": "\\ud800"}\n', 1, "unpaired surrogate"),
        ('{"\\udfff": 1}\n', 1, "unpaired surrogate"),
        ("[" * 100_000, 1, "nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", 1, "not JSON"),
        ("\n", None, "no object in this file"),
    ],
)
def test_what_is_no_json_object_is_refused_with_its_line(file_of, text, line, reason):
    path = file_of(text)

    with pytest.raises(CorpusError) as raised:
        list(read_jsonl(path))

    assert str(raised.value).startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert reason in str(raised.value)
