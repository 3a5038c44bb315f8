"""Every answer that says no, as RFC 9457 problem details; what the client sent is never repeated in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import HTTPException, Request, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

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


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request: a JSON pointer to it, a code and a sentence."""

    pointer: str
    code: str
    detail: str


class Problem(HTTPException):
    """A refusal: a code of `PROBLEMS`, a sentence on what is allowed, and pointers to what is wrong."""

    def __init__(self, code: str, detail: str, faults: Sequence[Fault] = (), headers: dict[str, str] | None = None):
        status, self.title = PROBLEMS[code]
        self.code = code
        self.faults = tuple(faults)
        super().__init__(status_code=status, detail=detail, headers=headers)


def at(pointer: str, code: str, detail: str) -> Problem:
    """Build a problem with one fault, at `pointer` of the request's body."""
    return Problem(code, detail, [Fault(pointer, code, detail)])


def problem_response(problem: Problem, request: Request) -> Response:
    """Write a problem as the body of an answer."""
    body: dict[str, Any] = {
        "type": f"urn:jmt:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status_code,
        "detail": problem.detail,
        "request_id": request.scope.get("request_id"),
    }
    if problem.faults:
        body["errors"] = [
            {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}
            for fault in problem.faults[:MOST_ERRORS]
        ]
    return Response(orjson.dumps(body), status_code=problem.status_code, media_type=MEDIA_TYPE, headers=problem.headers)


async def on_problem(request: Request, error: Exception) -> Response:
    """Answer a `Problem`, and what the router itself refuses (404, 405)."""
    if isinstance(error, Problem):
        return problem_response(error, request)
    assert isinstance(error, StarletteHTTPException)
    return problem_response(_refused_by_router(error), request)


def invalid(error: ValidationError) -> Problem:
    """Build the problem of a body that is JSON but not what the endpoint takes, with a pointer to every fault."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    faults = [Fault(_pointer(entry["loc"]), "invalid_request", str(entry["msg"])) for entry in found[:MOST_ERRORS]]
    return Problem("invalid_request", "the body is not what this endpoint takes", faults)


def _pointer(location: Sequence[str | int]) -> str:
    """Turn pydantic's location into a JSON pointer: names of our fields and positions, nothing of the client."""
    return "".join(f"/{part}" for part in location)


def _refused_by_router(error: StarletteHTTPException) -> Problem:
    headers = dict(error.headers) if error.headers else None
    if error.status_code == 404:
        return Problem("not_found", "there is nothing at this path; /openapi.json lists what there is")
    if error.status_code == 405:
        return Problem("method_not_allowed", "not by this method; the Allow header says by which", headers=headers)
    return Problem("malformed_json", "the request could not be read")
