"""Documents of a spaCy pipeline against gold ones, by spaCy's own scorers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.training import Example

_SCORERS = {
    "TAG": "spacy.tagger_scorer.v1",
    "POS": "spacy.morphologizer_scorer.v1",
    "LEMMA": "spacy.lemmatizer_scorer.v1",
    "DEP": "spacy.parser_scorer.v1",
}
"""What scores an attribute; features are scored with parts of speech, sentences with trees."""


def score_examples(examples: Sequence[Example]) -> dict[str, Any]:
    """Return `tag_acc`, `pos_acc`, `dep_uas` and so on, of what was predicted at all."""
    from spacy.util import registry

    scores: dict[str, Any] = {}
    for attribute, scorer in _SCORERS.items():
        if any(example.predicted.has_annotation(attribute) for example in examples):
            scores |= registry.get("scorers", scorer)()(examples)
    return scores
