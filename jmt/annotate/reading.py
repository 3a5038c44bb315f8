"""Files to documents that wait for annotation: one reader per input format, each a stream.

What a document is depends on the format:

* text: every line that is not blank is a document of its own;
* paragraphs: a blank line ends a document, single line ends do not count (wrapped text, books);
* tokens: every line is a sentence whose words have spaces between them, and a document of its own;
* conllu: every sentence is a document of its own;
* jsonl: every line is an object with `text` (a string) or `tokens` (a sentence's words, or a list of sentences);
  its other keys come out again beside the annotation in JSON lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from jmt.annotate.building import document_of_words
from jmt.document import Document
from jmt.errors import CorpusError, InputError
from jmt.formats.conllu import lay_out, read_conllu_file
from jmt.formats.jsonl import read_objects
from jmt.formats.text import read_lines

Segment = Callable[[str], Document]
"""Splits a raw text into a document of sentences and words."""
Source = tuple[Document, dict[str, Any]]
"""A document, and the keys of its JSON line that are not about annotation."""

OWN_KEYS = frozenset({"text", "tokens", "sentences"})


def read_documents(path: str | Path, form: str, segment: Segment) -> Iterator[Source]:
    """Yield the documents of a file in one of the formats of `READERS`; `-` is standard input.

    Raises EmptyFileError where it has no bytes, CorpusError with path and line where it is missing, not UTF-8 or not of
    the format.
    """
    return READERS[form](path, segment)


def check_file(path: str | Path, form: str) -> int:
    """Read a whole file for its faults, so that nothing is written about one that breaks off in the middle.

    Returns how many characters its documents have.
    """
    return sum(len(document.text) for document, _ in read_documents(path, form, lambda text: Document(text, [])))


def read_text_lines(path: str | Path, segment: Segment) -> Iterator[Source]:
    """Yield a document per line."""
    for line in read_lines(path):
        if line and not line.isspace():
            yield segment(line), {}


def read_paragraphs(path: str | Path, segment: Segment) -> Iterator[Source]:
    """Yield a document per run of lines without a blank one."""
    for paragraph in paragraphs_of(read_lines(path)):
        yield segment(paragraph), {}


def paragraphs_of(lines: Iterable[str]) -> Iterator[str]:
    """Join lines up to the next blank one."""
    gathered: list[str] = []
    for line in lines:
        if line and not line.isspace():
            gathered.append(line)
        elif gathered:
            yield "\n".join(gathered)
            gathered = []
    if gathered:
        yield "\n".join(gathered)


def read_token_lines(path: str | Path, segment: Segment) -> Iterator[Source]:
    """Yield a document of one sentence per line, split at white space."""
    for line in read_lines(path):
        if words := line.split():
            yield document_of_words([words]), {}


def read_conllu_sentences(path: str | Path, segment: Segment) -> Iterator[Source]:
    """Yield a document per sentence of CoNLL-U."""
    for sentence in read_conllu_file(path):
        yield lay_out([sentence]), {}


def read_json_lines(path: str | Path, segment: Segment) -> Iterator[Source]:
    """Yield a document per JSON line."""
    for line, row in read_objects(path):
        others = {key: value for key, value in row.items() if key not in OWN_KEYS}
        text, tokens = row.get("text"), row.get("tokens")
        try:
            if isinstance(tokens, list):
                sentences = tokens if all(isinstance(words, list) for words in tokens) else [tokens]
                yield document_of_words(sentences), others
            elif isinstance(text, str):
                yield segment(text), others
            else:
                keys = ", ".join(f"`{key}`" for key in row) or "none"
                raise InputError(f"a line needs `text` (a string) or `tokens` (a list of words); its keys are {keys}")
        except InputError as error:
            raise CorpusError(str(error), path, line) from None


READERS: dict[str, Callable[[str | Path, Segment], Iterator[Source]]] = {
    "text": read_text_lines,
    "paragraphs": read_paragraphs,
    "tokens": read_token_lines,
    "conllu": read_conllu_sentences,
    "jsonl": read_json_lines,
}
"""Every input format by name."""
