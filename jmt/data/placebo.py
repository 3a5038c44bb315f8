"""Gold that teaches nothing about what it stands at: a placebo, to tell a task's labels from its company."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from random import Random

from jmt.cascade.kinds import KINDS
from jmt.cascade.symbols.examples import Gold, TaskExamples


def shuffle_gold(examples: TaskExamples, seed: int) -> TaskExamples:
    """Return the same inputs with each other's gold: of words among sentences of one length, else among all.

    How often a label occurs, and in which sequences and trees, stays.  No example keeps its own gold but the only one
    of its length.
    """
    groups: dict[Hashable, list[int]] = {}
    for place, item in enumerate(examples.inputs):
        groups.setdefault(len(item) if KINDS[examples.kind].about == "words" else None, []).append(place)
    gold: list[Gold] = list(examples.gold)
    draw = Random(seed)
    for places in groups.values():
        draw.shuffle(places)
        for place, other in zip(places, [*places[1:], places[0]], strict=True):
            gold[place] = examples.gold[other]
    return replace(examples, gold=gold)
