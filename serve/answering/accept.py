"""Which of the forms that we can write a client would rather have (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence

from jmt.serve.answering.problems import Problem

JSON = "application/json"
CONLLU = "text/x-conllu"


def choose_form(accept: str | None, offered: Sequence[str]) -> str:
    """Choose the media type that the header `Accept` likes best; among equals the first that is offered.

    Raises `Problem` 406 where it takes none of them.
    """
    if accept is None or accept in ("", "*/*"):
        return offered[0]
    ranges = [_read(part) for part in accept.lower().split(",")[:32]]
    best = max(offered, key=lambda form: _quality(form, ranges))
    if _quality(best, ranges) <= 0:
        raise Problem("not_acceptable", f"this can be had as {' or '.join(offered)}: name one in the header Accept")
    return best


def _read(part: str) -> tuple[str, float]:
    """Read one media range and its quality; a quality that is no number counts as 1, as if it were not there."""
    name, *parameters = (piece.strip() for piece in part.split(";"))
    quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
    try:
        return name, min(max(float(quality), 0.0), 1.0)
    except ValueError:
        return name, 1.0


def _quality(form: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Give the quality of a form: that of the most specific range it is in, 0 where it is in none."""
    found = dict(reversed(ranges))
    for candidate in (form, f"{form.partition('/')[0]}/*", "*/*"):
        if candidate in found:
            return found[candidate]
    return 0.0
