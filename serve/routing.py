"""From a path to what answers there: nothing stands between but our own layers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from jmt.serve.answering.problems import Problem, problem_response

Handler = Callable[[Request], Awaitable[Response]]
"""What answers a request, or raises the `Problem` that is the answer."""


@dataclass(frozen=True, slots=True)
class Answers:
    """ASGI application of one path, which answers to one method, to HEAD as to GET."""

    method: str
    handler: Handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            self._refuse_another_method(scope["method"])
            response = await self.handler(Request(scope, receive))
        except Problem as problem:
            response = problem_response(problem, scope)
        await response(scope, receive, send)

    def _refuse_another_method(self, method: str) -> None:
        if method == self.method or (method == "HEAD" and self.method == "GET"):
            return
        allowed = {"Allow": "GET, HEAD" if self.method == "GET" else self.method}
        raise Problem("method_not_allowed", "not by this method; the Allow header says by which", headers=allowed)


async def answer_elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI application of all other paths."""
    problem = Problem("not_found", "there is nothing at this path; /openapi.json lists what there is")
    await problem_response(problem, scope)(scope, receive, send)
