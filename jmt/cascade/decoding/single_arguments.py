"""At most one subject and one object of each governor, chosen for all of its dependents together.

Relations are scored arc by arc, so that a verb may get two subjects.  Universal Dependencies allows one subject, a noun
or a clause, besides those of an outer clause (`nsubj:outer`), and one `obj`; its validator refuses more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jmt.cascade.decoding.probabilities import Floats
from jmt.cascade.decoding.sequences import Ints

_ARGUMENTS = ({"nsubj", "csubj"}, {"obj"})
"""What a governor has once: universal relations, with all of their subtypes but that of outer clauses."""

_OUTER = ":outer"


class SingleArguments:
    """Settles which dependent of a governor is its subject, and which its object, where several would be."""

    def __init__(self, labels: Sequence[str]) -> None:
        """Take the R relations to choose from, in the order of their logits; others than UD's are all let be."""
        self._which = np.array([_argument(label) for label in labels], dtype=np.int64)
        """(R,) the place in `_ARGUMENTS`, or -1: of these a governor may have any number."""

    def settle(self, best: Ints, logits: Floats, governors: Ints) -> Ints:
        """Return the relations (N,) with the highest sum of log-probabilities that give no governor an argument twice.

        `best` (N,) are those of the highest logits (N, R), which may be -inf; `governors` (N,) are numbers, another
        one for each governor of the batch.  Words of governors without conflict keep their relation.
        """
        which = self._which[best]
        arguments = np.flatnonzero(which >= 0)
        kinds = len(_ARGUMENTS)
        counts = np.bincount(governors[arguments] * kinds + which[arguments])
        settled = best
        for governor in sorted(set((np.flatnonzero(counts > 1) // kinds).tolist())):
            if settled is best:
                settled = best.copy()
            words = np.flatnonzero(governors == governor)
            settled[words] = self._assign(logits[words])
        return settled

    def _assign(self, logits: Floats) -> Ints:
        """Return the best relations (D,) of the dependents of one governor, from logits (D, R).

        Whoever is no argument has its best other relation, so that only who is which argument has to be chosen: with
        one subject and one object, a pair of dependents, or of nobody.
        """
        scores, words = logits.astype(np.float64), np.arange(len(logits))
        options = np.stack([np.where(self._which == which, scores, -np.inf) for which in (-1, *range(len(_ARGUMENTS)))])
        chosen = options.argmax(axis=-1)  # (3, D): as no argument, as subject, as object
        other, subject, object_ = options.max(axis=-1)
        # Where there is no other relation to give, there is nothing to settle: all keep their best.
        if not np.isfinite(other).all():
            best: Ints = scores.argmax(axis=-1)
            return best
        nobody = [0.0]
        gains = np.append(subject - other, nobody)[:, None] + np.append(object_ - other, nobody)
        gains[words, words] = -np.inf
        first, second = divmod(int(gains.argmax()), len(gains))
        found: Ints = chosen[0]
        for place, word in ((1, first), (2, second)):
            if word < len(words):
                found[word] = chosen[place, word]
        return found


def _argument(label: str) -> int:
    """Return the place in `_ARGUMENTS` of a relation, -1 of any other."""
    universal = label.partition(":")[0]
    places = (place for place, relations in enumerate(_ARGUMENTS) if universal in relations)
    return -1 if label.endswith(_OUTER) else next(places, -1)
