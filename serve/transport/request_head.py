"""What the head of a request has to say before anything is done: its version, its host, how its body is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from jmt.serve.transport.hosts import Hosts, name_of


class Head(NamedTuple):
    """The head of one request, as it was parsed: names of headers in lower case, nothing decoded."""

    version: str
    method: bytes
    target: bytes
    headers: Sequence[tuple[bytes, bytes]]

    def all(self, name: bytes) -> list[bytes]:
        """Give every value that a header has."""
        return [value for found, value in self.headers if found == name]


def fault_of(head: Head, hosts: Hosts) -> tuple[str, str] | None:
    """Say what is wrong with a head, as a code of `PROBLEMS` and a sentence; None where nothing is."""
    if head.version not in ("1.0", "1.1"):  # the parser would take an HTTP/0.9
        return "malformed_http", "the version of HTTP is neither 1.0 nor 1.1"
    if head.method == b"CONNECT":
        return "malformed_http", "this service is no proxy"
    return _fault_of_transfer(head) or _fault_of_host(head, hosts)


def _fault_of_transfer(head: Head) -> tuple[str, str] | None:
    """Take the coding `chunked` alone (RFC 9112, sections 6.1 and 6.3).

    What does not end in one `chunked` has no end that can be relied on; what another coding hides is not unpacked.
    """
    sent = head.all(b"transfer-encoding")
    if not sent:
        return None
    codings = [part.strip().lower() for value in sent for part in value.split(b",") if part.strip()]
    if codings[-1:] != [b"chunked"] or b"chunked" in codings[:-1] or head.version == "1.0":
        return "malformed_http", "Transfer-Encoding has to end in chunked, named once, and only in HTTP/1.1"
    if len(codings) > 1:
        return "unknown_coding", "the only Transfer-Encoding that is known here is chunked"
    if head.all(b"content-length"):
        return "malformed_http", "a request has a Content-Length or a Transfer-Encoding, not both"
    return None


def _fault_of_host(head: Head, hosts: Hosts) -> tuple[str, str] | None:
    """Want one good `Host` (none is needed in HTTP/1.0), and in it and in an absolute target a name that is ours."""
    sent = head.all(b"host")
    if len(sent) > 1 or (not sent and head.version == "1.1"):
        return "malformed_http", "a request has exactly one header Host"
    authorities = [value.strip() for value in sent]
    if not head.target.startswith((b"/", b"*")):
        scheme, _, rest = head.target.partition(b"://")
        if scheme.lower() not in (b"http", b"https"):
            return "malformed_http", "the target of a request is a path or an http address"
        authorities.append(rest.partition(b"/")[0].partition(b"?")[0])
    names = [name_of(authority.decode("latin-1")) for authority in authorities]
    if None in names:
        return "malformed_http", "Host has to be a name or an address, with a port or without"
    if not all(name is not None and hosts.admits(name) for name in names):
        return "misdirected", "the service does not answer to this Host; --allowed-hosts names those it answers to"
    return None
