"""Files to documents that wait for annotation: one reader per input format, each a stream.

What a document is depends on the format:

* text: every line that is not blank is a document of its own;
* paragraphs: a blank line ends a document, single line ends do not count (wrapped text, books);
* file: the whole file is one document, in which blank lines end sentences;
* tokens: every line is a sentence whose words have spaces between them, and a document of its own;
* conllu: every sentence is a document of its own; one whose heads are no tree is noted, since a parser writes new ones;
* jsonl: every line is an object with `text` (a string) or `tokens` (a sentence's words, or a list of sentences);
  its other keys come out again beside the annotation in JSON lines, one that would hide ours as `input_KEY`; an earlier
  annotation (`sentences` as we write them) is replaced.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jmt.annotate.building import document_of_words
from jmt.document import Document, MultiwordToken, Sentence, Token
from jmt.errors import CorpusError, InputError
from jmt.formats.conllu import lay_out_document, read_conllu, read_conllu_file
from jmt.formats.jsonl import read_objects
from jmt.formats.text import path_in_messages, read_lines

Segment = Callable[[str], Document]
"""Splits a raw text into a document of sentences and words."""
Source = tuple[Document, dict[str, Any]]
"""A document, and the keys of its JSON line that are not about annotation."""

Note = Callable[[str], None]
"""Is told, with its place, what is wrong with a file and does not keep it from being annotated."""


def _warn_of(fault: str) -> None:
    """Note a fault as a Python warning."""
    warnings.warn(fault, stacklevel=2)


def ignore(fault: str) -> None:
    """Note nothing."""


def read_documents(path: str | Path, form: str, segment: Segment, note: Note = _warn_of) -> Iterator[Source]:
    """Yield the documents of a file in one of the formats of `READERS`; `-` is standard input.

    Raises EmptyFileError where it has no bytes, CorpusError with path and line where it is missing, not UTF-8 or not of
    the format.
    """
    return READERS[form](path, segment, note)


def check_file(path: str | Path, form: str) -> int:
    """Read a whole file for its faults alone, so that nothing is written about one that breaks off in the middle.

    Returns how many characters its documents have.
    """
    read = read_documents(path, form, lambda text: Document(text, []), ignore)
    return sum(len(document.text) for document, _ in read)


def _read_text_lines(path: str | Path, segment: Segment, note: Note) -> Iterator[Source]:
    """Yield a document per line."""
    for line in read_lines(path):
        if line and not line.isspace():
            yield segment(line), {}


def _read_paragraphs(path: str | Path, segment: Segment, note: Note) -> Iterator[Source]:
    """Yield a document per run of lines without a blank one."""
    for paragraph in _paragraphs_of(read_lines(path)):
        yield segment(paragraph), {}


def _paragraphs_of(lines: Iterable[str]) -> Iterator[str]:
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


def _read_whole_file(path: str | Path, segment: Segment, note: Note) -> Iterator[Source]:
    """Yield the file as one document."""
    text = "\n".join(read_lines(path))
    if text and not text.isspace():
        yield segment(text), {}


def line_by_line(segment: Segment) -> Segment:
    """Return what splits a text as `segment` does, but ends a sentence also at every line end."""

    def split(text: str) -> Document:
        sentences: list[Sentence] = []
        start = 0
        for line in text.split("\n"):
            for sentence in segment(line).sentences:
                _move(sentence, start)
                sentences.append(sentence)
            start += len(line) + 1
        return Document(text, sentences)

    return split


def _move(sentence: Sentence, by: int) -> None:
    """Let the offsets of a sentence count in a text that has so many code points before it."""
    parts: list[Sentence | Token | MultiwordToken] = [sentence, *sentence.tokens, *sentence.multiword_tokens]
    for part in parts:
        if part.start is not None and part.end is not None:
            part.start, part.end = part.start + by, part.end + by


def _read_token_lines(path: str | Path, segment: Segment, note: Note) -> Iterator[Source]:
    """Yield a document of one sentence per line, split at white space."""
    for number, line in enumerate(read_lines(path), start=1):
        if words := line.split():
            with _placed(path, number):
                document = document_of_words([words])
            yield document, {}


@contextmanager
def _placed(path: str | Path, line: int) -> Iterator[None]:
    """Turn an InputError into a CorpusError that says where."""
    try:
        yield
    except InputError as error:
        raise CorpusError(str(error), path_in_messages(path), line) from None


def _read_conllu_sentences(path: str | Path, segment: Segment, note: Note) -> Iterator[Source]:
    """Yield a document per sentence of CoNLL-U."""
    for sentence in read_conllu_file(path, on_broken_tree=lambda fault: note(_broken_tree(fault))):
        yield lay_out_document([sentence]), {}


def document_of_conllu(text: str) -> Document:
    """Lay out the sentences of a CoNLL-U text as one document; warns of heads that are no tree."""
    return lay_out_document(read_conllu(text, on_broken_tree=lambda fault: _warn_of(_broken_tree(fault))))


def _broken_tree(fault: CorpusError) -> str:
    """Say that a sentence was read although its heads are no tree."""
    place = "" if fault.path else f"line {fault.line}: "
    return f"{place}{fault}; the tree counts for nothing where a parser writes a new one, else it stays broken"


def _read_json_lines(path: str | Path, segment: Segment, note: Note) -> Iterator[Source]:
    """Yield a document per JSON line."""
    for line, row in read_objects(path):
        with _placed(path, line):
            source = source_of_row(row, segment)
        yield source


def source_of_row(row: Mapping[str, Any], segment: Segment) -> Source:
    """Return the document of a row's `text` or `tokens`, and its other keys.

    Where it has both, it is of the words, which keep their places in the text if they make it up.
    Raises InputError where it has neither, or words that are none.
    """
    text, tokens = row.get("text"), row.get("tokens")
    if isinstance(tokens, list):
        sentences = tokens if all(isinstance(words, list) for words in tokens) else [tokens]
        used, document = {"tokens"}, document_of_words(sentences)
        if isinstance(text, str):
            with suppress(InputError):  # a text of something else goes along
                used, document = {"tokens", "text"}, document_of_words(sentences, text)
    elif isinstance(text, str):
        used, document = {"text"}, segment(text)
    else:
        keys = ", ".join(f"`{key}`" for key in row) or "none"
        raise InputError(f"a line needs `text` (a string) or `tokens` (a list of words); its keys are {keys}")
    others = {key: value for key, value in row.items() if key not in used}
    if _is_annotation(others.get("sentences")):
        others.pop("sentences", None)
    return document, others


def _is_annotation(value: object) -> bool:
    """Whether the value of `sentences` is one that we wrote, and no data of the user's own."""
    if not isinstance(value, list):
        return False
    return all(isinstance(entry, dict) and isinstance(entry.get("tokens"), list) for entry in value)


READERS: dict[str, Callable[[str | Path, Segment, Note], Iterator[Source]]] = {
    "text": _read_text_lines,
    "paragraphs": _read_paragraphs,
    "file": _read_whole_file,
    "tokens": _read_token_lines,
    "conllu": _read_conllu_sentences,
    "jsonl": _read_json_lines,
}
"""Every input format by name."""
