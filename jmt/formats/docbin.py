"""Documents as spaCy's binary `.spacy` files (DocBin: msgpack, zipped, no pickle)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from jmt.document import Document
from jmt.document.spacy import build_vocab
from jmt.safety.extras import needed_for

if TYPE_CHECKING:
    from spacy.tokens import DocBin


def _build_docbin(documents: Iterable[Document]) -> DocBin:
    """Collect documents in a DocBin, which holds all of them in memory.

    Raises MissingLibraryError where spaCy is not installed.
    """
    with needed_for("a DocBin"):
        from spacy.tokens import DocBin

    # What any of them may have; an attribute that a document lacks stays empty.
    collected = DocBin(
        attrs=["TAG", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "SENT_START", "ENT_IOB", "ENT_TYPE"], store_user_data=True
    )
    vocab = build_vocab()
    for document in documents:
        collected.add(document.to_spacy(vocab))
    return collected


def docbin_bytes(documents: Iterable[Document]) -> bytes:
    """Return documents as the content of a `.spacy` file, to be read with `DocBin().from_bytes`."""
    content: bytes = _build_docbin(documents).to_bytes()
    return content
