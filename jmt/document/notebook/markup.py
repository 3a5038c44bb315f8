"""Markup made of elements: every text in it is escaped, and what cannot be seen in a text stands there as an escape."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import MappingProxyType

from jmt.safety.printable import on_one_line


class Markup(str):
    """A text that is markup already; any other string is text, which `element` escapes."""

    __slots__ = ()


_NOTHING: Mapping[str, object] = MappingProxyType({})


def element(name: str, attributes: Mapping[str, object] = _NOTHING, *children: str) -> Markup:
    """Return an element with its attributes and what is in it, each text of both escaped."""
    given = "".join(f' {key}="{_written(str(value))}"' for key, value in attributes.items())
    return Markup(f"<{name}{given}>{joined(*children)}</{name}>")


def joined(*children: str) -> Markup:
    """Return elements and texts one after the other."""
    return Markup("".join(child if isinstance(child, Markup) else _written(child) for child in children))


def _written(text: str) -> Markup:
    """Return a text as it stands in markup and between quotation marks, on one line, with nothing hidden in it."""
    return Markup(escape(on_one_line(text)))
