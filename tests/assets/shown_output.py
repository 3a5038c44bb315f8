"""Whether a program printed what a document shows: the same words, and numbers that are near enough."""

from __future__ import annotations

import json
import math
import re
from typing import Any

NEAR = 0.011
"""How far two fractions may be apart: as far as another processor, or a digit that was cut off, may bring them."""

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?")


def shows(expected: str, printed: str, *, any_numbers: bool = False) -> bool:
    """Tell whether `printed` is what `expected` shows; a line `...` stands for any number of lines."""
    wanted = json_of(expected)
    if wanted is not None:
        return same_values(wanted, json_of(printed))
    lines = [" ".join(line.split()) for line in printed.splitlines() if line.strip()]
    patterns = [" ".join(line.split()) for line in expected.splitlines() if line.strip()]
    return same_lines(patterns, lines, any_numbers)


def json_of(text: str) -> Any:
    """Return the values of a text of JSON: one object, broken over lines, or one object a line."""
    try:
        return json.loads(text.replace("\n", ""))
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line] or None
    except ValueError:
        return None


def same_values(expected: Any, found: Any) -> bool:
    """Compare two values of JSON; the text `...` stands for any value."""
    if expected == "...":
        return True
    if isinstance(expected, float | int) and isinstance(found, float | int) and type(expected) is not bool:
        return near(expected, found)
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(same_values(expected[key], found[key]) for key in expected)
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same_values, expected, found))
    return bool(expected == found)


def same_lines(patterns: list[str], lines: list[str], any_numbers: bool) -> bool:
    """Compare lines, as a search over what `...` may stand for."""
    reached = {0}
    for pattern in patterns:
        if pattern == "...":
            reached = set(range(min(reached), len(lines) + 1)) if reached else set()
        else:
            reached = {
                place + 1 for place in reached if place < len(lines) and same_line(pattern, lines[place], any_numbers)
            }
    return len(lines) in reached


def same_line(pattern: str, line: str, any_numbers: bool) -> bool:
    """Compare the words of two lines, and their numbers where those count."""
    if pattern == line:
        return True
    if _NUMBER.sub("#", pattern) != _NUMBER.sub("#", line):
        return False
    pairs = zip(_NUMBER.findall(pattern), _NUMBER.findall(line), strict=True)
    return any_numbers or all(near(number(first), number(second)) for first, second in pairs)


def number(text: str) -> float:
    """Read a number as it is written for people."""
    return float(text.replace(",", "").rstrip("."))


def near(first: float, second: float) -> bool:
    """Tell whether two numbers may be shown for each other: whole ones are equal, others near."""
    if float(first).is_integer() and float(second).is_integer():
        return first == second
    return math.isclose(first, second, abs_tol=NEAR)
