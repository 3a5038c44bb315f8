"""What is known of words, written into a spaCy `Doc` that has these words, whoever made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

    from jmt.document.document import Sentence
    from jmt.document.words import Token

_ENTITY_TASK = "ner"
"""The span task whose spans also become `doc.ents`."""
MULTIWORD_TOKENS = "multiword_tokens"
"""The key of `doc.spans` for what is written as one and is several words."""
_PLURALS = {"chunk": "chunks"}
"""Keys of `doc.spans` that are not the task's own name: spaCy speaks of many (`ents`, `sents`, `noun_chunks`)."""

# fmt: off
_UPOS = frozenset([
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM",
    "VERB", "X", "SPACE",
])
# fmt: on
"""What spaCy takes as a part of speech; it refuses anything else."""


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence, and where it stands in a `Doc`."""

    sentence: Sentence
    start: int
    """The first token that belongs to it; it goes on to the next sentence."""
    places: Sequence[int]
    """The token of every word; those between are no words. None for white space that is a sentence by itself."""


def fill_doc(doc: Doc, placed: Sequence[PlacedSentence]) -> None:
    """Write what is known of the sentences of a `Doc` into it; what nothing is known of stays as it was.

    Tokens that are no words get what spaCy gives to white space: tag `_SP`, part of speech SPACE, relation `dep` to
    the token before.  `root` is spelled `ROOT`.  Where there are heads, sentences follow from them.
    """
    words = {place: token for part in placed for place, token in zip(part.places, part.sentence.tokens, strict=True)}
    gaps = [token.i for token in doc if token.i not in words]
    columns = {**_labels(doc, words, gaps), **_tree(doc, words, placed)}
    if columns:
        _set_columns(doc, columns)
    sentences = [part for part in placed if part.places]
    _set_spans(doc, sentences)
    for task in dict.fromkeys(task for part in sentences for task in part.sentence.scores):
        doc.user_data[task] = tuple(part.sentence.scores.get(task) for part in sentences)


def _labels(doc: Doc, words: Mapping[int, Token], gaps: Sequence[int]) -> dict[str, dict[int, int]]:
    """Return the labels of tokens as the numbers that spaCy keeps, by attribute and place."""
    vocab: Any = doc.vocab  # Cython classes, without types
    add, features = vocab.strings.add, vocab.morphology.add
    space = {place: doc[place].is_space for place in gaps}
    known: dict[str, dict[int, int]] = {"TAG": {}, "POS": {}, "LEMMA": {}, "MORPH": {}}
    for place, token in words.items():
        if (tag := token.xpos) is not None:
            known["TAG"][place] = add(tag)
        if (upos := token.upos) is not None:
            known["POS"][place] = add(upos) if upos in _UPOS else 0
        if (lemma := token.lemma) is not None:
            known["LEMMA"][place] = add(lemma)
        if (feats := token.feats) is not None:
            known["MORPH"][place] = features("" if feats == "_" else feats)
    if known["TAG"] or not words:
        known["TAG"] |= {place: add("_SP") for place in gaps if space[place]}
    if known["POS"] or not words:
        known["POS"] |= {place: add("SPACE" if space[place] else "X") for place in gaps}
    if known["LEMMA"]:
        known["LEMMA"] |= {place: add(doc[place].text) for place in gaps}
    if known["MORPH"]:
        known["MORPH"] |= {place: features("") for place in gaps}
    return {name: column for name, column in known.items() if column}


def _tree(doc: Doc, words: Mapping[int, Token], placed: Sequence[PlacedSentence]) -> dict[str, dict[int, int]]:
    """Return heads, as distances, and relations; where there are none, the beginnings of sentences."""
    if not words or any(token.head is None for token in words.values()):
        if doc.has_annotation("DEP"):  # the sentences of a parsed document are those of its trees
            return {}
        starts = {part.start for part in placed} | {0}
        return {"SENT_START": {place: 1 if place in starts else -1 for place in range(len(doc))}}
    heads: dict[int, int] = {}
    deprels: dict[int, str] = {}
    ends = [part.start for part in placed[1:]] + [len(doc)]
    for part, end in zip(placed, ends, strict=True):
        for place, token in zip(part.places, part.sentence.tokens, strict=True):
            heads[place] = part.places[token.head - 1] - place if token.head else 0
            deprels[place] = "ROOT" if token.head == 0 else token.deprel or ""
        for place in range(part.start, end):
            if place not in words:
                before = place - 1 if place > part.start else min(part.places, default=place)
                heads[place], deprels[place] = before - place, "ROOT" if before == place else "dep"
    add: Any = doc.vocab.strings.add
    return {"HEAD": heads, "DEP": {place: add(deprel) for place, deprel in deprels.items()}}


def _set_columns(doc: Doc, columns: Mapping[str, Mapping[int, int]]) -> None:
    """Set attributes of many tokens at once; tokens that a column does not name keep what they have."""
    import numpy as np

    names: list[int | str] = list(columns)
    table: Any = doc.to_array(names).reshape(len(doc), len(names))
    for number, column in enumerate(columns.values()):
        for place, value in column.items():
            table[place, number] = value % 2**64  # distances to the left are below zero
    doc.from_array(names, table.astype(np.uint64))


def _set_spans(doc: Doc, sentences: Sequence[PlacedSentence]) -> None:
    """Put spans under `doc.spans`, anew where there were any of that name, and entities among `doc.ents`."""
    from spacy.tokens import Span

    groups: dict[str, list[Span]] = {}
    for part in sentences:
        places = part.places
        for name, spans in _spans_of(part.sentence):
            group = groups.setdefault(name, [])
            group += [Span(doc, places[first - 1], places[last - 1] + 1, label) for label, first, last in spans]
    for name, group in groups.items():
        key = _PLURALS.get(name, name)
        doc.spans[name if key in groups else key] = group
    if _ENTITY_TASK in groups:
        taken = {token.i for entity in doc.ents for token in entity}
        free = [entity for entity in groups[_ENTITY_TASK] if taken.isdisjoint(range(entity.start, entity.end))]
        doc.ents = (*doc.ents, *free)


def _spans_of(sentence: Sentence) -> Iterator[tuple[str, list[tuple[str, int, int]]]]:
    """Yield what stands under `doc.spans`: a name, with label, first and last word of each span."""
    for task, label in sentence.labels.items():
        yield task, [(label, 1, len(sentence.tokens))]
    for task, found in sentence.spans.items():
        yield task, [(span.label, span.first, span.last) for span in found]
    if sentence.multiword_tokens:
        yield MULTIWORD_TOKENS, [(range_.text, range_.first, range_.last) for range_ in sentence.multiword_tokens]
