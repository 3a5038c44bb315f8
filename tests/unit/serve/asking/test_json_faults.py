"""A body in the wrong encoding, or with half a character, is refused by the place and the name of what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.unit.serve.served import JSON, problem_of, served

WIDE = "byte {} of the body, 0x{} (line 1, column {}), is not UTF-8: the body seems to be {}; send it in UTF-8"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with served() as client:
        yield client


def refused(client: TestClient, body: bytes) -> tuple[str, list[str]]:
    """What is said of a body, and the pointers to what is wrong in it."""
    said = problem_of(client.post("/v1/annotate", content=body, headers=JSON), 400, "malformed_json")
    return said["detail"], [fault["pointer"] for fault in said.get("errors", [])]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('{"texts": ["caf\u00e9"]}', "byte 15 of the body, 0xE9 (line 1, column 16)"),
        ('{"texts":\n["caf\u00e9","\u00fc"]}', "byte 15 of the body, 0xE9 (line 2, column 6)"),
        ('{"texts": ["\u00a3 5"]}', "byte 12 of the body, 0xA3 (line 1, column 13)"),
        ('{"texts": ["\u00ff"]}', "byte 12 of the body, 0xFF (line 1, column 13)"),
    ],
)
def test_latin_1_is_named_with_the_first_byte_that_tells(body: str, place: str, client: TestClient):
    detail = f"{place}, is not UTF-8: the body seems to be in Latin-1 or another encoding of one byte a character"

    assert refused(client, body.encode("latin-1")) == (f"{detail}; send it in UTF-8", [])


def test_the_column_counts_characters_and_the_byte_counts_bytes(client: TestClient):
    detail, _ = refused(client, '{"texts": ["\u65e5\u672c '.encode() + b'\x93"]}')

    assert detail.startswith("byte 19 of the body, 0x93 (line 1, column 16), is not UTF-8")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-16", (0, "FF", 1, "UTF-16")),
        ("utf-16-le", (1, "00", 2, "UTF-16")),
        ("utf-16-be", (0, "00", 1, "UTF-16")),
        ("utf-32", (0, "FF", 1, "UTF-32")),
        ("utf-32-le", (1, "00", 2, "UTF-32")),
        ("utf-32-be", (0, "00", 1, "UTF-32")),
    ],
)
def test_wide_encodings_are_named_with_a_mark_or_without(encoding: str, said: tuple[object, ...], client: TestClient):
    assert refused(client, '{"texts": ["A cat."]}'.encode(encoding)) == (WIDE.format(*said), [])


def test_a_byte_order_mark_a_character_cut_off_and_cesu_8_are_told_apart(client: TestClient):
    assert "begins with a byte order mark" in refused(client, b"\xef\xbb\xbf{}")[0]
    assert "whose other bytes are missing" in refused(client, b'{"texts": ["a\xe2\x82')[0]
    assert "CESU-8" in refused(client, b'{"texts": ["\xed\xa0\x80\xed\xb0\x80"]}')[0]


@pytest.mark.parametrize(
    ("body", "place", "pointers"),
    [
        (r"""{"texts": ["ok", "a\ud83d b"]}""", "line 1, column 20", ["/texts/1"]),
        (r"""{"texts": ["\ud83d\ude00", "\ude00"]}""", "line 1, column 29", ["/texts/1"]),
        (r"""{"texts": ["a\ud83d b\ude00"]}""", "line 1, column 14", ["/texts/0"]),
        (r"""{"texts": ["\\ud83d", "\ud83d"]}""", "line 1, column 24", ["/texts/1"]),
        ('{"tokens":\n [["a"], ["b", "\\ud83d\\ud83d"]]}', "line 2, column 17", ["/tokens/1/1"]),
        (r"""{"pairs": [{"first": "a", "second": "\udc00\ud800"}]}""", "line 1, column 38", ["/pairs/0/second"]),
        (r"""{"texts": ["a"], "tasks": ["\ud83d\u0041"]}""", "line 1, column 29", ["/tasks/0"]),
        (r"""{"texts": ["a"], "mine": {"x": ["\ud83d"]}}""", "line 1, column 34", ["/0"]),
        (r"""{"my\ud83d": 1}""", "line 1, column 5", [""]),
        (r"""{"texts": ["\ud83d", oops]}""", "line 1, column 13", []),
    ],
)
def test_half_a_surrogate_pair_is_named_with_its_place(body: str, place: str, pointers: list[str], client: TestClient):
    detail = f"half of a surrogate pair is escaped at {place}, which is no character: write both halves, or replace it"

    assert refused(client, body.encode()) == (detail, pointers)


def test_a_deep_body_with_half_a_pair_is_refused_all_the_same(client: TestClient):
    detail, pointers = refused(client, b"[" * 100 + b'"\\ud83d"')

    assert (detail[:25], pointers) == ("half of a surrogate pair ", [])
