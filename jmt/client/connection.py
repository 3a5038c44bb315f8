"""Requests to one service, sent again where it is busy, not ready, or the connection broke.

Annotating changes nothing in the service, so that a request may be sent twice.
"""

from __future__ import annotations

import ipaddress
import os
import random
from collections.abc import Callable
from itertools import count
from threading import Event
from typing import Any

import httpx2

from jmt import __version__
from jmt.client.answers import answered_error, answered_object
from jmt.client.backoff import seconds_to_retry, wait_before
from jmt.errors import InputError, KeyFormError, ServiceError
from jmt.safety.foreign import foreign_code

_AGAIN = frozenset({429, 503})
"""Statuses that pass: too much is waiting; not ready yet, or ending."""
_LONGEST_CONNECT = 10.0
"""Seconds until a connection must stand."""
_LONGEST_RETRY_AFTER = 60.0
"""Seconds; a service that asks for more patience is taken at its word, and the error says so."""


class Connection:
    """A pool of connections to the service at one URL; safe to share between threads.

    A forked child makes a pool of its own: answers on a connection of two processes reach whichever reads first.
    """

    def __init__(
        self, url: str, *, api_key: str | None, timeout: float, retries: int, http: httpx2.Client | None = None
    ) -> None:
        self.url = _checked(url)
        self.retries = retries
        self.pause: Callable[[Event, float], object] = Event.wait
        self._timeout = timeout
        self._headers = {"Accept": "application/json", "User-Agent": f"jmt/{__version__}"}
        if api_key is not None:
            self._headers["Authorization"] = f"Bearer {_checked_key(api_key)}"
        self._own = http is None
        self._http = _pool() if http is None else http
        self._process = os.getpid()
        self._was_there = False
        """Whether the service has answered once: then it may be starting anew, and is waited for."""

    def get(self, path: str) -> dict[str, Any]:
        """Fetch a JSON object; errors as of `ask`."""
        return self.ask("GET", path, None, Event())

    def ask(self, method: str, path: str, body: bytes | None, abandoned: Event, *, first: int = 1) -> dict[str, Any]:
        """Send a request until it is answered, and return the answer's JSON object.

        `first` is the number of the request's first item, for errors.  Once `abandoned` is set nothing is sent again.
        Raises InputError for what the service cannot take, ServiceError for what it cannot do.
        """
        for attempt in count(1):
            try:
                return self._ask_once(method, self.url + path, body, first)
            except _MayPass as failure:
                if attempt > self.retries or abandoned.is_set():
                    raise failure.after(attempt) from failure.__cause__
                seconds = wait_before(attempt, failure.asked, random.random())
            self.pause(abandoned, seconds)
        raise AssertionError("attempts are counted without end")

    def _ask_once(self, method: str, url: str, body: bytes | None, first: int) -> dict[str, Any]:
        """Send a request once; raises _MayPass where there is use in sending it again."""
        http = self._pool_of_this_process()
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        try:
            response = http.request(
                method, url, content=body, headers=headers, timeout=self._timeouts(), follow_redirects=False
            )
        except httpx2.ConnectTimeout as fault:
            raise _MayPass(
                ServiceError(f"{url} cannot be reached: no connection within {self._patience:g} s")
            ) from fault
        except httpx2.TimeoutException as fault:
            # Not sent again: it may well be worked on, and a service that is too slow must not get it twice.
            said = f"{url} does not answer within {self._timeout:g} s; allow more by Client(url, timeout=...)"
            raise ServiceError(said) from fault
        except (httpx2.NetworkError, httpx2.RemoteProtocolError) as fault:
            reason = str(fault) or type(fault).__name__
            if not self._was_there and _is_refused(fault) and _is_this_machine(url):
                said = (
                    f"{url} cannot be reached: {reason}; nothing listens there: is `jmt serve` running, on this port?"
                )
                raise ServiceError(said) from fault
            raise _MayPass(ServiceError(f"{url} cannot be reached: {reason}")) from fault
        except httpx2.HTTPError as fault:
            raise ServiceError(f"{url} cannot be asked: {fault}") from fault
        self._was_there = True
        if response.status_code == 200:
            return answered_object(response.content, url)
        error = answered_error(response.status_code, response.headers, response.content, url, first=first)
        if response.status_code in _AGAIN and isinstance(error, ServiceError):
            asked = seconds_to_retry(response.headers.get("retry-after"))
            if asked is None or asked <= _LONGEST_RETRY_AFTER:
                raise _MayPass(error, asked)
        raise error

    def _pool_of_this_process(self) -> httpx2.Client:
        if self._http.is_closed:
            raise InputError("this client was closed; make another one")
        if self._process != os.getpid():
            if not self._own:
                raise InputError(
                    "the HTTP client that Client(url, http=...) was given has connections of another process, from "
                    "which this one was forked: make both anew here"
                )
            self._http, self._process = _pool(), os.getpid()
        return self._http

    @property
    def _patience(self) -> float:
        return min(self._timeout, _LONGEST_CONNECT)

    def _timeouts(self) -> httpx2.Timeout:
        return httpx2.Timeout(self._timeout, connect=self._patience, pool=None)

    def close(self) -> None:
        """Close the connections, unless the HTTP client is the caller's own."""
        if self._own:
            self._http.close()


class _MayPass(Exception):
    """A failure that may be over soon: the error to raise if it is not, and the seconds that the service asks for."""

    def __init__(self, error: ServiceError, asked: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.asked = asked

    def after(self, attempts: int) -> ServiceError:
        """Give the error to raise after so many attempts."""
        error = self.error
        said = f"{error}; given up after {attempts} attempts" if attempts > 1 else str(error)
        return ServiceError(said, status=error.status, code=error.code, request_id=error.request_id)


def _is_refused(fault: BaseException) -> bool:
    """Tell whether nothing listens at the address, by what the system said first."""
    cause: BaseException | None = fault
    while cause is not None and not isinstance(cause, ConnectionRefusedError):
        cause = cause.__cause__ or cause.__context__
    return cause is not None


def _is_this_machine(url: str) -> bool:
    """Tell whether a service would run on this machine, whose system knows at once that there is none."""
    host = httpx2.URL(url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _pool() -> httpx2.Client:
    """Make a pool without a limit on connections, or on waiting for one: the caller's threads are the limit.

    Raises InputError where the environment names a proxy or certificates that cannot be used.
    """
    with foreign_code("what the environment says of HTTP (HTTPS_PROXY, SSL_CERT_FILE, ...) cannot be used", InputError):
        return httpx2.Client(limits=httpx2.Limits(max_connections=None))


def _checked(url: str) -> str:
    """Return the address of a service without a slash at its end; refuse what is none."""
    try:
        parsed = httpx2.URL(url)
        parsed.raw_host.decode("ascii").encode("idna")  # as it is looked up
    except (httpx2.InvalidURL, TypeError, UnicodeError) as fault:
        raise InputError(f"{url!r:.100} is no address of a service: {fault}") from None
    wanted = parsed.scheme in ("http", "https") and parsed.host and (parsed.port or 0) <= 65_535
    if not wanted or parsed.query or parsed.fragment:
        raise InputError(f"{url!r:.100} is no address of a service; write it as http://127.0.0.1:8000")
    return url.rstrip("/")


def _checked_key(api_key: str) -> str:
    """Refuse a key that no header can carry; it is not repeated."""
    if not api_key:
        raise KeyFormError("the key holds nothing; leave it out where the service asks for none")
    if not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        raise KeyFormError("the key holds white space or signs that no key has; was it read with its line end?")
    return api_key
