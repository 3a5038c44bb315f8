"""Morphological features of words as Universal Dependencies writes them: `Case=Nom|Number=Sing`, `_` for none.

A model knows of features, as labels in a fixed order: the values of every attribute (`Case=Nom`), that an attribute is
absent (`Case=`), and whole bundles that training has seen (`[Case=Nom|Number=Sing]`), `[...]` standing for all others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_NONE = "_"
OTHER = "[...]"
"""The label of every bundle that has none of its own."""


@lru_cache(maxsize=2**16)
def canonical_features(feats: str) -> str:
    """Write features in their one canonical way: attributes in order, whatever their case, and values, each once.

    Raises:
        ValueError: what is no list of `Attribute=Value`.
    """
    values: dict[str, set[str]] = {}
    for entry in feats.split("|") if feats != _NONE else []:
        attribute, equals, value = entry.partition("=")
        if not (attribute and equals and value and "" not in value.split(",")) or attribute.startswith("["):
            raise ValueError(
                f"`{entry[:50]}` is no feature: Attribute=Value is expected, `|` between several, `_` for none at all"
            )
        values.setdefault(attribute, set()).update(value.split(","))
    ordered = sorted(values, key=_in_order)
    written = (f"{name}={','.join(sorted(values[name], key=_in_order))}" for name in ordered)
    return "|".join(written) or _NONE


def values_of(feats: str) -> list[str]:
    """Return the values in canonical features, `Case=Nom` and so on."""
    return [] if feats == _NONE else feats.split("|")


def absent(attribute: str) -> str:
    """Return the label that says that a word does not have an attribute."""
    return f"{attribute}="


def bundle_label(feats: str) -> str:
    """Return the label of canonical features as a whole."""
    return f"[{feats}]"


def feature_labels(bundles: Iterable[str], *, minimum: int) -> list[str]:
    """Return the labels for the canonical features of training: values, absences, and bundles that are not rare."""
    counts = Counter(bundles)
    values = {value for feats in counts for value in values_of(feats)}
    absences = {absent(value.partition("=")[0]) for value in values}
    wholes = [bundle_label(feats) for feats, count in counts.items() if count >= minimum]
    return [*sorted(values | absences), *sorted(wholes), OTHER]


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """What the labels of a model mean."""

    attributes: dict[str, list[int]]
    """Indices of the labels of each attribute's values and absence, which exclude each other; attributes in order."""
    bundles: dict[str, int]
    """Labels of bundles by what they say, canonical."""
    other: int
    """The label of any other bundle."""

    @classmethod
    def of(cls, labels: Sequence[str]) -> FeatureTable:
        """Sort out the labels of a model, `OTHER` among them."""
        attributes: dict[str, list[int]] = {}
        bundles: dict[str, int] = {}
        for index, label in enumerate(labels):
            if label.startswith("["):
                bundles[label[1:-1]] = index
            else:
                attributes.setdefault(label.partition("=")[0], []).append(index)
        other = bundles.pop(OTHER[1:-1])
        return cls({name: attributes[name] for name in sorted(attributes, key=_in_order)}, bundles, other)


def _in_order(name: str) -> tuple[str, str]:
    """Return by what attributes, and values of one, are sorted."""
    return name.lower(), name
