"""JSON of strangers: what is counted before it is built, and what is refused of what the standard parser takes."""

from __future__ import annotations

import pytest

from jmt.files.strict_json import DEEPEST, Bounds, check_count, parse_object

FEW = Bounds(size=1_000, elements=10, keys=5)


def nested(levels: int) -> bytes:
    """Return an object of so many levels of brackets."""
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[" * 11, "11 values; at most 10"),
        (b"{" * 11, "11 values; at most 10"),
        (b"," * 11, "11 values; at most 10"),
        (b"[{," * 4, "12 values; at most 10"),
        (b":" * 6, "6 keys; at most 5"),
    ],
)
def test_values_and_keys_are_counted_before_any_is_built(content: bytes, message: str):
    with pytest.raises(ValueError, match=message):
        check_count(content, FEW)


def test_so_many_as_are_allowed_are_read():
    check_count(b"[{,:" * 3 + b"[::", FEW)
    assert parse_object(nested(DEEPEST))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (nested(DEEPEST + 1), "nested more than 32 levels deep"),
        (nested(40_000), "nested too deeply"),
        (b'{"a":1,"b":2,"a":3}', "the key 'a' stands there twice"),
        (b'{"a":NaN}', "NaN is no JSON"),
        (b'{"a":-Infinity}', "-Infinity is no JSON"),
        (b'{"a":1e999}', "1e999 is beyond every number"),
        (b"[]", "a JSON object was expected"),
        (b'{"a":"\xff"}', "can't decode byte 0xff"),
    ],
)
def test_what_the_standard_parser_takes_and_no_other_is_refused(content: bytes, message: str):
    with pytest.raises(ValueError, match=message):
        parse_object(content)
