"""Every answer that says no, as RFC 9457 problem details; what the client sent is never repeated in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, ClassVar

import orjson
from pydantic import ConfigDict, Field, ValidationError, WithJsonSchema
from starlette.responses import Response
from starlette.types import Scope

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 16  # a request can be wrong in a million places; the first few say enough

# code -> (status, title): the whole vocabulary of the service's refusals
PROBLEMS: dict[str, tuple[int, str]] = {
    "malformed_json": (400, "Malformed JSON"),
    "malformed_http": (400, "Malformed request"),
    "unauthorized": (401, "Unauthorized"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "Method not allowed"),
    "not_acceptable": (406, "Not acceptable"),
    "request_timeout": (408, "Request timeout"),
    "body_too_large": (413, "Body too large"),
    "too_many_items": (413, "Too many items"),
    "text_too_long": (413, "Text too long"),
    "too_many_tokens": (413, "Too many tokens"),
    "resource_exhausted": (413, "Resources exhausted"),
    "unsupported_media_type": (415, "Unsupported media type"),
    "misdirected": (421, "Misdirected request"),
    "invalid_request": (422, "Invalid request"),
    "unknown_task": (422, "Unknown task"),
    "sentence_too_long": (422, "Sentence too long"),
    "empty_input": (422, "Empty input"),
    "client_left": (499, "Client closed the connection"),  # never on the wire
    "overloaded": (429, "Too many requests"),
    "headers_too_large": (431, "Headers too large"),
    "internal_error": (500, "Internal error"),
    "non_finite": (500, "Scores are no numbers"),
    "unknown_coding": (501, "Unknown transfer coding"),
    "not_ready": (503, "Not ready"),
    "queue_timeout": (504, "Waited too long"),
    "timeout": (504, "Took too long"),
}


_CLOSED = ConfigDict(extra="forbid")


def _type_of(code: str) -> str:
    return f"urn:jmt:problem:{code}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request: a JSON pointer to it, a code and a sentence."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class ProblemBody:
    """Problem details (RFC 9457); nothing of the request is repeated."""

    __pydantic_config__: ClassVar[ConfigDict] = _CLOSED

    type: Annotated[str, WithJsonSchema({"type": "string", "enum": [_type_of(code) for code in PROBLEMS]})]
    title: str
    status: Annotated[int, Field(ge=0)]
    detail: str
    request_id: Annotated[
        str | None,
        WithJsonSchema({"type": "string", "description": "missing where the request could not be read at all"}),
    ] = None
    errors: Sequence[Fault] = ()

    def to_json(self) -> bytes:
        """Write it without what is not there."""
        written = {one.name: getattr(self, one.name) for one in fields(self)}
        return orjson.dumps({name: value for name, value in written.items() if value not in (None, ())})


class Problem(Exception):
    """A refusal: a code of `PROBLEMS`, a sentence on what is allowed, and pointers to what is wrong."""

    def __init__(self, code: str, detail: str, faults: Sequence[Fault] = (), headers: dict[str, str] | None = None):
        super().__init__(detail)
        self.code = code
        self.status, self.title = PROBLEMS[code]
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = headers

    def body(self, request_id: str | None = None) -> ProblemBody:
        """Give what is written to the client; of very many faults the first few."""
        faults = self.faults[:MOST_ERRORS]
        return ProblemBody(_type_of(self.code), self.title, self.status, self.detail, request_id, faults)


def at(pointer: str, code: str, detail: str) -> Problem:
    """Build a problem with one fault, at `pointer` of the request's body."""
    return Problem(code, detail, [Fault(pointer, code, detail)])


def problem_response(problem: Problem, scope: Scope) -> Response:
    """Write a problem as the answer to the request of an ASGI scope."""
    body = problem.body(scope.get("request_id")).to_json()
    return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=problem.headers)


def invalid(error: ValidationError) -> Problem:
    """Build the problem of a body that is JSON but not what the endpoint takes, with a pointer to every fault."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    faults = [Fault(_pointer(entry["loc"]), "invalid_request", str(entry["msg"])) for entry in found[:MOST_ERRORS]]
    return Problem("invalid_request", "the body is not what this endpoint takes", faults)


def _pointer(location: Sequence[str | int]) -> str:
    """Turn pydantic's location into a JSON pointer: names of our fields and positions, nothing of the client."""
    return "".join(f"/{part}" for part in location)
