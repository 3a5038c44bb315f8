"""`doc._.jmt` in the bytes of a `Doc`: in its JSON form, so that `to_bytes`, `DocBin` and several processes keep it.

spaCy finds both functions by entry points, and calls them for all that it stores: importing this file costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jmt.document import Document

_KEY = "jmt.Document"


def encode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """Return a document as what msgpack takes; leave anything else to the next encoder."""
    if isinstance(value, Document):
        return {_KEY: value.to_dict()}
    return value if chain is None else chain(value)


def decode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """Return the document that `encode` wrote; leave anything else to the next decoder."""
    if isinstance(value, dict) and value.keys() == {_KEY}:
        return Document.from_dict(value[_KEY])
    return value if chain is None else chain(value)
