"""Which label may follow which: the rules of a code of spans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jmt.cascade.symbols.labels import split_code

Flags = npt.NDArray[np.bool_]


class Rules(NamedTuple):
    """What a sequence of labels may be, L labels."""

    allowed: Flags
    """(L, L) may the label of the column follow that of the row."""
    start: Flags
    """(L,) may it come first."""
    end: Flags
    """(L,) may it come last."""

    @property
    def empty(self) -> bool:
        """Whether they forbid nothing."""
        return all(bool(rule.all()) for rule in self)


def label_rules(labels: Sequence[str], scheme: str | None) -> Rules:
    """Return the rules for labels of a scheme, as a tagger's configuration names it; without one, all is allowed.

    The codes decide: `I` and `E` continue a `B` or `I` of their own type; where the set has an `E` or `S` (IOBES), a
    `B` or `I` must be continued.
    """
    if scheme is None:
        return Rules(np.ones((len(labels), len(labels)), np.bool_), *np.ones((2, len(labels)), np.bool_))
    codes = [split_code(label) for label in labels]
    closes = {kind for code, kind in codes if code in "ES" and code}  # types that are coded as IOBES

    def may_follow(before: tuple[str, str], after: tuple[str, str]) -> bool:
        continues = before[0] in ("B", "I") and after[0] in ("I", "E") and before[1] == after[1]
        must_continue = before[0] in ("B", "I") and before[1] in closes
        return continues or (not must_continue and after[0] not in ("I", "E"))

    outside = ("O", "")
    return Rules(
        np.array([[may_follow(before, after) for after in codes] for before in codes], dtype=np.bool_),
        np.array([may_follow(outside, after) for after in codes], dtype=np.bool_),
        np.array([may_follow(before, outside) for before in codes], dtype=np.bool_),
    )
