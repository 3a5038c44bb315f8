"""Annotated documents to text: one writer per output format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jmt.document import Document
from jmt.document.tree_drawing import draw_sentence
from jmt.formats.jsonl import keys_beside, write_jsonl_line


def _write_conllu(document: Document, others: Mapping[str, Any]) -> str:
    """Return the sentences of a document as CoNLL-U."""
    return document.to_conllu()


def write_json(document: Document, others: Mapping[str, Any]) -> str:
    """Return a document as one line of JSON, the keys that came with it first."""
    return write_jsonl_line(keys_beside(others, document.to_dict()))


def write_tree(document: Document, others: Mapping[str, Any]) -> str:
    """Return the sentences of a document as drawings for a terminal."""
    return "".join(f"{draw_sentence(sentence)}\n" for sentence in document.sentences)


WRITERS: dict[str, Callable[[Document, Mapping[str, Any]], str]] = {
    "conllu": _write_conllu,
    "jsonl": write_json,
    "tree": write_tree,
}
"""Every output format that is text and can be streamed, by name; `docbin` is binary and written as a whole."""
