"""No request, however strange, brings the service down: every answer is a declared one, and no fault of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from jmt.serve.settings import Settings
from tests.unit.serve.served import JSON, served

PATHS = ["/v1/annotate", "/v1/compare"]
KEYS = st.sampled_from(["texts", "tokens", "tasks", "pairs", "first", "second"]) | st.text(max_size=5)
WORDS = st.text(max_size=12) | st.sampled_from(["xpos", "dep", "relatedness", "\ud800", "\x00", "\ufeff", "a" * 101])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "texts": st.lists(WORDS, max_size=6) | VALUES,
        "tokens": st.lists(st.lists(WORDS, max_size=9), max_size=6) | VALUES,
        "pairs": st.lists(st.fixed_dictionaries({"first": WORDS, "second": WORDS}), max_size=6) | VALUES,
        "confidences": st.booleans() | VALUES,
        "tasks": st.lists(st.sampled_from(["xpos", "chunk", "dep", "relatedness", "entailment"]), max_size=3) | VALUES,
    },
)


SEEDS = [
    b'{"texts": ["a b. c"], "tasks": ["xpos"]}',
    b'{"tokens": [["a", "b"], ["c"]]}',
    b'{"pairs": [{"first": "a", "second": "b"}], "tasks": ["relatedness"]}',
]


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    limits = Settings(
        max_body_bytes=1000, max_texts=4, max_characters=100, max_sentence_tokens=8, max_request_tokens=20
    )
    with served(settings=limits) as started:
        yield started


def check(answer: Any) -> None:
    """A declared status, and strict JSON of the kind that goes with it."""
    assert answer.status_code in (200, 400, 413, 415, 422), answer.text
    body = json.loads(answer.content.decode("utf-8"), parse_constant=pytest.fail)
    kind = "application/json" if answer.status_code == 200 else "application/problem+json"
    assert answer.headers["content-type"] == kind
    if answer.status_code != 200:
        assert body["status"] == answer.status_code


BODIES = st.binary(max_size=200) | st.sampled_from(SEEDS).flatmap(
    lambda seed: st.builds(
        lambda at, gone, put: seed[:at] + put + seed[at + gone :],
        st.integers(0, len(seed)),
        st.integers(0, 9),
        st.binary(max_size=9),
    )
)
"""Any bytes, and lawful requests with some bytes exchanged."""


@given(path=st.sampled_from(PATHS), body=BODIES)
@settings(max_examples=200, deadline=None)
def test_any_bytes_get_a_declared_answer(client: TestClient, path: str, body: bytes):
    check(client.post(path, content=body, headers=JSON))


@given(path=st.sampled_from(PATHS), value=VALUES | REQUESTS)
@settings(max_examples=200, deadline=None)
def test_any_json_gets_a_declared_answer(client: TestClient, path: str, value: Any):
    check(client.post(path, content=json.dumps(value), headers=JSON))


@given(sentences=st.lists(st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=4), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_tokens_that_are_taken_come_back_as_they_were(client: TestClient, sentences: list[list[str]]):
    answer = client.post("/v1/annotate", json={"tokens": sentences})

    check(answer)
    if answer.status_code == 200:
        documents = answer.json()["documents"]
        assert [[token["text"] for token in d["sentences"][0]["tokens"]] for d in documents] == sentences
        for document in documents:
            for token in document["sentences"][0]["tokens"]:
                assert document["text"][token["start"] : token["end"]] == token["text"]


@pytest.mark.soak
@given(path=st.sampled_from(PATHS), body=BODIES, value=VALUES | REQUESTS)
@settings(max_examples=5_000, deadline=None)
def test_any_bytes_and_any_json_get_a_declared_answer_10000_times(
    client: TestClient, path: str, body: bytes, value: Any
):
    check(client.post(path, content=body, headers=JSON))
    check(client.post(path, content=json.dumps(value), headers=JSON))
