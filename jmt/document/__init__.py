"""What annotating returns: documents, their sentences, words and trees, and the forms they are written in."""

from __future__ import annotations

from jmt.document.document import (
    TOKEN_KEYS,
    Chunk,
    Document,
    EmptyNode,
    MultiwordToken,
    Sentence,
    Token,
)
from jmt.document.judgement import Judgement

__all__ = ["TOKEN_KEYS", "Chunk", "Document", "EmptyNode", "Judgement", "MultiwordToken", "Sentence", "Token"]
