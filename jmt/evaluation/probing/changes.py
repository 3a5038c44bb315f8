"""Changes to raw text after which it says what it said: a typo, a space, a contraction, letter case, a full stop."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from jmt.data.rewording.contractions import LANGUAGE, closed_text, opened_text
from jmt.data.rewording.slips import may_slip, with_slip

_WORD = re.compile(r"[^\W\d_]+")
_FULL_STOP = "."


def _typo(text: str, draw: Random) -> str:
    words = [match for match in _WORD.finditer(text) if may_slip(match[0])]
    if not words:
        return text
    word = draw.choice(words)
    return text[: word.start()] + with_slip(word[0], draw) + text[word.end() :]


def _double_space(text: str, draw: Random) -> str:
    spaces = [place for place, sign in enumerate(text.strip()) if sign == " "]
    if not spaces:
        return text
    place = draw.choice(spaces)
    return f"{text.strip()[:place]} {text.strip()[place:]}"


def _contraction(text: str, _draw: Random) -> str:
    opened = opened_text(text)
    return closed_text(text) if opened == text else opened


def _full_stop(text: str, _draw: Random) -> str:
    if text.endswith(_FULL_STOP):
        return text.removesuffix(_FULL_STOP)
    return text + _FULL_STOP if text[-1:].isalnum() else text


_CHANGES: dict[str, Callable[[str, Random], str]] = {
    "typo": _typo,
    "double space": _double_space,
    "contraction": _contraction,
    "lower case": lambda text, _: text.lower(),
    "capitals": lambda text, _: text.upper(),
    "full stop": _full_stop,
}
_OF_ENGLISH = {"contraction"}


def changes_in(language: str) -> list[str]:
    """Return the names of the changes that are made in a language."""
    return [name for name in _CHANGES if language == LANGUAGE or name not in _OF_ENGLISH]


def changed(name: str, text: str) -> str | None:
    """Return a text with a change, the same one every time; None where there is nothing to change."""
    after = _CHANGES[name](text, Random(f"{name}/{text}"))
    return after if after != text and after.strip() else None
