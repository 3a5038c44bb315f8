"""API keys: kept as hashes, compared in constant time, made by `jmt serve --new-key`."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from jmt.errors import ConfigError, InputError
from jmt.files.whole_file import read_whole

_LINE = re.compile(r"(?P<name>[A-Za-z0-9._-]{1,64})\s+sha256:(?P<digest>[0-9a-f]{64})")
FORM = "NAME sha256:HEX"
MOST_BYTES = 2**24
"""Of the file; a key takes a hundred."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The hashes of all keys that open the service, by the names of their holders."""

    digests: tuple[tuple[str, bytes], ...]

    def holder_of(self, key: bytes) -> str | None:
        """Name the holder of a key, None where it opens nothing.

        Every hash is compared, each in constant time: how long it takes tells nothing about the keys.
        """
        digest = hashlib.sha256(key).digest()
        holder = None
        for name, known in self.digests:
            if hmac.compare_digest(digest, known):
                holder = name
        return holder


def read_keys(path: str | Path) -> Keys:
    """Read a file of lines `NAME sha256:HEX`; blank lines and those that begin with `#` are skipped.

    Raises ConfigError where it is missing, holds no key, a line of another form, or a name twice.
    """
    try:
        lines = read_whole(path, MOST_BYTES, pipes=True).decode("utf-8").splitlines()
    except (OSError, InputError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the file of API keys cannot be read: {error}") from None
    found: dict[str, bytes] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        read = _LINE.fullmatch(line.strip())
        if read is None:  # the line is not shown: it may hold a key by mistake
            raise ConfigError(f"{path}:{number}: a line is `{FORM}`, as `jmt serve --new-key NAME` prints it")
        if read["name"] in found:
            raise ConfigError(f"{path}:{number}: there is a key of this name already: {read['name']}")
        found[read["name"]] = bytes.fromhex(read["digest"])
    if not found:
        raise ConfigError(f"{path}: there is no key in it; `jmt serve --new-key NAME` makes one")
    return Keys(tuple(found.items()))


def make_key(name: str) -> tuple[str, str]:
    """Make a key for a holder; gives the key, which is stored nowhere, and the line for the file of keys.

    Raises ConfigError for a name that is not 1 to 64 letters, digits, dots, hyphens or underlines.
    """
    key = f"jmt_{secrets.token_urlsafe(32)}"
    line = f"{name} sha256:{hashlib.sha256(key.encode()).hexdigest()}"
    if _LINE.fullmatch(line) is None:
        raise ConfigError(f"{name!r}: a name has 1 to 64 letters, digits, dots, hyphens or underlines")
    return key, line
