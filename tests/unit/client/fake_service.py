"""A service of one function, and a client that talks to it without a socket and waits without time passing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

import jmt

MODEL = {
    "name": "fake",
    "revision": "sha256:0",
    "language": "en",
    "engine": "runtime",
    "segmenter": "learned-0",
    "tasks": [
        {"name": "xpos", "kind": "tagger", "level": 1, "reads": [], "labels": ["DT"]},
        {"name": "dep", "kind": "parser", "level": 2, "reads": ["xpos"], "labels": ["root"]},
        {"name": "relatedness", "kind": "pair_regressor", "level": 3, "reads": [], "labels": ["1"]},
    ],
    "limits": {"max_body_bytes": 2_000_000, "max_texts": 128, "max_request_tokens": 16_384},
    "version": "0",
}


class FakeService:
    """Answers `/v1/model`, then hands every request to a function; notes requests and the client's waits."""

    def __init__(self, respond: Callable[[httpx2.Request], httpx2.Response] | None = None, **model: Any) -> None:
        self.respond = respond or right
        self.model = {**MODEL, **model}
        self.requests: list[httpx2.Request] = []
        self.waits: list[float] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/v1/model"):
            return httpx2.Response(200, json=self.model)
        self.requests.append(request)
        return self.respond(request)

    def client(self, url: str = "http://there:8000", **settings: Any) -> jmt.Client:
        http = httpx2.Client(transport=httpx2.MockTransport(self))
        client = jmt.Client(url, http=http, **settings)
        client.connection.pause = lambda _, seconds: self.waits.append(seconds)
        return client


def body_of(request: httpx2.Request) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(request.content)
    return body


def right(request: httpx2.Request) -> httpx2.Response:
    """Answer as the service does: every word its own sentence, every pair 3.0 related."""
    body = body_of(request)
    answer: dict[str, Any] = {"model": {"name": "fake", "revision": "sha256:0"}, "tasks": body["tasks"]}
    if "pairs" in body:
        answer["judgements"] = [{**pair, "relatedness": 3.0} for pair in body["pairs"]]
    else:
        answer["documents"] = [document(sent) for sent in body.get("texts", body.get("tokens"))]
    return httpx2.Response(200, json=answer)


def document(sent: str | list[str]) -> dict[str, Any]:
    words = sent.split() if isinstance(sent, str) else sent
    text = sent if isinstance(sent, str) else " ".join(words)
    tokens: list[dict[str, Any]] = []
    end = 0
    for number, word in enumerate(words, start=1):
        start = text.index(word, end)
        end = start + len(word)
        tokens.append({"id": number, "text": word, "start": start, "end": end, "xpos": "DT"})
    return {"text": text, "sentences": [{"tokens": tokens, "spans": {}}] if tokens else []}


def problem(
    status: int,
    code: str,
    detail: str = "a sentence on it",
    *,
    pointer: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.Response:
    """A refusal as the service writes it."""
    content: dict[str, Any] = {"type": f"urn:jmt:problem:{code}", "title": "A title", "status": status}
    content |= {"detail": detail, "request_id": "r1"}
    if pointer is not None:
        content["errors"] = [{"pointer": pointer, "code": code, "detail": detail}]
    sent = {"content-type": "application/problem+json", **(headers or {})}
    return httpx2.Response(status, content=json.dumps(content), headers=sent)
