"""The tokenizer of a spaCy pipeline that splits texts into sentences and words as a model does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from spacy.util import DummyTokenizer

from jmt.document.spacy import build_doc
from jmt.engines import load_segmenter
from jmt.formats.split_text import document_of_text

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab


class JmtTokenizer(DummyTokenizer):
    """Splits texts as the segmenter of a model does, in place of the tokenizer of a pipeline.

    A pipeline that is stored names the model in its configuration; the tokenizer itself has nothing to store.
    Sentences are set, too.  A token whose words do not make it up (French `du`) is replaced by its words with a space
    between, since the text of a `Doc` is that of its tokens.
    """

    def __init__(self, vocab: Vocab, model: str, segmenter: str = "auto") -> None:
        """Load what splits raw text for a model; `segmenter` is `learned`, `rules` or `auto`, as in `jmt.load`."""
        self.vocab = vocab
        self._model = model
        self._choice = segmenter
        self._segmenter = load_segmenter(model, segmenter)

    def __reduce__(self) -> tuple[type[JmtTokenizer], tuple[Vocab, str, str]]:
        """Pickle what it is made of: the model is read again where the pickle is."""
        return JmtTokenizer, (self.vocab, self._model, self._choice)

    def __call__(self, text: str) -> Doc:
        """Return a text as sentences of words, with nothing said of them."""
        return build_doc(document_of_text(text, self._segmenter.segment(text)), self.vocab)


def make_tokenizer(model: str, segmenter: str = "auto") -> Callable[[Language], JmtTokenizer]:
    """Return what makes the tokenizer for a pipeline: the entry `jmt.Tokenizer.v1` of spaCy's registry."""
    return lambda nlp: JmtTokenizer(nlp.vocab, model, segmenter)
