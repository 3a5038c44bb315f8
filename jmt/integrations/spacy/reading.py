"""A `Doc` to sentences that wait for annotation: which tokens are words, and where sentences begin."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from jmt.document import Document, MultiwordToken, Sentence, Token
from jmt.document.doc_filling import MULTIWORD_TOKENS, PlacedSentence
from jmt.segmentation.segmenter import LONGEST_SENTENCE

if TYPE_CHECKING:
    from spacy.tokens import Doc

_NO_WORD = re.compile(r"[\s\x00-\x1f\x7f-\x9f]*")
"""White space and control characters, which no segmenter of ours makes a word of."""
_BYTE_ORDER_MARK = "\ufeff"


def lacks_sentences(doc: Doc) -> bool:
    """Tell whether nothing says of some token whether a sentence begins there."""
    return any(token.is_sent_start is None for token in doc[1:])


def read_doc(doc: Doc, split: Document | None) -> list[PlacedSentence]:
    """Return the sentences of a `Doc`, with words that nothing is known of yet.

    `split` is its text as a segmenter splits it, None where every token says whether a sentence begins there.  Where it
    begins a sentence inside of a token, that begins after the token.
    """
    words = [token.i for token in doc if not _is_no_word(token.text, token.i)]
    starts = [*_starts(doc, words, split), len(doc)] if len(doc) else []
    text = doc.text  # put together anew each time that it is asked for
    placed = []
    first = 0
    for start, end in pairwise(starts):
        last = bisect_left(words, end, first)
        placed.append(PlacedSentence(_sentence_of(doc, text, words[first:last]), start, words[first:last]))
        first = last
    return placed


def _is_no_word(text: str, place: int) -> bool:
    return _NO_WORD.fullmatch(text if place else text.removeprefix(_BYTE_ORDER_MARK)) is not None


def _starts(doc: Doc, words: Sequence[int], split: Document | None) -> list[int]:
    """Return the first token of every sentence."""
    offsets = [doc[place].idx for place in words]
    found = [bisect_left(offsets, sentence.start or 0) for sentence in split.sentences] if split else []
    ours = {words[number] for number in found if number < len(words)}
    first = words[0] if words else 0  # white space before the first word is part of its sentence
    starts = [0]
    for token in doc[1:]:
        said = token.is_sent_start
        if said is None:  # a sentence of ours is cut where no parser would have the memory for more
            said = (token.i in ours and token.i != first) or token.i - starts[-1] >= LONGEST_SENTENCE
        if said:
            starts.append(token.i)
    return starts


def _sentence_of(doc: Doc, text: str, places: Sequence[int]) -> Sentence:
    tokens = []
    for number, place in enumerate(places, start=1):
        token = doc[place]
        tokens.append(Token(number, token.text, token.idx, token.idx + len(token.text)))
    if not tokens:
        return Sentence([])
    start, end = tokens[0].start, tokens[-1].end
    return Sentence(tokens, text[start:end], start, end, multiword_tokens=_multiword_tokens(doc, places))


def _multiword_tokens(doc: Doc, places: Sequence[int]) -> list[MultiwordToken]:
    """Return what the tokenizer of ours says is written as one, of the words at these places."""
    number = {place: position for position, place in enumerate(places, start=1)}
    return [
        MultiwordToken(number[span.start], number[span.end - 1], span.label_, start=span.start_char, end=span.end_char)
        for span in doc.spans.get(MULTIWORD_TOKENS, ())
        if len(span) > 1 and span.start in number and span.end - 1 in number
    ]
