"""What `/openapi.json` says is what this service does: its limits, its tasks, its paths."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from jmt.serve.app import create_app
from jmt.serve.contract.endpoints import ENDPOINTS
from jmt.serve.contract.openapi import build_document
from jmt.serve.contract.requests import PAIR_TASKS, TOKEN_TASKS
from tests.unit.serve.fake import FakeAnnotator
from tests.unit.serve.served import SMALL

TASKS = {TOKEN_TASKS: ["xpos", "dep"], PAIR_TASKS: ["entailment"]}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return build_document({**SMALL.limits(), **TASKS}, closed=False)


def test_it_names_the_limits_and_the_tasks_of_this_service(document: dict[str, Any]):
    schemas = document["components"]["schemas"]
    texts, tokens = (option["properties"] for option in schemas["AnnotateRequest"]["anyOf"])

    assert texts["texts"]["maxItems"] == tokens["tokens"]["maxItems"] == SMALL.max_texts
    assert texts["texts"]["items"]["maxLength"] == schemas["Pair"]["properties"]["first"]["maxLength"] == 100
    assert tokens["tokens"]["items"]["maxItems"] == SMALL.max_sentence_tokens
    assert tokens["tasks"]["anyOf"][0]["items"]["enum"] == ["xpos", "dep"]
    assert schemas["CompareRequest"]["properties"]["tasks"]["anyOf"][0]["items"]["enum"] == ["entailment"]


def test_it_holds_every_schema_that_it_refers_to_and_no_other(document: dict[str, Any]):
    named = set(re.findall('"#/components/schemas/([A-Za-z]+)"', json.dumps(document)))

    assert named == set(document["components"]["schemas"])


def test_texts_and_tokens_exclude_each_other(document: dict[str, Any]):
    with_texts, with_tokens = document["components"]["schemas"]["AnnotateRequest"]["anyOf"]

    assert (with_texts["required"], with_texts["properties"]["tokens"]) == (["texts"], {"type": "null"})
    assert (with_tokens["required"], with_tokens["properties"]["texts"]) == (["tokens"], {"type": "null"})


def test_every_path_of_it_is_answered_by_its_own_method_and_by_no_other():
    client = TestClient(create_app(FakeAnnotator(), SMALL))
    paths = client.get("/openapi.json").json()["paths"]

    assert {path: list(described) for path, described in paths.items()} == {
        endpoint.path: [endpoint.method.lower()] for endpoint in ENDPOINTS
    }
    for endpoint in ENDPOINTS:
        other = "PUT" if endpoint.method == "POST" else "POST"
        allowed = "POST" if endpoint.method == "POST" else "GET, HEAD"
        assert client.request(endpoint.method, endpoint.path).status_code not in (404, 405)
        assert client.request(other, endpoint.path).headers["allow"] == allowed


def test_of_a_closed_service_every_path_asks_for_a_key_but_those_that_tell_nothing():
    paths = build_document({**SMALL.limits(), **TASKS}, closed=True)["paths"]

    for endpoint in ENDPOINTS:
        described = paths[endpoint.path][endpoint.method.lower()]
        asks = ("security" in described, "401" in described["responses"])
        assert asks == (not endpoint.is_public, not endpoint.is_public)
    assert {endpoint.path for endpoint in ENDPOINTS if endpoint.is_public} == {"/livez", "/readyz"}


def test_an_open_service_asks_for_no_key(document: dict[str, Any]):
    assert "security" not in json.dumps(document)
    assert "securitySchemes" not in document["components"]
