"""Raw text to sentences and tokens: spaCy's tokenizer for the language, and our own rules for where a sentence ends.

spaCy looks at every stretch between two white spaces alone, so each distinct stretch (a *chunk* here) is tokenised
once and looked up afterwards.  The common case is then one dictionary access without a lock, and memory is bounded:
when the table is full, it and spaCy's vocabulary (which only ever grows) are thrown away together.

Where a sentence ends:

* a blank line always ends one; a single line end never does, since text may be wrapped;
* a chunk that ends in `.`, `!`, `?` or `…` (closing quotes and brackets included) ends one, unless the text goes on in
  lower case, or with closing signs only;
* the full stop of an abbreviation (`etc.`, `p.m.`) ends one only before a word that often begins a sentence;
* the number of a list item (`1.`) ends none at the start of a sentence.

Control characters (NUL, escape ...) stand between words as white space does: no format could write a word with one.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NamedTuple

from jmt.errors import ConfigError, InputError, JmtError, MissingLibraryError
from jmt.safety.extras import needed_for
from jmt.safety.forking import ForkLock
from jmt.segmentation.segmenter import LONGEST_SENTENCE, Segmenter, SurfaceToken

_RULES_VERSION = 2
"""Raised whenever a rule changes, since caches depend on the tokens."""
_LONGEST_CHUNK = 500
"""Characters; spaCy's rules take quadratic time over a chunk, and a longer one is no word of any language."""
MOST_SIGNS = 100
"""Tokens of a chunk; one of more (`a:a:a:`) is no text but data, and would make sentences that no parser has time for.
It is kept whole as an overlong one is, in languages that set spaces between words."""
MOST_CHUNKS = 50_000
"""Distinct chunks that are remembered (about 30 MB)."""

_BYTE_ORDER_MARK = "\ufeff"
_CHUNK = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]+")
_UNSPACED = frozenset({"bo", "ja", "km", "lo", "my", "th", "zh"})
"""Languages whose words stand without spaces between them, so that a chunk is a sentence or more."""
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\r[^\S\r\n]*\r|\u2029")
_FINAL_SIGN = re.compile(r"[.!?…。！？]+$")
_CLOSING_SIGN = re.compile(r"^(?:[\"'”’»)\]}›*]+|[.!?…]+)$")
_CLOSING_CHUNK = re.compile(r"^(?:[”’»)\]}›]+|''|[!?.…]+)$")
_SMILEY = re.compile(r"^(?:[:;=]['o-]?[)(DPp]+|[:;]-?[)(]|<3|\(:|\^_*\^|xo+|XO+)$")
_CLOSING_QUOTES = frozenset(('"', "'", "”", "’", "''", "»"))
_OPENING_SIGNS = "\"'“‘«([{‹¿¡-–—*#<„`"
_ABBREVIATION = re.compile(r"\w\.$")
_INITIAL = re.compile(r"^[^\W\d_]\.$")
_LIST_MARK = re.compile(r"^\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})\.\)?$")
_RUN = frozenset("!?=_*-~#<>+|/\\^.")

_COMMON_BEGINNINGS = {
    "en": """A All Also Although An And Any Are As At Because But Can Could Do Does For From Have He Her Here His How
        However I I'd I'll I'm I've If In Is It It's Its Let Many My No Not Now Of On One Or Our Please She Should Since
        So Some Such Thank Thanks That The Their Then There These They They're This Those To Was We We're Were What When
        Where Which While Who Why Will With Would Yes You Your""",
    "fr": """À Après Au Aucun Aussi Aux Avec Ce Cela Celui Ces Cet Cette Comme Dans De Depuis Des Donc Du Elle Elles En
        Et Il Ils J' Je L' La Le Les Leur Lors Mais Malgré Mes Mon Ne Nous On Or Où Par Pendant Plus Pour Pourquoi Puis
        Quand Que Quel Qui Sa Sans Selon Ses Si Son Sous Sur Tous Tout Toutes Un Une Vous""",
}
"""Capitalised words before which an abbreviation's full stop is taken for the end of a sentence."""

