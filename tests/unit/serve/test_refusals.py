"""What holds for every refusal: nothing that was sent is repeated, and what may come is declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from jmt.serve.answering.problems import PROBLEMS
from tests.unit.serve.served import SMALL, problem_of, send, served


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with served(settings=SMALL) as started:
        yield started


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
