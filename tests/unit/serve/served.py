"""A running application with the fake annotator, for tests that ask it in process."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from jmt.serve.app import create_app
from jmt.serve.settings import Settings
from tests.unit.serve.fake import FakeAnnotator

JSON = {"Content-Type": "application/json"}
SMALL = Settings(
    max_body_bytes=2000,
    max_texts=4,
    max_characters=100,
    max_sentence_tokens=8,
    max_request_tokens=20,
    max_batch_tokens=64,
)
"""Limits that a test reaches with a line."""


@contextmanager
def served(annotator: Any | None = None, settings: Settings | None = None) -> Iterator[TestClient]:
    """Start the application, wait until it is ready, and end it."""
    app = create_app(annotator or FakeAnnotator(), settings or Settings())
    with TestClient(app, raise_server_exceptions=False) as client:
        wait_until_ready(client)
        while app.service.batcher.running_seconds:
            time.sleep(0.001)  # the thread is not done with the warm-up: no test may take that for a batch of its own
        yield client


def wait_until_ready(client: Any) -> None:
    """Ask until the model is warm."""
    deadline = time.monotonic() + 30
    while client.get("/readyz").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def send(client: TestClient, body: bytes | str | Any, path: str = "/v1/annotate", **headers: str) -> Any:
    """Send a body, as JSON where it is not written out; `-` in a header's name is `_` here."""
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post(path, content=content, headers={**JSON, **{k.replace("_", "-"): v for k, v in headers.items()}})


def problem_of(response: Any, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is the problem expected, and give its body."""
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["type"]) == (status, f"urn:jmt:problem:{code}"), body
    assert response.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["request_id"] == response.headers["x-request-id"]
    return body
