"""The outermost layer: an id for every request, headers for every answer, numbers, and the last net under a fault."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from collections.abc import Callable, Collection
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jmt.serve.answering.problems import Problem, problem_response
from jmt.serve.answering.refusals import not_ready
from jmt.serve.watching.logs import log_event, log_fault

_ACCEPTABLE = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"))
_OTHER = "other"

_OnRequest = Callable[[str, str, int, float], None]
"""Takes route, method, status and seconds of an answer."""


class RequestIds:
    """ASGI middleware: `X-Request-ID` on every answer (the client's own where it is a plain one)."""

    def __init__(
        self, app: ASGIApp, *, paths: Collection[str] = (), on_request: _OnRequest | None = None, log_all: bool = False
    ) -> None:
        self._app = app
        self._paths = frozenset(paths)
        self._on_request = on_request
        self._log_all = log_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; whatever it raises becomes an opaque 500, whose story stands in the log under its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = request_id = _request_id(scope)
        began = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                added = [(b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff")]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except asyncio.CancelledError:  # by a server that ends: no fault, and nobody waits for this task any more
            if not status:
                problem = not_ready("the service is shutting down")
                with suppress(asyncio.CancelledError):
                    await problem_response(problem, scope)(scope, receive, send_with_headers)
        except Exception as error:
            log_fault(request_id, error)
            if not status:
                problem = Problem("internal_error", "a fault of the service; its log holds more under the request_id")
                await problem_response(problem, scope)(scope, receive, send_with_headers)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count and log one request; nothing that the client wrote is noted, not even its path."""
        route = scope["path"] if scope["path"] in self._paths else _OTHER
        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        if self._on_request is not None:
            self._on_request(route, method, status, seconds)
        if self._log_all:
            facts = {"request_id": scope["request_id"], "method": method, "route": route, "status": status}
            facts |= {"ms": round(1000 * seconds, 1), **scope.get("sizes", {})}
            log_event(logging.INFO, "request", facts | ({"key": scope["holder"]} if "holder" in scope else {}))


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ACCEPTABLE.fullmatch(value):
            return str(value.decode("ascii"))
    # Not uuid4: asking the system for randomness lets the inference thread in, and its turn takes milliseconds.
    return f"{random.getrandbits(128):032x}"
