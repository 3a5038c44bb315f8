"""What values from a place that is not trusted may be: sane numbers, texts, lists and names, whatever they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MOST_LAYERS = 256
"""Of anything that is built one after the other."""

_LAYER_KEYS = frozenset({"level", "num_hidden_layers", "n_layers", "hidden_layers", "layers"})

LONGEST_WORD = 200
"""Characters that any part of a tokenizer sees of one word."""

_LARGEST_NUMBER = 1_000_000
_LONGEST_TEXT = 1_000
_LONGEST_LIST = 1_000
_MOST_KEYS = 1_000
_LONGEST_NAME = 100


def check_values(content: Any, key: str = "") -> None:
    """Refuse numbers, texts, lists and tables that no configuration of ours has; raises ValueError naming the key."""
    if isinstance(content, Mapping):
        if len(content) > _MOST_KEYS:
            raise ValueError(f"{key}: a table of {len(content):,} keys; at most {_MOST_KEYS:,} are sensible")
        for name, value in content.items():
            _check_name(name)
            check_values(value, name)
    elif isinstance(content, list):
        if len(content) > _LONGEST_LIST:
            raise ValueError(f"{key}: a list of {len(content):,}; at most {_LONGEST_LIST:,} is sensible")
        for value in content:
            check_values(value, key)
    elif isinstance(content, str) and len(content) > _LONGEST_TEXT:
        raise ValueError(f"{key}: a text of {len(content):,} characters; at most {_LONGEST_TEXT:,} are sensible")
    elif isinstance(content, str) and any("\ud800" <= sign <= "\udfff" for sign in content):
        raise ValueError(f"{key}: half of a character, which no file can hold: {content[:50]!a}")
    elif isinstance(content, int | float):
        most = _MOST_LAYERS if key in _LAYER_KEYS else _LARGEST_NUMBER
        if abs(content) > most:
            raise ValueError(f"{key} = {str(content)[:30]}: at most {most:,} is sensible")


def _check_name(name: str) -> None:
    """Refuse a key or the name of a task that would break what it is written into."""
    if not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
        raise ValueError(f"a key of {len(name)} characters, or with signs that cannot be printed: {name[:50]!r}")
