"""Every request that is refused: its status, its code, where it points, and that nothing of it is repeated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from jmt.serve.answering.problems import MOST_ERRORS, PROBLEMS
from jmt.serve.batching.inference import ANNOTATE
from jmt.serve.contract.requests import AnnotateRequest, CompareRequest, StrictModel
from jmt.serve.settings import Settings
from tests.unit.serve.served import JSON, problem_of, served

SMALL = Settings(
    max_body_bytes=2000,
    max_texts=4,
    max_characters=100,
    max_sentence_tokens=8,
    max_request_tokens=20,
    max_batch_tokens=64,
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with served(settings=SMALL) as started:
        yield started


def send(client: TestClient, body: bytes | str | Any, path: str = "/v1/annotate", **headers: str) -> Any:
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(path, content=content, headers={**JSON, **{k.replace("_", "-"): v for k, v in headers.items()}})


# --- what is no strict JSON -------------------------------------------------------------------------------------------


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


# --- other media ------------------------------------------------------------------------------------------------------


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


# --- what is no request of ours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ("null", ""),
        ("[]", ""),
        ('"a"', ""),
        ("{}", ""),
        ({"texts": None}, ""),
        ({"texts": ["a"], "tokens": [["a"]]}, ""),
        ({"texts": []}, "/texts"),
        ({"texts": "a"}, "/texts"),
        ({"texts": {"0": "a"}}, "/texts"),
        ({"texts": [1]}, "/texts/0"),
        ({"texts": ["a", None]}, "/texts/1"),
        ({"texts": ["a", ["b"]]}, "/texts/1"),
        ({"tokens": []}, "/tokens"),
        ({"tokens": ["a"]}, "/tokens/0"),
        ({"tokens": [["a"], []]}, "/tokens/1"),
        ({"tokens": [["a", ""]]}, "/tokens/0/1"),
        ({"tokens": [["a", " \u2003\n"]]}, "/tokens/0/1"),
        ({"tokens": [["a", 1.5]]}, "/tokens/0/1"),
        ({"texts": ["a"], "tasks": []}, "/tasks"),
        ({"texts": ["a"], "tasks": "dep"}, "/tasks"),
        ({"texts": ["a"], "tasks": [True]}, "/tasks/0"),
        ({"texts": ["a"], "other": 1}, ""),
        ({"pairs": [{"first": "a", "second": "b"}]}, ""),
    ],
)
def test_a_wrong_annotate_request_is_refused_with_a_pointer(client: TestClient, body: Any, pointer: str):
    problem = problem_of(send(client, body), 422, "invalid_request")

    assert pointer in [error["pointer"] for error in problem["errors"]]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/pairs"),
        ({"pairs": []}, "/pairs"),
        ({"pairs": [["a", "b"]]}, "/pairs/0"),
        ({"pairs": [{"first": "a"}]}, "/pairs/0/second"),
        ({"pairs": [{"first": "a", "second": 2}]}, "/pairs/0/second"),
        ({"pairs": [{"first": "a", "second": "b", "third": "c"}]}, "/pairs/0"),
        ({"texts": ["a"]}, ""),
    ],
)
def test_a_wrong_compare_request_is_refused_with_a_pointer(client: TestClient, body: Any, pointer: str):
    problem = problem_of(send(client, body, "/v1/compare"), 422, "invalid_request")

    assert pointer in [error["pointer"] for error in problem["errors"]]


def test_what_is_no_object_is_answered_with_the_one_that_is_needed(client: TestClient):
    problem = problem_of(send(client, {"pairs": [["one", "two"]]}, "/v1/compare"), 422, "invalid_request")
    assert problem["errors"] == [
        {
            "pointer": "/pairs/0",
            "code": "invalid_request",
            "detail": 'a pair is an object {"first": "...", "second": "..."}',
        }
    ]

    problem = problem_of(send(client, ["one"]), 422, "invalid_request")
    assert [error["detail"] for error in problem["errors"]] == ["a JSON object is needed"]


def test_an_unknown_field_is_answered_with_the_known_ones(client: TestClient):
    problem = problem_of(send(client, {"texts": ["a"], "taks": ["dep"]}), 422, "invalid_request")

    assert "texts, tokens, tasks" in problem["errors"][0]["detail"]


def test_an_unknown_task_is_answered_with_the_known_ones(client: TestClient):
    problem = problem_of(send(client, {"texts": ["a"], "tasks": ["dep", "depp"]}), 422, "unknown_task")

    assert "xpos, chunk, dep" in problem["detail"]
    assert [error["pointer"] for error in problem["errors"]] == ["/tasks/1"]


def test_a_pair_task_is_none_of_annotating(client: TestClient):
    problem_of(send(client, {"texts": ["a"], "tasks": ["relatedness"]}), 422, "unknown_task")


@pytest.mark.parametrize(("pair", "side"), [(("", "a"), "first"), (("a", " \t\n"), "second")])
def test_a_blank_side_of_a_pair_is_refused(client: TestClient, pair: tuple[str, str], side: str):
    body = {"pairs": [{"first": "a", "second": "b"}, {"first": pair[0], "second": pair[1]}]}

    problem = problem_of(send(client, body, "/v1/compare"), 422, "empty_input")

    assert [error["pointer"] for error in problem["errors"]] == [f"/pairs/1/{side}"]


# --- limits, at n and n + 1 -------------------------------------------------------------------------------------------


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
    from concurrent.futures import ThreadPoolExecutor

    from tests.unit.serve.fake import FakeAnnotator

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


# --- nothing is repeated ----------------------------------------------------------------------------------------------

SECRET = "Zanzibar"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/annotate", {"texts": SECRET}),
        ("/v1/annotate", {"texts": [{SECRET: SECRET}]}),
        ("/v1/annotate", {SECRET: 1}),
        ("/v1/annotate", {"texts": ["a"], SECRET: 1}),
        ("/v1/annotate", {"texts": ["a"], "tasks": [SECRET]}),
        ("/v1/annotate", {"texts": [SECRET * 20]}),
        ("/v1/annotate", {"texts": [f"{SECRET} " * 9]}),
        ("/v1/annotate", {"texts": [f"{SECRET} poison"]}),
        ("/v1/annotate", f'{{"texts": ["{SECRET}'),
        ("/v1/annotate", f'{{"texts": ["{SECRET}\\ud800"]}}'),
        ("/v1/compare", {"pairs": [{"first": SECRET, "second": SECRET, SECRET: SECRET}]}),
        ("/v1/compare", {"pairs": [{"first": SECRET, "second": ""}]}),
        (f"/v1/{SECRET}", {}),
        (f"/v1/annotate?{SECRET}={SECRET}", {}),
    ],
)
def test_no_problem_repeats_what_was_sent(client: TestClient, path: str, body: Any):
    answer = send(client, body, path, X_Request_ID=f"{SECRET}<script>")

    assert answer.status_code >= 400
    assert SECRET not in answer.text
    assert SECRET not in str(answer.headers)


@pytest.mark.parametrize(
    ("request_model", "sent"),
    [
        (AnnotateRequest, {"texts": [1] * 1000}),
        (AnnotateRequest, {"tokens": [[1]] * 1000}),
        (AnnotateRequest, {"tokens": [[1] * 1000]}),
        (AnnotateRequest, {"texts": ["a"], "tasks": [1] * 1000}),
        (CompareRequest, {"pairs": [{}] * 1000}),
    ],
)
def test_a_list_is_checked_up_to_its_first_fault_only(request_model: type[StrictModel], sent: dict[str, Any]):
    """Collecting them all took 9 seconds and a gigabyte for a body within its limit."""
    with pytest.raises(ValidationError) as refused:
        request_model.model_validate(sent)
    assert refused.value.error_count() <= 3


def test_a_request_that_is_wrong_everywhere_gets_a_short_answer():
    with served() as client:
        answers = [send(client, {"texts": ["a"], "tasks": ["no"] * 10_000}), send(client, {"texts": [1] * 10_000})]
    assert len(problem_of(answers[0], 422, "unknown_task")["errors"]) == MOST_ERRORS
    assert len(problem_of(answers[1], 422, "invalid_request")["errors"]) == 1
    assert all(len(answer.content) < 4000 for answer in answers)


# --- the rest of HTTP -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/nothing", "/v1", "/v1/annotate/", "/docs", "/redoc", "/v1/../etc", "/livez/"])
def test_an_unknown_path_is_not_found(client: TestClient, path: str):
    problem_of(client.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_is_refused_with_the_allowed_one(client: TestClient, method: str):
    answer = client.request(method, "/v1/annotate")

    problem_of(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


def test_every_status_that_an_endpoint_gives_is_declared(client: TestClient):
    paths = client.get("/openapi.json").json()["paths"]

    for path in ("/v1/annotate", "/v1/compare"):
        statuses = [400, 405, 406, 408, 413, 415, 421, 422, 429, 431, 500, 501, 503, 504]
        assert set(paths[path]["post"]["responses"]) == {"200", *map(str, statuses)}
    declared = {int(status) for path in paths.values() for use in path.values() for status in use["responses"]}
    no_path_and_no_key_and_nobody_there = {404, 401, 499}
    assert {status for status, _ in PROBLEMS.values()} <= declared | no_path_and_no_key_and_nobody_there
