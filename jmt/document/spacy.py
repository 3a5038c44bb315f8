"""A document as a spaCy `Doc`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jmt.errors import InputError

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from jmt.document.document import Document, Sentence
    from jmt.document.words import Token

_ENTITY_TASK = "ner"
"""The span task whose spans also become `doc.ents`."""
_MULTIWORD_TOKENS = "multiword_tokens"

# fmt: off
UPOS = frozenset([
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM",
    "VERB", "X", "SPACE",
])
# fmt: on
"""What spaCy takes as a part of speech; it refuses anything else."""


def build_doc(document: Document, vocab: Vocab) -> Doc:
    """Return a `Doc` with the document's own text and every token at its own offset.

    As in spaCy's tokenizers, white space other than one space between words becomes a token of its own, with part of
    speech SPACE; `root` is spelled `ROOT`; spans stand under `doc.spans` by task, multiword tokens as spans over their
    words under `doc.spans["multiword_tokens"]`, labelled with what is written; classes of sentences as spans over them
    under `doc.spans` by task, and their scores, one per sentence, under `doc.user_data` by task.  Where words do not
    make up what is written (French `du`), they stand in its place with a space between, since a `Doc` is as long as its
    words; the rest of the text is as it was.  Where tokens have no offsets, there is a space between them.
    """
    from spacy.tokens import Doc, Span

    rows = _Rows()
    for sentence in document.sentences:
        rows.add_sentence(document.text, sentence)
    rows.add_gap(document.text[rows.cursor :] if rows.located else "", attach_to=len(rows.words) - 1)
    parsed = any(rows.places) and all(token.head is not None for token in document.tokens)
    doc = Doc(
        vocab,
        words=rows.words,
        spaces=rows.spaces,
        tags=rows.tags,
        pos=[upos if upos in UPOS else "" for upos in rows.upos],
        lemmas=rows.lemmas,
        morphs=rows.morphs,
        heads=rows.heads if parsed else None,
        deps=rows.deps if parsed else None,
        sent_starts=None if parsed else rows.sentence_starts,
    )
    for number, sentence in enumerate(document.sentences):
        places = rows.places[number]
        for name, spans in _spans_of(sentence).items():
            group = [Span(doc, places[first - 1], places[last - 1] + 1, label) for label, first, last in spans]
            if name not in doc.spans:
                doc.spans[name] = []
            doc.spans[name].extend(group)
    for task in dict.fromkeys(task for sentence in document.sentences for task in sentence.scores):
        doc.user_data[task] = tuple(sentence.scores.get(task) for sentence in document.sentences)
    if _ENTITY_TASK in doc.spans:
        doc.ents = tuple(doc.spans[_ENTITY_TASK])
    return doc


def _spans_of(sentence: Sentence) -> dict[str, list[tuple[str, int, int]]]:
    """Give what stands under `doc.spans`: label, first and last word of each, by name."""
    spans = {task: [(label, 1, len(sentence.tokens))] for task, label in sentence.labels.items() if sentence.tokens}
    spans |= {task: [(span.label, span.first, span.last) for span in found] for task, found in sentence.spans.items()}
    if sentence.multiword_tokens:
        spans[_MULTIWORD_TOKENS] = [(range_.text, range_.first, range_.last) for range_ in sentence.multiword_tokens]
    return spans


def build_vocab(language: str = "en") -> Vocab:
    """Return a new vocabulary, that of a blank pipeline of a language: it knows what a word's letters tell.

    Raises InputError where spaCy does not have the language.
    """
    from spacy.util import get_lang_class
    from spacy.vocab import create_vocab

    try:
        defaults = get_lang_class(language).Defaults
    except ImportError:
        raise InputError(f"language {language!r}: spaCy does not have it; give a code such as 'en' or 'xx'") from None
    return create_vocab(language, defaults)


@dataclass(slots=True)
class _Rows:
    """The columns of a `Doc`, filled token by token."""

    words: list[str] = field(default_factory=list)
    spaces: list[bool] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    upos: list[str] = field(default_factory=list)
    lemmas: list[str] = field(default_factory=list)
    morphs: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    deps: list[str] = field(default_factory=list)
    sentence_starts: list[bool | int | None] = field(default_factory=list)
    places: list[list[int]] = field(default_factory=list)
    """For every sentence, where its tokens stand among the words."""
    cursor: int = 0
    """How much of the text the words so far make up."""
    located: bool = True
    """False once a token came without offsets."""

    def add_sentence(self, text: str, sentence: Sentence) -> None:
        places: list[int] = []
        self.places.append(places)
        for unit in sentence.surface_tokens:
            self._reach(text, unit.start)
            words = sentence.words_of(unit)
            whole = "".join(word.text for word in words) == unit.text
            for word in words:
                self._add_word(word)
                self.spaces[-1] = not whole and word is not words[-1]
            if unit.end is not None:
                self.cursor = unit.end
        for place, token in zip(places, sentence.tokens, strict=True):
            self.heads[place] = places[token.head - 1] if token.head else place
            self.deps[place] = "ROOT" if token.head == 0 else token.deprel or ""

    def _add_word(self, token: Token) -> None:
        places = self.places[-1]
        # White space before the first sentence is part of it, as in spaCy.
        starts_sentence = not places and (len(self.places) > 1 or not self.words)
        places.append(len(self.words))
        self._add(token.text, token.xpos or "", token.upos or "", starts_sentence)
        self.lemmas[-1] = token.lemma or ""
        self.morphs[-1] = "" if token.feats in (None, "_") else token.feats

    def _reach(self, text: str, start: int | None) -> None:
        """Put what stands in the text before `start` in front of what begins there."""
        if start is None or start < self.cursor:
            self.located = False
            if self.spaces:
                self.spaces[-1] = True
        else:
            self.add_gap(text[self.cursor : start], attach_to=len(self.words) - 1)

    def add_gap(self, gap: str, *, attach_to: int) -> None:
        """Add the text between two words: one space belongs to the word before it, the rest is a token."""
        if gap.startswith(" ") and self.spaces:
            self.spaces[-1] = True
            gap = gap[1:]
        if gap:
            self._add(gap, "_SP" if gap.isspace() else "", "SPACE" if gap.isspace() else "X", not self.words)
            # White space before the first word has nothing behind it to hang on but that word.
            self.heads[-1] = attach_to if attach_to >= 0 else 1

    def _add(self, word: str, tag: str, upos: str, starts_sentence: bool) -> None:
        self.words.append(word)
        self.spaces.append(False)
        self.tags.append(tag)
        self.upos.append(upos)
        self.lemmas.append("")
        self.morphs.append("")
        self.heads.append(len(self.words) - 1)
        self.deps.append("")
        self.sentence_starts.append(starts_sentence)
