"""Sentences of pairs as they are written this time: each change is drawn for each sentence by itself."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from jmt.cascade.symbols.examples import Words
from jmt.data.rewording.contractions import closed, opened
from jmt.data.rewording.slips import may_slip, with_slip
from jmt.training.settings.variations import PairVariations

_FULL_STOP = "."
_CASES = ("lower", "lower", "lower", "lower", "title", "title", "title", "title", "title", "upper")
"""Ways of writing a sentence whose letters change, as often as each is drawn."""


def rewritten(rows: Sequence[Words], variations: PairVariations, draw: Random) -> list[Words]:
    """Return sentences in which each variation is made as often as its rate says; those given stay as they are."""
    return [_rewritten(row, variations, draw) for row in rows]


def _rewritten(row: Words, variations: PairVariations, draw: Random) -> Words:
    if draw.random() < variations.contractions:
        row = (opened, closed)[draw.randrange(2)](row)
    if draw.random() < variations.typos and (places := [place for place, word in enumerate(row) if may_slip(word)]):
        place = draw.choice(places)
        row = [*row[:place], with_slip(row[place], draw), *row[place + 1 :]]
    if draw.random() < variations.case:
        row = _in_case(row, draw.choice(_CASES))
    if draw.random() < variations.final_stop and row[-1].isalnum():
        row = [*row, _FULL_STOP]
    return row


def _in_case(row: Words, case: str) -> Words:
    if case == "title":
        return [row[0][:1].upper() + row[0][1:], *row[1:]]
    return [word.lower() if case == "lower" else word.upper() for word in row]
