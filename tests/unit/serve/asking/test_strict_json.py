"""Bodies that are no strict JSON, or come as another medium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.unit.serve.served import SMALL, problem_of, send, served


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with served(settings=SMALL) as started:
        yield started


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b'{"texts": ["a"',
        b'{"texts": ["a"]} and more',
        b"{'texts': ['a']}",
        b'{"texts": ["a",]}',
        b'{"texts": [NaN]}',
        b'{"texts": [Infinity]}',
        b'{"texts": [-Infinity]}',
        b'{"texts": ["a\\ud800b"]}',
        b'{"a\\ud800b": 1}',
        b'{"texts": ["\xed\xa0\x80\xed\xb0\x80"]}',
        b'{"texts": ["\xff"]}',
        b'{"texts": ["\xc3"]}',
        b'{"texts": ["a\nb"]}',
        b'{"texts": ["a\x00b"]}',
        '{"texts": ["a"]}'.encode("utf-16"),
        b"\xef\xbb\xbf" + b'{"texts": ["a"]}',
        b"[" * 1900,
        b'{"texts":' * 200,
        b"texts=a",
    ],
)
def test_what_is_not_strict_json_is_malformed(client: TestClient, body: bytes):
    problem_of(send(client, body), 400, "malformed_json")


def test_deep_nesting_and_huge_numbers_are_malformed_at_full_size():
    with served() as client:
        problem_of(send(client, b"[" * 100_000), 400, "malformed_json")
        problem_of(send(client, b"[" * 100_000 + b"]" * 100_000), 400, "malformed_json")
        answer = send(client, b'{"texts": ' + b"9" * 5000 + b"}")
        assert answer.status_code in (400, 422)


def test_strange_but_lawful_strings_are_annotated_with_offsets_that_map_back(client: TestClient):
    texts = ["a\\u0000b", "\\u202e right to left", "👩‍👩‍👧 é\\r\\n\\u2028 x", "\\ue000 \\u0378 ‍"]
    answer = send(client, ('{"texts": [' + ", ".join(f'"{text}"' for text in texts) + "]}").encode())

    assert answer.status_code == 200
    for document in answer.json()["documents"]:
        for sentence in document["sentences"]:
            for token in sentence["tokens"]:
                assert document["text"][token["start"] : token["end"]] == token["text"]


def test_of_duplicate_keys_the_last_one_counts(client: TestClient):
    answer = send(client, b'{"texts": ["first"], "texts": ["second"]}')

    assert [document["text"] for document in answer.json()["documents"]] == ["second"]


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", "json"])
def test_another_media_type_is_refused(client: TestClient, media: str):
    answer = client.post("/v1/annotate", content=b'{"texts": ["a"]}', headers={"Content-Type": media})

    problem_of(answer, 415, "unsupported_media_type")


def test_a_missing_media_type_is_refused(client: TestClient):
    problem_of(client.post("/v1/annotate", content=b'{"texts": ["a"]}'), 415, "unsupported_media_type")


def test_another_charset_is_refused(client: TestClient):
    headers = {"Content-Type": "application/json; charset=latin-1"}

    problem_of(client.post("/v1/annotate", content=b"{}", headers=headers), 415, "unsupported_media_type")


def test_utf_8_may_be_named(client: TestClient):
    headers = {"Content-Type": 'Application/JSON; charset="UTF-8"'}

    assert client.post("/v1/annotate", content=b'{"texts": ["a"]}', headers=headers).status_code == 200


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_compressed_body_is_refused_and_never_unpacked(client: TestClient, coding: str):
    problem_of(send(client, b'{"texts": ["a"]}', Content_Encoding=coding), 415, "unsupported_media_type")
