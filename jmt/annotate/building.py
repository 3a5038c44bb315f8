"""The document of words before any task has run: sentences and tokens with their places in a text made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jmt.annotate.asked import check_many, shown_value
from jmt.document import Document, Sentence, Token
from jmt.errors import InputError

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What no word holds: NUL, tabs, whatever ends a line for some reader, and the other control characters."""

_INNER = "\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029"
_OUTER = _INNER + " \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000"
WORD_PATTERN = f"^[^{_OUTER}]([^{_INNER}]*[^{_OUTER}])?$"
"""What `word_fault` lets pass, as a regular expression of JSON Schema."""


def document_of_words(sentences: Iterable[Sequence[str]]) -> Document:
    """Build the document of sentences that are split into words already.

    Its text has a space between words and a line end between sentences; offsets count in it.
    Raises InputError for a string in place of a list of words, a sentence without words, and a word that is no string,
    is empty, begins or ends in white space, or holds a control character.
    """
    check_many(sentences, "annotate_tokens", "sentences, each a list of words", "for raw text: annotator(text)")
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
