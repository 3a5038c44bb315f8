"""What annotating returns: documents, their sentences, words and trees, and the forms they are written in."""

from __future__ import annotations

from jmt.document.document import Document, Sentence
from jmt.document.judgement import Judgement
from jmt.document.tree_score import TreeScore
from jmt.document.words import TOKEN_KEYS, Chunk, EmptyNode, MultiwordToken, Token

__all__ = [
    "TOKEN_KEYS",
    "Chunk",
    "Document",
    "EmptyNode",
    "Judgement",
    "MultiwordToken",
    "Sentence",
    "Token",
    "TreeScore",
]
