"""Which names the service answers to: whoever reads the wrong address by its name is told that nobody is at home.

A page of somebody else's may let its own name point to this machine (DNS rebinding); what it then sends has that name
in `Host`.  A service on this machine's own address has no other defence, and so takes only names it knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from jmt.errors import ConfigError

_AUTHORITY = re.compile(r"(?P<name>[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]*))?")
_MOST = 255  # characters of a name in DNS


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that may stand in `Host`; any well-formed one where `names` is None."""

    names: frozenset[str] | None = None

    def admits(self, name: str) -> bool:
        """Tell whether the service answers to a name of `name_of`; addresses of this machine itself it knows."""
        return self.names is None or name in self.names or _is_own_address(name)


ANY_HOST = Hosts()
"""What a service answers to that others reach."""


def name_of(authority: str) -> str | None:
    """Give the name in `name:port` (RFC 9110, section 7.2) in its plain form; None where it is none.

    Case does not matter, nor does a dot at the end.  The port says nothing: a tunnel or a published port of a container
    has another one than ours.
    """
    read = _AUTHORITY.fullmatch(authority)
    if read is None or len(read["name"]) > _MOST or int(read["port"] or 0) > 65_535:
        return None
    name = read["name"].lower()
    if name.startswith("["):
        return _plain_address(name[1:-1])
    name = name.removesuffix(".")
    return name if name and ".." not in name and not name.startswith(".") else None


def hosts_of(bound: str, allowed: Iterable[str], *, only_here: bool) -> Hosts:
    """Give the names of a service that was told to listen on `bound` and to answer to `allowed` as well.

    Without `allowed`, a service that others reach (not `only_here`) answers to any name.  Raises `ConfigError` for what
    is no name.
    """
    named = [entry.strip() for entry in allowed]
    if not named and not only_here:
        return ANY_HOST
    names = {"localhost"}
    for entry in named:
        name = name_of(entry)
        if name is None:
            raise ConfigError(f"--allowed-hosts: {entry!r} is no name of a host, like jmt.example.org or 192.0.2.7")
        names.add(name)
    own = name_of(f"[{bound}]" if ":" in bound else bound)
    return Hosts(frozenset(names | ({own} if own else set())))


def _plain_address(written: str) -> str | None:
    try:
        return f"[{ip_address(written)}]" if ":" in written else None
    except ValueError:
        return None


def _is_own_address(name: str) -> bool:
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