_ABBREVIATIONS = {
    "en": """etc. al. ed. eds. Ft. Lt. Sat. Sun. Mon. Tue. Tues. Wed. Thu. Thurs. Fri. Assoc. Fig. fig. approx. dept.
        Dept.""",
}
"""Abbreviations that spaCy's rules would split from their full stop."""
_WHOLE_WORDS = {
    "en": re.compile(
        r"(?:e|non|pre|anti|mid|re|post|co|pro|multi|ex|semi|sub|neo|intra|inter|ultra)-[^\W\d_]+"
        r"|(?:\d{3}-){1,2}\d{4}",
        re.IGNORECASE,
    ),
}
"""Words with hyphens that are one token in UD English: those with a prefix, and telephone numbers."""
_WRONG_CONTRACTIONS = {"en": "id Id wed Wed ID WED"}
"""spaCy's exceptions (`id` = `i'd`) that are words of their own far more often."""


class _Ending(IntEnum):
    NONE = 0
    ABBREVIATION = 1
    ELLIPSIS = 2
    QUOTED = 3
    """`!` or `?` inside closing quotes, after which the frame sentence may go on (`"Why?" she asked`)."""
    FINAL = 4


class _Beginning(IntEnum):
    CLOSING = 0
    """Only closing signs: they stay with the sentence before."""
    LOWER = 1
    ANY = 2
    COMMON = 3
    """A word that often begins a sentence."""


_Piece = tuple[str, int, int]
"""A token of a chunk, its first code point and the one past its last, counted in the chunk."""


class _Chunk(NamedTuple):
    """What is known of one stretch between white spaces."""

    tokens: tuple[_Piece, ...]
    breaks: tuple[int, ...]
    """Positions in `tokens` at which a new sentence begins inside the chunk (`dress.The`)."""
    ending: _Ending
    beginning: _Beginning
    is_list_mark: bool
    quotes: int
    """Number of straight double quotes, to tell an opening one from a closing one."""


