"""Limits of requests, at n and n + 1."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from jmt.serve.batching.inference import ANNOTATE
from jmt.serve.settings import Settings
from tests.unit.serve.fake import FakeAnnotator
from tests.unit.serve.served import JSON, SMALL, problem_of, send, served


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with served(settings=SMALL) as started:
        yield started


@pytest.mark.parametrize(
    ("path", "fits", "exceeds", "status", "code", "pointer"),
    [
        ("annotate", {"texts": ["a"] * 4}, {"texts": ["a"] * 5}, 413, "too_many_items", "/texts"),
        ("annotate", {"tokens": [["a"]] * 4}, {"tokens": [["a"]] * 5}, 413, "too_many_items", "/tokens"),
        ("annotate", {"texts": ["", "é" * 100]}, {"texts": ["", "é" * 101]}, 413, "text_too_long", "/texts/1"),
        (
            "annotate",
            {"tokens": [["é" * 50] * 2]},
            {"tokens": [["é" * 50, "é" * 51]]},
            413,
            "text_too_long",
            "/tokens/0",
        ),
        ("annotate", {"texts": ["", "a " * 8]}, {"texts": ["", "a " * 9]}, 422, "sentence_too_long", "/texts/1"),
        ("annotate", {"tokens": [["a"] * 8]}, {"tokens": [["a"] * 9]}, 422, "sentence_too_long", "/tokens/0"),
        ("annotate", {"texts": ["a b c d. " * 4]}, {"texts": ["a b c d. " * 4, "a"]}, 413, "too_many_tokens", None),
        ("annotate", {"tokens": [["a"] * 5] * 4}, {"tokens": [["a"] * 7] * 3}, 413, "too_many_tokens", None),
        ("compare", [("a", "b")] * 4, [("a", "b")] * 5, 413, "too_many_items", "/pairs"),
        ("compare", [("a", "b" * 100)], [("a", "b" * 101)], 413, "text_too_long", "/pairs/0/second"),
        ("compare", [("a " * 8, "b")], [("a " * 9, "b")], 422, "sentence_too_long", "/pairs/0/first"),
        ("compare", [("a " * 8, "b b")] * 2, [("a " * 8, "b b")] * 2 + [("a", "b")], 413, "too_many_tokens", None),
    ],
)
def test_a_limit_is_exact(
    client: TestClient, path: str, fits: Any, exceeds: Any, status: int, code: str, pointer: str | None
):
    if path == "compare":
        fits, exceeds = ({"pairs": [{"first": a, "second": b} for a, b in pairs]} for pairs in (fits, exceeds))

    assert send(client, fits, f"/v1/{path}").status_code == 200
    problem = problem_of(send(client, exceeds, f"/v1/{path}"), status, code)
    assert [error["pointer"] for error in problem.get("errors", [])] == ([] if pointer is None else [pointer])


def padded(size: int) -> bytes:
    """A lawful request of exactly so many bytes."""
    body = b'{"texts": ["a"]}'
    return body + b" " * (size - len(body))


def test_the_limit_of_a_body_is_exact_by_its_declared_length(client: TestClient):
    assert send(client, padded(2000)).status_code == 200
    problem_of(send(client, padded(2001)), 413, "body_too_large")


def test_the_limit_of_a_body_is_exact_without_a_declared_length(client: TestClient):
    def pieces(size: int) -> Iterator[bytes]:
        body = padded(size)
        yield from (body[start : start + 300] for start in range(0, size, 300))

    assert client.post("/v1/annotate", content=pieces(2000), headers=JSON).status_code == 200
    problem_of(client.post("/v1/annotate", content=pieces(2001), headers=JSON), 413, "body_too_large")


def test_a_lying_declared_length_does_not_lift_the_limit(client: TestClient):
    problem_of(send(client, padded(2001), Content_Length="10"), 413, "body_too_large")


def test_the_limits_of_the_note_are_the_defaults():
    limits = Settings().limits()
    assert [limits[f"max_{name}"] for name in ("body_bytes", "header_bytes", "headers")] == [2_000_000, 32_768, 100]
    assert [limits[f"max_{name}"] for name in ("texts", "characters", "sentence_tokens")] == [128, 100_000, 2_048]
    assert [limits[f"max_{name}"] for name in ("request_tokens", "waiting_tokens", "requests")] == [16_384, 65_536, 512]
    assert [limits[f"{name}_seconds"] for name in ("header", "body", "queue", "request")] == [10, 30, 10, 30]


def test_too_much_waiting_work_is_refused_with_a_time_to_come_back():
    annotator = FakeAnnotator()
    settings = Settings(max_waiting_tokens=5)
    with served(annotator, settings) as client, ThreadPoolExecutor(4) as pool:
        annotator.may_run.clear()
        batcher = client.app.service.batcher
        first = batcher.submit(ANNOTATE, [(sentence, ("xpos",)) for sentence in annotator.segment("a").sentences], [1])
        while batcher.waiting_tokens:
            client.get("/livez")
        waiting = pool.submit(client.post, "/v1/annotate", json={"texts": ["a b c d e"]})
        while not batcher.waiting_tokens:
            client.get("/livez")
        refused = client.post("/v1/annotate", json={"texts": ["a"]})
        problem_of(refused, 429, "overloaded")
        assert refused.headers["retry-after"] == "1"
        annotator.may_run.set()
        assert waiting.result(10).status_code == 200
        assert len(first.result(10)) == 1
        assert client.post("/v1/annotate", json={"texts": ["a"]}).status_code == 200
