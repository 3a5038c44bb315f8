"""The page at `/`: a few static files, kept in memory, under headers that let nothing else in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jmt.serve.routing import Answers

ASSETS = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/static/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/static/panels.js": ("panels.js", "text/javascript; charset=utf-8"),
    "/static/asking.js": ("asking.js", "text/javascript; charset=utf-8"),
    "/static/examples.js": ("examples.js", "text/javascript; charset=utf-8"),
    "/static/kinds.js": ("kinds.js", "text/javascript; charset=utf-8"),
    "/static/writing.js": ("writing.js", "text/javascript; charset=utf-8"),
    "/static/drawing.js": ("drawing.js", "text/javascript; charset=utf-8"),
    "/static/page.css": ("page.css", "text/css; charset=utf-8"),
    "/static/icon.svg": ("icon.svg", "image/svg+xml"),
}
"""Path -> its file in `static/` and media type: the whole list, so that no path of a client reaches a file system."""

PATHS = tuple(ASSETS)
"""What anybody may read without a key: nothing in it is about the model."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",  # a string that is written as markup throws, wherever it came from
        "trusted-types 'none'",
    )
)
"""Content security policy: own files only, nothing inline, no frames around it, no markup made of strings."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "Cache-Control": "no-cache",  # kept, but asked for anew each time: an upgrade of the service is seen at once
}


@dataclass(frozen=True, slots=True)
class _Asset:
    """A file as it is sent: its bytes, media type and entity tag."""

    content: bytes
    media_type: str
    tag: str


def _read_asset(path: str) -> _Asset:
    """Read the file behind a path of `ASSETS`; its tag is a hash of its bytes."""
    name, media_type = ASSETS[path]
    content = files("jmt.serve").joinpath("static", name).read_bytes()
    return _Asset(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def page_routes() -> list[Route]:
    """Give a route for every path of `ASSETS`."""
    return [Route(path, Answers("GET", partial(_answer, _read_asset(path)))) for path in ASSETS]


async def _answer(asset: _Asset, request: Request) -> Response:
    headers = {**HEADERS, "ETag": asset.tag}
    if _is_known(asset.tag, request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=headers)


def _is_known(tag: str, if_none_match: str) -> bool:
    """Tell whether a client holds what it would get: its list of tags may call them weak (RFC 9110, 13.1.2)."""
    held = [entry.strip().removeprefix("W/") for entry in if_none_match.split(",")]
    return tag in held or held == ["*"]
