"""The document of words before any task has run: sentences and tokens with their places in a text made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jmt.annotate.asked import check_many, check_text, shown_value
from jmt.document import Document, Sentence, Token
from jmt.errors import InputError

_WRITTEN = re.compile(r"\S")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What no word holds: NUL, tabs, whatever ends a line for some reader, and the other control characters."""

_INNER = "\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029"
_OUTER = _INNER + " \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000"
WORD_PATTERN = f"^[^{_OUTER}]([^{_INNER}]*[^{_OUTER}])?$"
"""What `word_fault` lets pass, as a regular expression of JSON Schema."""


def document_of_words(sentences: Iterable[Sequence[str]], text: str | None = None) -> Document:
    """Build the document of sentences that are split into words already.

    `text` is what the words come from, with nothing but white space between them.  Left out, it is made of them, with a
    space between words and a line end between sentences.  Offsets count in it.
    Raises InputError for a string in place of a list of words, a sentence without words, and a word that is no string,
    is empty, begins or ends in white space, or holds a control character; for words that the text does not have so.
    """
    check_many(sentences, "annotate_tokens", "sentences, each a list of words", "for raw text: annotator(text)")
    if text is not None:
        check_text(text)
        return _document_in(text, sentences)
    texts: list[str] = []
    built: list[Sentence] = []
    base = 0
    for number, words in enumerate(sentences, start=1):
        check_words(words, number)
        text = " ".join(words)
        tokens, start = [], base
        for position, word in enumerate(words, start=1):
            tokens.append(Token(position, word, start, start + len(word)))
            start += len(word) + 1
        built.append(Sentence(tokens, text, base, base + len(text)))
        texts.append(text)
        base += len(text) + 1
    return Document("\n".join(texts), built)


def _document_in(text: str, sentences: Iterable[Sequence[str]]) -> Document:
    """Find the words in a text, one after the other."""
    built: list[Sentence] = []
    cursor = 0
    for number, words in enumerate(sentences, start=1):
        check_words(words, number)
        tokens: list[Token] = []
        for position, word in enumerate(words, start=1):
            start = _next_written(text, cursor)
            cursor = start + len(word)
            if text[start:cursor] != word:
                raise InputError(
                    f"sentence {number}, word {position}: {word!r:.60} is not in the text at {start:,}, which goes on "
                    f"with {text[start : start + 30]!r}; between words there is white space alone"
                )
            tokens.append(Token(position, word, start, cursor))
        first = tokens[0].start
        built.append(Sentence(tokens, text[first:cursor], first, cursor))
    if (rest := _next_written(text, cursor)) < len(text):
        raise InputError(
            f"no word stands for {text[rest : rest + 30]!r} at {rest:,} in the text; words have to make up all of it"
        )
    return Document(text, built)


def _next_written(text: str, place: int) -> int:
    """Return where the white space from a place on ends."""
    found = _WRITTEN.search(text, place)
    return len(text) if found is None else found.start()


def check_words(words: Sequence[str], number: int) -> None:
    """Refuse what is no sentence of words, naming the `number` of the sentence."""
    if isinstance(words, str | bytes | bytearray) or not isinstance(words, Sequence):
        raise InputError(
            f"sentence {number}: a list of words is expected, found {shown_value(words)}; annotate_tokens "
            "takes sentences, each a list of words (one sentence: annotate_tokens([words])), and raw text goes to "
            "annotator(text)"
        )
    if not words:
        raise InputError(f"sentence {number} has no words; leave it out")
    for position, word in enumerate(words, start=1):
        if not isinstance(word, str) or not word.strip():
            raise InputError(f"sentence {number}, word {position}: a string with something in it, found {word!r:.60}")
        if fault := word_fault(word):
            raise InputError(f"sentence {number}, word {position}: {fault}; found {word!r:.60}")


def word_fault(word: str) -> str | None:
    """Return why a word that is given as such cannot stand in every format, None for a good one.

    Spaces inside of it are welcome; control characters are not, tabs and line ends among them.
    """
    if word[0].isspace() or word[-1].isspace():
        return "white space at an end of a word: strip it"
    if not word.isprintable() and (control := _CONTROL.search(word)):
        return f"the control character {control.group()!a} in a word: take it out"
    return None