class _Tokenizer:
    """spaCy's rules for one language with the chunks met so far; thrown away as a whole when it has grown."""

    def __init__(self, language: str) -> None:
        with needed_for("splitting raw text by rules"):
            import spacy
            from spacy.util import get_lang_class

        way_out = (
            "words that are given as such (--from tokens, conllu) need no rules, nor does a task of kind `segmenter`"
        )
        try:
            get_lang_class(language)
        except ImportError as error:
            raise ConfigError(
                f"language {language!r}: raw text cannot be split into words, since spaCy has no rules for it; "
                f"{way_out}; a model trained with language 'xx' splits by rules that fit no language in particular"
            ) from error
        try:
            pipeline = spacy.blank(language)
        except ImportError as error:
            raise ConfigError(
                f"language {language!r}: raw text cannot be split into words, since spaCy needs another package for it "
                f"({' '.join(str(error).split())}); {way_out}"
            ) from error
        vocab: Any = pipeline.vocab  # Cython classes, without types
        vocab.lex_attr_getters = {}  # word shapes and the like: a third of the time, and of no use here
        self._tokenize: Any = pipeline.tokenizer
        self._most_signs = _LONGEST_CHUNK if language in _UNSPACED else MOST_SIGNS
        self._adjust(language)
        self._common = frozenset(_COMMON_BEGINNINGS.get(language, "").split())
        self.chunks: dict[str, _Chunk] = {}

    def _adjust(self, language: str) -> None:
        """Bring spaCy's rules nearer to the words of treebanks."""
        if language in _WHOLE_WORDS:
            self._tokenize.token_match = _WHOLE_WORDS[language].fullmatch
        for word in (_ABBREVIATIONS.get(language, "") + " " + _WRONG_CONTRACTIONS.get(language, "")).split():
            self._tokenize.add_special_case(word, [{"ORTH": word}])

    def read_chunk(self, chunk: str) -> _Chunk:
        """Tokenise a chunk and note what it says about sentence ends."""
        tokens = tuple(self._split(chunk))
        last = len(tokens) - 1
        while last > 0 and _CLOSING_SIGN.match(tokens[last][0]) and not _FINAL_SIGN.search(tokens[last][0]):
            last -= 1
        word = tokens[last][0]
        ending = _Ending.NONE
        if _FINAL_SIGN.search(word):
            ending = _Ending.FINAL
            if word.endswith(("..", "…")):
                ending = _Ending.ELLIPSIS
            elif _ABBREVIATION.search(word):
                ending = _Ending.NONE if _INITIAL.match(word) else _Ending.ABBREVIATION
            elif last < len(tokens) - 1 and tokens[last + 1][0] in _CLOSING_QUOTES:
                ending = _Ending.QUOTED
        return _Chunk(
            tokens,
            tuple(_inner_breaks([text for text, _, _ in tokens])),
            ending,
            self._beginning(chunk, tokens[0][0]),
            _LIST_MARK.match(chunk) is not None,
            chunk.count('"'),
        )

    def _split(self, chunk: str) -> Iterator[_Piece]:
        if len(chunk) > _LONGEST_CHUNK:
            yield from _split_long_chunk(chunk)
            return
        tokens = list(self._split_by_rules(chunk))
        yield from tokens if len(tokens) <= self._most_signs else _split_long_chunk(chunk)

    def _split_by_rules(self, chunk: str) -> Iterator[_Piece]:
        try:
            doc = self._tokenize(chunk)
        except UnicodeEncodeError as error:
            raise InputError(
                f"the text holds half of a surrogate pair ({chunk[error.start : error.end]!a}), which is no character; "
                "decode it again, or replace it"
            ) from error
        pending: _Piece | None = None
        for token in doc:
            text, start = token.text, token.idx
            if pending is not None and _continues_run(pending[0], text):
                pending = (pending[0] + text, pending[1], start + len(text))
                continue
            if pending is not None:
                yield pending
            pending = (text, start, start + len(text))
        if pending is not None:
            yield pending

    def _beginning(self, chunk: str, first_word: str) -> _Beginning:
        if _CLOSING_CHUNK.match(chunk) or _SMILEY.match(chunk):
            return _Beginning.CLOSING
        bare = chunk.lstrip(_OPENING_SIGNS)
        if bare[:1].islower():
            return _Beginning.LOWER
        if first_word in self._common:
            return _Beginning.COMMON
        return _Beginning.ANY


def _continues_run(run: str, text: str) -> bool:
    """Return whether two neighbouring tokens are one run of signs (`!!!`, `?!`, `====`), which treebanks keep whole."""
    if text[0] not in _RUN or text[-1] not in _RUN or run[-1] not in _RUN:
        return False
    return len(set(run + text)) == 1 or set(run + text) <= {"!", "?"}


def _split_long_chunk(chunk: str) -> Iterator[_Piece]:
    """Split leading and closing signs off an overlong chunk, in linear time."""
    core = chunk.strip("\"'“”‘’«»()[]{}<>.,;:!?…")
    if not core:
        yield chunk, 0, len(chunk)
        return
    start = chunk.index(core)
    end = start + len(core)
    for first, last in ((0, start), (start, end), (end, len(chunk))):
        if first < last:
            yield chunk[first:last], first, last


def _inner_breaks(words: list[str]) -> Iterator[int]:
    """Yield where a sentence begins inside a chunk: after a final sign of its own and closing signs, at a capital."""
    final = False
    for position, word in enumerate(words):
        if final and len(word) > 1 and word[0].isupper():
            yield position
        final = _FINAL_SIGN.fullmatch(word) is not None or (final and _CLOSING_SIGN.match(word) is not None)


class _NoTokenizer:
    """Stands where a tokenizer could not be made, and says why as soon as it is asked for a word."""

    def __init__(self, reason: JmtError) -> None:
        self._reason = reason
        self.chunks: dict[str, _Chunk] = {}

    def read_chunk(self, chunk: str) -> _Chunk:
        """Raise the error that making a tokenizer raised."""
        raise self._reason


