"""What the service answers, turned into values or errors; an answer that does not fit the question is an error."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from jmt.errors import InputError, JmtError, ServiceError

_USERS_MISTAKES = frozenset({400, 413, 415, 422})
"""Statuses about what was sent; every other refusal is about the service."""
_LONGEST_DETAIL = 500
"""Characters that are repeated of what an answer says of itself."""
_PLACE = re.compile(r"/(texts|tokens|pairs)/(\d+)")
_NOUNS = {"texts": "text", "tokens": "sentence", "pairs": "pair"}


def answered_object(content: bytes, url: str) -> dict[str, Any]:
    """Read the body of an answer that says yes.

    Raises ServiceError where it is no JSON object, as of a service of another kind.
    """
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ServiceError(f"{url} answers, but not as `jmt serve` does: no JSON object; is the address right?")
    return found


def answered_error(status: int, headers: Mapping[str, str], content: bytes, url: str, *, first: int = 1) -> JmtError:
    """Build the error for an answer that says no: what the problem says, and which item it is about.

    `first` is the number, in the user's counting, of the first item of the request.
    """
    problem = _problem_of(headers, content)
    code = problem.get("type", "").removeprefix("urn:jmt:problem:") or None
    request_id = problem.get("request_id") or headers.get("x-request-id")
    said = _place_of(problem, first) + (_detail_of(problem) or problem.get("title", ""))
    source = f"HTTP {status}" + (f", {code}" if code else "") + (f", request {request_id}" if request_id else "")
    if status in _USERS_MISTAKES:
        return InputError(f"{said or f'{url} refuses the request'} ({source})")
    if status in (401, 403):
        said = f"{url} asks for a key that it knows: set JMT_API_KEY, or in Python Client(url, api_key=...)"
    elif 300 <= status < 400:
        said = f"{url} points elsewhere ({headers.get('location', 'no address')}), which is not followed: name that"
    elif not problem and status in (404, 405):
        said = f"{url} answers, but not as `jmt serve` does: nothing there; is the address right?"
    return ServiceError(f"{said or f'{url} cannot answer'} ({source})", status=status, code=code, request_id=request_id)


def _problem_of(headers: Mapping[str, str], content: bytes) -> dict[str, Any]:
    """Read problem details (RFC 9457); empty where the answer has none: a proxy's page is not for users."""
    if not headers.get("content-type", "").startswith("application/problem+json"):
        return {}
    try:
        problem = json.loads(content)
    except ValueError:
        return {}
    if not isinstance(problem, dict):
        return {}
    texts = {key: value for key, value in problem.items() if isinstance(value, str)}
    errors = problem.get("errors")
    faults = [fault for fault in errors if isinstance(fault, dict)] if isinstance(errors, list) else []
    return {**texts, "errors": faults}


def _place_of(problem: Mapping[str, Any], first: int) -> str:
    """Name the item that a problem points to: `/texts/3` of a request that begins with text 33 is text 36."""
    for fault in problem.get("errors", ())[:1]:
        if found := _PLACE.match(str(fault.get("pointer", ""))):
            return f"{_NOUNS[found.group(1)]} {first + int(found.group(2))}: "
    return ""


def _detail_of(problem: Mapping[str, Any]) -> str:
    """Say what is wrong with the first item that is wrong, and with the request."""
    details = [fault.get("detail") for fault in problem.get("errors", ())[:1]] + [problem.get("detail")]
    said = [detail[:_LONGEST_DETAIL] for detail in details if isinstance(detail, str) and detail]
    return "; ".join(dict.fromkeys(said))
