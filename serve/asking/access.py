"""The door: with keys, every request needs one, whatever its path, but for a short list that anybody may read."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from jmt.serve.answering.problems import Problem, problem_response
from jmt.serve.asking.keys import Keys
from jmt.serve.contract.endpoints import ENDPOINTS
from jmt.serve.page import PATHS

OPENAPI = "/openapi.json"
PUBLIC = frozenset((OPENAPI, *PATHS, *(endpoint.path for endpoint in ENDPOINTS if endpoint.is_public)))
"""Paths that GET and HEAD read without a key: nothing there tells about the model or the requests of others."""

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="jmt"'}


class Access:
    """ASGI middleware in front of the router: a path that nobody thought of is closed, too."""

    def __init__(self, app: ASGIApp, keys: Keys | None) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on where it may pass; the holder of its key is noted for the log."""
        if scope["type"] != "http" or self._keys is None or self._is_public(scope):
            await self._app(scope, receive, send)
            return
        holder = self._keys.holder_of(_key_of(scope))
        if holder is None:
            detail = "send the header Authorization: Bearer KEY, with a key that the service knows"
            refusal = problem_response(Problem("unauthorized", detail, headers=_CHALLENGE), scope)
            await refusal(scope, receive, send)
            return
        scope["holder"] = holder
        await self._app(scope, receive, send)

    @staticmethod
    def _is_public(scope: Scope) -> bool:
        return scope["path"] in PUBLIC and scope["method"] in ("GET", "HEAD")


def _key_of(scope: Scope) -> bytes:
    """Give the key that a request carries in its header; empty where there is none, or more than one."""
    sent = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, key = sent[0].partition(b" ") if len(sent) == 1 else (b"", b"", b"")
    return bytes(key.strip()) if scheme.lower() == b"bearer" else b""
