"""Scores of arcs and relations: the paper's (eq. 3), and deep biaffine ones (Dozat and Manning, ICLR 2017).

A scorer maps every word once, `N` words and the root before them; arcs and relations are products of what it made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from jmt.files.quantise import Array
from jmt.runtime.affine import Affine, relu

_SLOPE = np.float32(0.1)
"""Of the leaky ReLU below zero."""

_AT_A_TIME = 64
"""Governors whose forms are made together: they fit a processor's cache."""


class Views(NamedTuple):
    """The words of a batch as dependents and as governors; row 0 of governors is the root."""

    arc_dependents: Array
    """(N, A)"""
    arc_governors: Array
    """(N + 1, A): an arc scores the product of both ..."""
    arc_priors: Array
    """(N + 1,) ... and how likely the governor is to govern anything."""
    dependents: Array
    """(N, K) for relations."""
    governors: Array
    """(N + 1, K)"""


class Matcher:
    """m(t, j) = h_t . (W_d h_j) (eq. 3); relation logits from ReLU([h_t ; h_j])."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._root = weights["root"]
        self._weight = weights["scorer.weight"].T
        inner = weights["scorer.classifier.0.weight"]  # (C, 2H)
        self._of_dependent, self._of_governor = (np.ascontiguousarray(part.T) for part in np.split(inner, 2, axis=1))
        self._bias = weights["scorer.classifier.0.bias"]
        self._outer = Affine(weights, "scorer.classifier.3")

    def views(self, hidden: Array) -> Views:
        """Return the views of hidden (N, H)."""
        candidates = np.concatenate([self._root[None], hidden])
        priors = np.zeros(len(candidates), np.float32)
        return Views(hidden, candidates @ self._weight, priors, hidden, candidates)

    def deprel_logits(self, views: Views, places: Array) -> Array:
        """Return relation logits (N, R) of the words under the governors at places (N,) in 0..N."""
        inner = (views.governors @ self._of_governor)[places]
        inner += views.dependents @ self._of_dependent
        inner += self._bias
        return self._outer(relu(inner))


class Biaffine:
    """s(t, j) = d_t U g_j + g_j u, with d and g from two small networks; the relation of an arc likewise, per label."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        names = ("arc_dependent", "arc_governor", "deprel_dependent", "deprel_governor")
        layers = [(weights[f"scorer.{name}.0.weight"], weights[f"scorer.{name}.0.bias"]) for name in names]
        self._weight = np.ascontiguousarray(np.concatenate([weight for weight, _ in layers]).T)  # all four at once
        self._bias = np.concatenate([bias for _, bias in layers])
        self._ends = np.cumsum([len(bias) for _, bias in layers])[:-1]
        self._arc_weight = np.ascontiguousarray(weights["scorer.arc_weight"].T)
        self._arc_prior = weights["scorer.arc_prior"]
        forms = weights["scorer.deprel_weight"]  # (R, K + 1, K + 1), over [d ; 1] and [g ; 1]
        self._relations, self._width = forms.shape[:2]
        by_governor = forms.reshape(-1, self._width).T
        self._forms, self._form_bias = np.ascontiguousarray(by_governor[:-1]), by_governor[-1].copy()
        _, self._root_arc, _, self._root_deprel = self._map(weights["root"][None])

    def _map(self, hidden: Array) -> list[Array]:
        """Return the four views of (N, H)."""
        mapped = hidden @ self._weight
        mapped += self._bias
        np.maximum(mapped, mapped * _SLOPE, out=mapped)
        return np.split(mapped, self._ends, axis=1)

    def views(self, hidden: Array) -> Views:
        """Return the views of hidden (N, H)."""
        arc_dependents, arc_governors, dependents, governors = self._map(hidden)
        arc_governors = np.concatenate([self._root_arc, arc_governors])
        priors = arc_governors @ self._arc_prior
        governors = np.concatenate([self._root_deprel, governors])
        return Views(arc_dependents, arc_governors @ self._arc_weight, priors, dependents, governors)

    def deprel_logits(self, views: Views, places: Array) -> Array:
        """Return relation logits (N, R) of the words under the governors at places (N,) in 0..N.

        The form d -> logits of a governor is made once for all its dependents: half of all words govern nothing.
        """
        logits = np.empty((len(places), self._relations), np.float32)
        dependents = np.ones((len(places), self._width), np.float32)
        dependents[:, :-1] = views.dependents
        order = np.argsort(places, kind="stable")
        counts = np.bincount(places)
        governors = np.flatnonzero(counts)
        counts = counts[governors]
        starts = np.cumsum(counts) - counts
        by_count = np.argsort(counts, kind="stable")
        for few in np.split(by_count, range(_AT_A_TIME, len(by_count), _AT_A_TIME)):
            forms = views.governors[governors[few]] @ self._forms
            forms += self._form_bias
            of_dependents = forms.reshape(-1, self._relations, self._width).transpose(0, 2, 1)
            for count in np.flatnonzero(np.bincount(counts[few])):  # as many dependents: one product
                alike = slice(*np.searchsorted(counts[few], (count, count + 1)))
                rows = order[starts[few[alike], None] + np.arange(count)]
                logits[rows] = dependents[rows] @ of_dependents[alike]
        return logits
