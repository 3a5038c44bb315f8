"""Parts of a network's weights, found by the beginnings of their names."""

from __future__ import annotations

from collections.abc import Mapping

from jmt.files.quantise import Array


def under(prefix: str, weights: Mapping[str, Array]) -> dict[str, Array]:
    """Return the weights whose names begin so, without that beginning."""
    return {name.removeprefix(prefix): weight for name, weight in weights.items() if name.startswith(prefix)}


def words_of_corpus(weights: Mapping[str, Array], number: int) -> dict[str, Array]:
    """Return the weights with the vector of a corpus, 1 = first, in every word's own and every n-gram's vector.

    A corpus's vector c is added to x, the word's vector beside the mean of its n-grams' vectors (`jmt.network` does
    that where it looks words up): in the tables it costs nothing.
    """
    words, ngrams = "encoder.words.words.weight", "encoder.words.ngrams.table.weight"
    vector = weights["encoder.words.corpora.vectors"][number - 1]
    size = weights[words].shape[1]
    moved = {words: weights[words] + vector[:size]}
    if ngrams in weights:
        moved[ngrams] = weights[ngrams] + vector[size:]
    return {**weights, **moved}