class RuleSegmenter(Segmenter):
    """Splits raw text into sentences of tokens by the rules of one language; safe to share between threads.

    Where spaCy has no rules for the language, or lacks a package that they need (Vietnamese, Japanese, Korean, Thai),
    ConfigError is raised as soon as a text is to be split, and not before: words that are given need none.  So is
    MissingLibraryError where spaCy is not installed.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._lock = ForkLock()
        self.refusal: JmtError | None = None
        """Why no text can be split, None where it can."""
        try:
            self._tokenizer: _Tokenizer | _NoTokenizer = _Tokenizer(language)
        except (ConfigError, MissingLibraryError) as error:
            self.refusal = error
            self._tokenizer = _NoTokenizer(error)

    @property
    def name_and_version(self) -> str:
        """What the tokens depend on, for the key of a cache."""
        from importlib.metadata import version

        spacy = "none" if isinstance(self.refusal, MissingLibraryError) else version("spacy")
        return f"spacy-{spacy}-{self.language}-rules-{_RULES_VERSION}"

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text that is one sentence."""
        return [word for match in _CHUNK.finditer(text) for word, _, _ in self._chunk(match.group()).tokens]

    def segment(self, text: str) -> list[list[SurfaceToken]]:
        """Return the sentences of a text.

        Every code point that is neither white space nor a control character is inside exactly one token, a leading
        byte order mark excepted.
        Raises InputError where the text holds half a surrogate pair.
        """
        sentences: list[list[SurfaceToken]] = []
        start = 1 if text.startswith(_BYTE_ORDER_MARK) else 0
        for blank_line in _BLANK_LINE.finditer(text):
            sentences.extend(self._paragraph(text, start, blank_line.start()))
            start = blank_line.end()
        sentences.extend(self._paragraph(text, start, len(text)))
        return sentences

    def _paragraph(self, text: str, start: int, end: int) -> Iterator[list[SurfaceToken]]:
        sentence: list[SurfaceToken] = []
        ending = _Ending.NONE
        quotes = 0
        for match in _CHUNK.finditer(text, start, end):
            offset = match.start()
            chunk = self._chunk(match.group())
            too_long = len(sentence) + len(chunk.tokens) > LONGEST_SENTENCE
            if sentence and (_ends(ending, chunk, quotes) or too_long):
                yield sentence
                sentence, quotes, ending = [], 0, _Ending.NONE
            if chunk.is_list_mark and not sentence:
                ending = _Ending.NONE
            elif chunk.beginning is not _Beginning.CLOSING or chunk.ending is not _Ending.NONE:
                ending = chunk.ending
            quotes += chunk.quotes
            first = 0
            for inner in chunk.breaks:
                sentence.extend(SurfaceToken(word, offset + a, offset + b) for word, a, b in chunk.tokens[first:inner])
                yield sentence
                sentence, quotes, first = [], 0, inner
            sentence.extend(SurfaceToken(word, offset + a, offset + b) for word, a, b in chunk.tokens[first:])
        if sentence:
            yield sentence

    def _chunk(self, chunk: str) -> _Chunk:
        known = self._tokenizer.chunks.get(chunk)
        if known is not None:
            return known
        with self._lock:
            if len(self._tokenizer.chunks) >= MOST_CHUNKS:
                self._tokenizer = _Tokenizer(self.language)
                gc.collect()  # a spaCy pipeline refers to itself: left to chance, the old one would stay for long
            known = self._tokenizer.read_chunk(chunk)
            if len(chunk) <= _LONGEST_CHUNK:
                self._tokenizer.chunks[chunk] = known
        return known


def _ends(ending: _Ending, following: _Chunk, quotes: int) -> bool:
    """Return whether a sentence that stands at `ending`, with so many straight quotes in it, ends before a chunk."""
    if ending is _Ending.NONE or following.beginning is _Beginning.CLOSING:
        return False
    if following.beginning is _Beginning.LOWER and ending is _Ending.QUOTED:
        return False
    if following.quotes and len(following.tokens) == 1 and following.tokens[0][0] == '"' and quotes % 2:
        return False
    if ending is _Ending.ABBREVIATION:
        return following.beginning is _Beginning.COMMON
    return ending is _Ending.FINAL or following.beginning is not _Beginning.LOWER
