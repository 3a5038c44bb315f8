"""A document as a spaCy `Doc`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jmt.document.doc_filling import PlacedSentence, fill_doc
from jmt.errors import InputError

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from jmt.document.document import Document, Sentence


def build_doc(document: Document, vocab: Vocab) -> Doc:
    """Return a `Doc` with the document's own text and every token at its own offset.

    As in spaCy's tokenizers, white space other than one space between words becomes a token of its own, with part of
    speech SPACE; `root` is spelled `ROOT`; spans stand under `doc.spans` by task, multiword tokens as spans over their
    words under `doc.spans["multiword_tokens"]`, labelled with what is written; classes of sentences as spans over them
    under `doc.spans` by task, and their scores, one per sentence, under `doc.user_data` by task.  Where words do not
    make up what is written (French `du`), they stand in its place with a space between, since a `Doc` is as long as its
    words; the rest of the text is as it was.  Where tokens have no offsets, there is a space between them.
    """
    from spacy.tokens import Doc

    rows = _Rows()
    for sentence in document.sentences:
        rows.add_sentence(document.text, sentence)
    rows.add_gap(document.text[rows.cursor :] if rows.located else "")
    doc = Doc(vocab, words=rows.words, spaces=rows.spaces)
    fill_doc(doc, rows.placed)
    return doc


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
    """The words of a `Doc`, and what stands between them."""

    words: list[str] = field(default_factory=list)
    spaces: list[bool] = field(default_factory=list)
    placed: list[PlacedSentence] = field(default_factory=list)
    cursor: int = 0
    """How much of the text the words so far make up."""
    located: bool = True
    """False once a token came without offsets."""

    def add_sentence(self, text: str, sentence: Sentence) -> None:
        places: list[int] = []
        for unit in sentence.surface_tokens:
            self._reach(text, unit.start)
            words = sentence.words_of(unit)
            whole = "".join(word.text for word in words) == unit.text
            for word in words:
                places.append(len(self.words))
                self.words.append(word.text)
                self.spaces.append(not whole and word is not words[-1])
            if unit.end is not None:
                self.cursor = unit.end
        if places:  # white space before the first sentence is part of it, as in spaCy
            self.placed.append(PlacedSentence(sentence, places[0] if self.placed else 0, places))

    def _reach(self, text: str, start: int | None) -> None:
        """Put what stands in the text before `start` in front of what begins there."""
        if start is None or start < self.cursor:
            self.located = False
            if self.spaces:
                self.spaces[-1] = True
        else:
            self.add_gap(text[self.cursor : start])

    def add_gap(self, gap: str) -> None:
        """Add the text between two words: one space belongs to the word before it, the rest is a token."""
        if gap.startswith(" ") and self.spaces:
            self.spaces[-1] = True
            gap = gap[1:]
        if gap:
            self.words.append(gap)
            self.spaces.append(False)
