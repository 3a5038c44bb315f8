"""Vocabularies, and forms with their labels, as the plain lists that a checkpoint stores, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.vocabulary import Vocabulary


def list_symbols(vocabulary: Vocabulary) -> list[list[str | int]]:
    """List symbols with their counts, in order of index."""
    return [[symbol, count] for symbol, count in zip(vocabulary.symbols, vocabulary.counts, strict=True)]


def vocabulary_of(entries: Sequence[Sequence[Any]]) -> Vocabulary:
    """Build a vocabulary from such a list."""
    return Vocabulary([entry[0] for entry in entries], [entry[1] for entry in entries])


def list_forms(labels: LabelSet) -> list[list[str | int]]:
    """List forms, each before the labels that training saw on it, by their index."""
    return [[form, *map(labels.index, seen)] for form, seen in labels.forms.items()]


def forms_of(entries: Sequence[Sequence[Any]], labels: Sequence[str]) -> dict[str, list[str]]:
    """Return from such a list the labels of every form."""
    return {form: [labels[index] for index in seen] for form, *seen in entries}
