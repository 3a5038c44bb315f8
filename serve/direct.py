"""The short way from a request to its endpoint: FastAPI describes the service, and stands aside while it answers.

Around every request it would put telemetry, a limit for bodies, stacks of things to close, a second net under faults
and a search for parameters to fill: about 15 % of the time that a short request costs.  Our own layers do what of it is
needed, and our endpoints take the request as it is.
"""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from jmt.serve.asking.strict_json import StrictRequest


class DirectApplication(FastAPI):
    """An application whose requests pass its own middleware, the handlers of problems and the router, nothing else."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put our layers around the router; the outermost of them answers for what no handler took."""
        app: ASGIApp = ExceptionMiddleware(self.router, handlers=self.exception_handlers)
        for layer, arguments, settings in reversed(self.user_middleware):
            app = layer(app, *arguments, **settings)
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end."""
        await Starlette.__call__(self, scope, receive, send)


class DirectRoute(APIRoute):
    """A route whose endpoint takes the request and gives the response."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, HEAD as GET; by another method than the route's it is refused as everywhere."""
        own = self.methods or set()
        methods = own | ({"HEAD"} if "GET" in own else set())
        if scope["method"] not in methods:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
        response = await self.endpoint(StrictRequest(scope, receive))
        await response(scope, receive, send)
