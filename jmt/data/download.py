"""One file over HTTP: resumed where it broke off, retried on a bad connection, never half there under its name.

Servers are not trusted: no more bytes are taken than the caller says, and a redirect leads to http or https alone.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, BinaryIO

from jmt.errors import CorpusError
from jmt.safety.foreign import reason_of

_BLOCK = 1 << 16
_ATTEMPTS = 5
_TIMEOUT = 30.0
"""Seconds without a byte before a connection counts as broken."""
_GIVE_UP = (300, 301, 302, 303, 305, 307, 308, 400, 401, 403, 404, 405, 410)
"""Answers that trying again does not change; a redirect that is not followed leads in a circle or nowhere."""
SCHEMES = ("http", "https")

Progress = Callable[[int, int | None], None]
"""Called with the bytes that are there and, where the server told it, the whole size."""
_BROKEN = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError)


def download(url: str, target: Path, *, most: int, progress: Progress | None = None, pause: float = 1.0) -> None:
    """Load `url` into `target`; what an earlier, interrupted call left in `target` is completed by a range request.

    A file of over `most` bytes is refused: by its stated size at once, else as soon as more arrives.  The server's
    validator (ETag or Last-Modified) is kept beside the file, so that a file that changed meanwhile is loaded anew;
    without a validator a partial file is dropped.  Raises CorpusError after `_ATTEMPTS` broken connections that brought
    nothing new, or at once where trying again is useless; what was loaded stays for the next call.
    """
    failures = 0
    while True:
        before = _size(target)
        try:
            _load_rest(url, target, most, progress)
            _validator_file(target).unlink(missing_ok=True)
            return
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 416:  # nothing beyond what is here: it belongs to another version of the file
                target.unlink(missing_ok=True)
            elif error.code in _GIVE_UP:
                raise CorpusError(
                    f"the server answers {error.code} {str(error.reason).splitlines()[0]}", url
                ) from error
            reason = f"{error.code} {error.reason}"
        except ValueError as error:  # where a redirect leads, most often
            raise CorpusError(f"leads to no address: {reason_of(error)}", url) from error
        except _BROKEN as error:
            reason = str(getattr(error, "reason", None) or error) or type(error).__name__
        failures = 0 if _size(target) > before else failures + 1
        if failures >= _ATTEMPTS:
            kept = f"; the {before:,} bytes that arrived are kept, the next fetch goes on there" if before else ""
            raise CorpusError(f"could not be loaded ({reason}, {_ATTEMPTS} times in a row){kept}", url)
        time.sleep(pause * failures)


def _load_rest(url: str, target: Path, most: int, progress: Progress | None) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "jmt", "Accept-Encoding": "identity"})
    start, validator = _size(target), _validator(target)
    if start and validator:
        request.add_header("Range", f"bytes={start}-")
        request.add_header("If-Range", validator)
    _check_scheme(url, url)
    with _opener().open(request, timeout=_TIMEOUT) as answer:
        if (encoding := answer.headers.get("Content-Encoding", "identity")) != "identity":
            raise CorpusError(f"the server sends it in the encoding {encoding}, which was not asked for", url)
        resumed = answer.status == 206 and _starts_at(answer.headers.get("Content-Range"), start)
        if answer.status == 206 and not resumed:
            target.unlink(missing_ok=True)
            raise http.client.HTTPException("the server sent another range than was asked for")
        start = start if resumed else 0
        length = answer.headers.get("Content-Length", "")
        whole = start + int(length) if length.isascii() and length.isdigit() and len(length) < 20 else None
        if whole is not None and whole > most:
            _drop(target)
            raise CorpusError(_too_large(f"{whole:,} bytes are announced", most), url)
        fresh = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
        if not resumed:
            target.unlink(missing_ok=True)
            _keep_validator(target, fresh)
        with target.open("ab") as stream:
            arrived = _pour(answer, stream, start, whole, min(most, whole or most), progress)
        if arrived > most:
            _drop(target)
            raise CorpusError(_too_large("more arrives", most), url)
    if whole is not None and arrived < whole:
        raise http.client.IncompleteRead(b"", whole - arrived)


def _pour(
    answer: BinaryIO, stream: BinaryIO, arrived: int, whole: int | None, most: int, progress: Progress | None
) -> int:
    """Write what arrives, and stop behind the first block that is too much."""
    while arrived <= most and (block := answer.read(_BLOCK)):
        stream.write(block)
        arrived += len(block)
        if progress:
            progress(arrived, whole)
    return arrived


def _too_large(what: str, most: int) -> str:
    return f"{what}, where the card allows for {most:,}: this is not the file that it describes; nothing was kept"


def _drop(target: Path) -> None:
    target.unlink(missing_ok=True)
    _validator_file(target).unlink(missing_ok=True)


def _check_scheme(target: str, url: str) -> None:
    scheme = urllib.parse.urlsplit(target).scheme.lower()
    if scheme not in SCHEMES:
        raise CorpusError(f"leads to `{scheme}:`; only http and https are followed", url)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to another page of the web, never to a file of this machine or another service."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        _check_scheme(newurl, req.full_url)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Return what opens an address, with nothing in it that could open any but one of the web."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        _Redirects(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _starts_at(content_range: str | None, start: int) -> bool:
    return content_range is not None and content_range.replace("bytes", "").strip().startswith(f"{start}-")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _validator_file(target: Path) -> Path:
    return target.with_name(target.name + ".validator")


def _validator(target: Path) -> str | None:
    path = _validator_file(target)
    return path.read_text(encoding="utf-8") if path.exists() else None


def _keep_validator(target: Path, validator: str | None) -> None:
    # A weak ETag ("W/...") does not promise equal bytes, so it cannot vouch for a range.
    path = _validator_file(target)
    if validator and not validator.startswith("W/"):
        path.write_text(validator, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)
