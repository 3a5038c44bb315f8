"""Bodies that are JSON and no request of ours: where the fault is, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from jmt.serve.answering.problems import MOST_ERRORS
from jmt.serve.contract.requests import AnnotateRequest, CompareRequest, StrictModel
from tests.unit.serve.served import SMALL, problem_of, send, served


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with served(settings=SMALL) as started:
        yield started


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
        ({"pairs": [{"first": "a", "second": "b"}], "tasks": []}, "/tasks"),
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


def test_the_schema_of_a_word_lets_through_what_is_taken_and_nothing_else():
    sentence = AnnotateRequest.model_json_schema()["anyOf"][1]["properties"]["tokens"]["items"]
    pattern = re.compile(sentence["items"]["pattern"])
    signs = map(chr, [*range(0x3010), 0xFEFF, 0xFFFD, 0x1F600])
    for word in (word for sign in signs for word in (sign, f"a{sign}", f"{sign}a", f"a{sign}b")):
        try:
            AnnotateRequest.model_validate({"tokens": [[word]]})
        except ValidationError:
            assert not pattern.fullmatch(word), ascii(word)
        else:
            assert pattern.fullmatch(word), ascii(word)
