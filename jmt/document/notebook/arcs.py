"""The arcs of a tree above its words: which there are, how high each is, and its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from jmt.document.notebook.markup import Markup, element, joined
from jmt.document.notebook.measuring import brief

STEP = 24
"""Pixels between the heights of two arcs."""


@dataclass(slots=True)
class Arc:
    """A relation, from a governor to a word, both counted from 0; the root's has no governor."""

    head: int | None
    at: int
    label: str
    height: int = 0

    @property
    def ends(self) -> tuple[int, int]:
        """Its left and its right word."""
        head = self.at if self.head is None else self.head
        return min(head, self.at), max(head, self.at)


def stacked_arcs(heads: Sequence[int | None], labels: Sequence[str | None]) -> list[Arc]:
    """Return the arcs of heads (1-based, 0 the root), each at the lowest height, from 1, where it meets no other.

    What is no word, and a word that governs itself, is left out.
    """
    told = [(head, at, label or "") for at, (head, label) in enumerate(zip(heads, labels, strict=True))]
    arcs = [Arc(head - 1, at, label) for head, at, label in told if head and 0 < head <= len(heads) and head - 1 != at]
    roots = [Arc(None, at, label) for head, at, label in told if head == 0]
    reached = [0] * (len(heads) + 1)  # above the gap before each word
    for arc in sorted(arcs, key=lambda arc: arc.ends[1] - arc.ends[0]):
        left, right = arc.ends
        arc.height = 1 + max(reached[left + 1 : right + 1])
        reached[left + 1 : right + 1] = [arc.height] * (right - left)
    for root in roots:
        root.height = 1 + max(reached[root.at : root.at + 2])
    return [*arcs, *roots]


def draw_arcs(arcs: Sequence[Arc], centres: Sequence[float], height: Callable[[float], float]) -> Iterator[Markup]:
    """Yield the arcs over words with these centres; `height` turns pixels above the words into those of the drawing."""
    for arc in arcs:
        to, top = centres[arc.at], arc.height * STEP - 5
        tip = f"M{to:.1f} {height(0):.1f}l-3.5 -7h7Z"
        if arc.head is None:
            line, middle, looks = f"M{to:.1f} {height(top - 2):.1f}V{height(0):.1f}", to, "arc root"
        else:
            line, middle, looks = *_bent(centres[arc.head], to, top, height), "arc"
        label = {"x": f"{middle:.1f}", "y": f"{height(top) - 5:.1f}"}
        drawn = joined(element("path", {"d": line}), element("path", {"class": "tip", "d": tip}))
        yield element("g", {"class": looks}, drawn, element("text", label, brief(arc.label)))


def _bent(start: float, to: float, top: float, height: Callable[[float], float]) -> tuple[str, float]:
    """Return an arc's line, which leaves its governor beside the arrow that ends there, and where its middle is."""
    side = 1 if to > start else -1
    leg = start + 5 * side
    bend, corner = side * min(9.0, abs(to - leg) / 2), min(9.0, top / 2)
    line = (
        f"M{start:.1f} {height(0):.1f}C{start:.1f} {height(4):.1f} {leg:.1f} {height(3):.1f} {leg:.1f} "
        f"{height(corner):.1f}V{height(top - corner):.1f}Q{leg:.1f} {height(top):.1f} {leg + bend:.1f} "
        f"{height(top):.1f}H{to - bend:.1f}Q{to:.1f} {height(top):.1f} {to:.1f} {height(top - corner):.1f}"
        f"V{height(0):.1f}"
    )
    return line, (leg + to) / 2
