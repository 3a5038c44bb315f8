"""The outermost layer: an id for every request, headers for every answer, and the last net under a fault of ours."""

from __future__ import annotations

import logging
import re
import traceback
import uuid
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jmt.serve.problems import Problem, problem_response

logger = logging.getLogger("jmt.serve")

_ACCEPTABLE = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class RequestIds:
    """ASGI middleware: `X-Request-ID` on every answer (the client's own where it is a plain one)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; whatever it raises becomes an opaque 500, whose story stands in the log under its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = request_id = _request_id(scope)
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                added = [(b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff")]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            log_fault(request_id, error)
            if not started:
                problem = Problem("internal_error", "a fault of the service; its log holds more under the request_id")
                await problem_response(problem, Request(scope))(scope, receive, send_with_headers)


def log_fault(request_id: str, error: BaseException) -> None:
    """Log where a fault arose, but not its message: that could repeat what the client sent."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("request %s failed with %s\n%s", request_id, type(error).__name__, frames)


def _request_id(scope: dict[str, Any] | Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ACCEPTABLE.fullmatch(value):
            return str(value.decode("ascii"))
    return uuid.uuid4().hex
