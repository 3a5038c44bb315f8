"""Builds a tokenizer from a file of others: what it is made of is known and bounded before anything is built.

Bounded are the parts (`tokenizer_parts`), the pieces and merges, and what normalizers may make of one word in all: each
may grow a text a little, and twenty of them one after the other a million times.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jmt.files.guards.folder import TOKENIZER_BOUNDS
from jmt.files.guards.tokenizer_parts import (
    BytePairs,
    Bytes,
    Metaspace,
    NormalizerSequence,
    Part,
    Plain,
    Precompiled,
    Prepend,
    PreTokenizerSequence,
    ProcessorSequence,
    Replace,
    SentencePlace,
    SpecialPlace,
    TemplateProcessing,
    TextPattern,
    Tokenizer,
    Unigram,
    WordPiece,
    read_parts,
)
from jmt.files.guards.values import LONGEST_WORD, check_values
from jmt.files.strict_json import parse_object

MOST_PIECES = 300_000
_MOST_PARTS = 32
_LONGEST_PIECE = 300
"""Characters; the longest of RoBERTa has 128."""

_LONGEST_RESULT = 200_000
"""Characters that the normalizers may make of a word of `LONGEST_WORD`."""

_LONGEST_MAPPED = 20
"""Characters that a table of sentence-piece may put in the place of one; Unicode's longest are 18."""

_GROWTH = {"NFC": 3, "NFD": 4, "NFKC": 18, "NFKD": 18, "Lowercase": 3, "BertNormalizer": 4}
"""Most characters that the fixed normalizers make of one."""

_KEYS = frozenset(
    "version truncation padding added_tokens normalizer pre_tokenizer post_processor decoder model".split()
)


@dataclass(frozen=True, slots=True)
class CheckedTokenizer:
    """A tokenizer.json that was found sane, and what had to be known of it."""

    content: str
    """JSON of the parts that are built."""
    growth: int
    """Characters that it may make of one."""
    highest: int
    """The highest number of a piece."""
    types: int
    """The highest type that it gives a piece."""
    unknown: int | str | None
    """Number or name of the piece for what no piece is known for."""
    padding: int
    """Number of the piece that fills windows up."""
    added: Mapping[str, int]
    """Numbers of the added pieces."""


@lru_cache(maxsize=1)  # checked with its folder, and again when it is built, by whatever way it came there
def read_tokenizer(written: str) -> CheckedTokenizer:
    """Check a tokenizer.json; raises ValueError naming the part, what was found and what is allowed."""
    content = written.encode("utf-8")
    if len(content) > TOKENIZER_BOUNDS.size:
        raise ValueError(f"{len(content):,} bytes; at most {TOKENIZER_BOUNDS.size:,} are read")
    return _check_tokenizer(parse_object(content, TOKENIZER_BOUNDS))


def _check_tokenizer(content: Mapping[str, Any]) -> CheckedTokenizer:
    """Check the JSON of a tokenizer, as `read_tokenizer`."""
    unknown = sorted(content.keys() - _KEYS)
    if unknown:
        raise ValueError(f"unknown key {unknown[0][:50]!r}; known are {', '.join(sorted(_KEYS))}")
    model = content.get("model")
    if not isinstance(model, Mapping):
        raise ValueError("model: an object is expected")
    built = {key: content[key] for key in Tokenizer.model_fields if content.get(key) is not None}
    described = {**built, "model": {key: model[key] for key in model if key not in ("vocab", "merges")}}
    _check_small_values(described)
    tokenizer = read_parts(described)
    pieces = _check_pieces(tokenizer.model, model)
    added = {token.content: token.id for token in tokenizer.added_tokens}
    frames = [part for part in _parts_of(tokenizer.post_processor) if isinstance(part, TemplateProcessing)]
    for frame in frames:
        _check_frame(frame)
    return CheckedTokenizer(
        content=json.dumps({"version": "1.0", **built}),
        growth=_growth_of(tokenizer),
        highest=max([pieces, *added.values(), *_special_ids(tokenizer.post_processor)]),
        types=max(map(_highest_type, _parts_of(tokenizer.post_processor)), default=0),
        unknown=tokenizer.model.unk_id if isinstance(tokenizer.model, Unigram) else tokenizer.model.unk_token,
        padding=next((added[name] for name in ("[PAD]", "<pad>") if name in added), 0),
        added=added,
    )


def _check_small_values(described: Mapping[str, Any]) -> None:
    """Refuse absurd values before they are read as parts: every one that is wrong would make an error of its own."""
    normalizer = described.get("normalizer")
    tables = [part for part in _normalizers_in(normalizer) if "precompiled_charsmap" in part]
    check_values({**described, "normalizer": None})
    for part in _normalizers_in(normalizer):
        inner = ("precompiled_charsmap", "normalizers")
        check_values({key: value for key, value in part.items() if key not in inner})
    if len(tables) > 1:
        raise ValueError(f"normalizer: {len(tables)} precompiled tables; one is allowed")


def _normalizers_in(part: Any) -> list[Mapping[str, Any]]:
    """Return a normalizer of raw JSON and all in it; raises ValueError where there are too many."""
    found, open_parts = [], [part]
    while open_parts:
        part = open_parts.pop()
        if not isinstance(part, Mapping):
            continue
        found.append(part)
        inner = part.get("normalizers")
        open_parts += inner if isinstance(inner, list) else []
        if len(found) + len(open_parts) > _MOST_PARTS:
            raise ValueError(f"normalizer: over {_MOST_PARTS} parts")
    return found


def _parts_of(part: Part | None) -> list[Part]:
    """Return a part and all parts in it, in order; raises ValueError where there are too many."""
    match part:
        case None:
            return []
        case NormalizerSequence(normalizers=inner) | PreTokenizerSequence(pretokenizers=inner):
            found = [each for one in inner for each in _parts_of(one)]
        case ProcessorSequence(processors=inner):
            found = [each for one in inner for each in _parts_of(one)]
        case _:
            found = [part]
    if len(found) > _MOST_PARTS:
        raise ValueError(f"a sequence of {len(found)} parts; at most {_MOST_PARTS} are allowed")
    return found


def _growth_of(tokenizer: Tokenizer) -> int:
    """Return how many characters may become of one; raises ValueError where a word of the longest would be too long."""
    length = LONGEST_WORD
    for part in [*_parts_of(tokenizer.normalizer), *_parts_of(tokenizer.pre_tokenizer)]:
        length = _longest_after(part, length)
        if length > _LONGEST_RESULT:
            raise ValueError(
                f"the normalizers may make {length:,} characters of a word of {LONGEST_WORD}; at most "
                f"{_LONGEST_RESULT:,} are allowed"
            )
    return -(-length // LONGEST_WORD)


def _longest_after(part: Part, length: int) -> int:
    """Return the most characters that a part makes of `length`."""
    match part:
        case Replace(pattern=TextPattern(String=pattern), content=content):
            return -(-length * max(len(content), len(pattern)) // len(pattern))
        case Replace(content=content):
            return length * max(1, len(content))
        case Prepend(prepend=text):
            return length + len(text)
        case Precompiled():
            return length * _longest_mapped(part)
        case Metaspace():
            return length + 1
        case Bytes():
            return 4 * length + 1
        case Plain(type=kind):
            return length * _GROWTH.get(kind, 1)
    return length * _GROWTH.get(str(getattr(part, "type", "")), 1)


def _longest_mapped(part: Precompiled) -> int:
    """Return the most characters that a table of sentence-piece leads to; raises ValueError for what is no table."""
    if not part.precompiled_charsmap:
        return 1
    try:
        table = base64.b64decode(part.precompiled_charsmap, validate=True)
        size = int.from_bytes(table[:4], "little")
        if len(table) < 4 or size % 4 or size > len(table) - 4:
            raise ValueError("its trie is longer than it")
        longest = max(map(len, table[4 + size :].decode("utf-8").split("\0")))
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"normalizer: a precompiled table that is none: {error}") from None
    if longest > _LONGEST_MAPPED:
        raise ValueError(
            f"normalizer: a precompiled table that makes {longest:,} characters of one; at most {_LONGEST_MAPPED}"
        )
    return max(1, longest)


def _check_pieces(part: Part, model: Mapping[str, Any]) -> int:
    """Check the pieces and merges of a model, and that the unknown one is there; returns the highest number."""
    vocabulary, merges = model.get("vocab"), model.get("merges")
    if isinstance(part, Unigram):
        return _check_scored(part, vocabulary)
    if not isinstance(vocabulary, dict) or not 0 < len(vocabulary) <= MOST_PIECES:
        raise ValueError(f"model.vocab: an object of 1 to {MOST_PIECES:,} pieces is expected")
    for piece, number in vocabulary.items():
        if len(piece) > _LONGEST_PIECE or type(number) is not int or not 0 <= number < 2 * MOST_PIECES:
            raise ValueError(
                f"model.vocab: {piece[:50]!r} of {len(piece)} characters has the number {str(number)[:20]}"
            )
    if isinstance(part, WordPiece | BytePairs) and part.unk_token and part.unk_token not in vocabulary:
        raise ValueError(f"model.unk_token: {part.unk_token[:50]!r} is no piece")
    if isinstance(part, BytePairs):
        _check_merges(merges)
    elif merges is not None:
        raise ValueError("model.merges: this kind has none")
    return max(map(int, vocabulary.values()))


def _check_scored(part: Unigram, vocabulary: Any) -> int:
    """Check the pieces of a Unigram model; returns the highest number."""
    if not isinstance(vocabulary, list) or not 0 < len(vocabulary) <= MOST_PIECES:
        raise ValueError(f"model.vocab: a list of 1 to {MOST_PIECES:,} pieces is expected")
    for entry in vocabulary:
        if not (
            isinstance(entry, list) and len(entry) == 2 and type(entry[0]) is str and type(entry[1]) in (float, int)
        ):
            raise ValueError(f"model.vocab: {str(entry)[:50]} is no piece with its score")
        if len(entry[0]) > _LONGEST_PIECE or not abs(entry[1]) <= 1e9:
            raise ValueError(
                f"model.vocab: {entry[0][:50]!r} of {len(entry[0])} characters has the score {entry[1]!s:.20}"
            )
    if part.unk_id is None or part.unk_id >= len(vocabulary):
        raise ValueError(f"model.unk_id: {part.unk_id} is not one of the {len(vocabulary):,} pieces")
    return len(vocabulary) - 1


def _check_merges(merges: Any) -> None:
    """Refuse merges that are not a list of pairs of pieces, each a text with a space or a list of two."""
    if not isinstance(merges, list) or len(merges) > MOST_PIECES:
        raise ValueError(f"model.merges: a list of at most {MOST_PIECES:,} is expected")
    for merge in merges:
        pair = merge.split(" ") if isinstance(merge, str) else merge
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(piece) is str for piece in pair)):
            raise ValueError(f"model.merges: {str(merge)[:50]!r} is no pair of pieces")
        if len(pair[0]) + len(pair[1]) > 2 * _LONGEST_PIECE:
            raise ValueError(f"model.merges: {pair[0][:25]!r} and {pair[1][:25]!r}: longer than pieces are")


def _check_frame(frame: TemplateProcessing) -> None:
    """Refuse a template whose sentences do not each stand there once, or that lacks a special piece it names."""
    for name, places, expected in (("single", frame.single, ["A"]), ("pair", frame.pair, ["A", "B"])):
        sentences = [place.Sequence.id for place in places if isinstance(place, SentencePlace)]
        if sentences != expected:
            raise ValueError(f"post_processor.{name}: sentences {sentences}; {expected} is expected")
        for place in places:
            if isinstance(place, SpecialPlace) and place.SpecialToken.id not in frame.special_tokens:
                raise ValueError(f"post_processor.{name}: {place.SpecialToken.id[:50]!r} is no special piece of it")


def _highest_type(part: Part) -> int:
    """Return the highest type that a post-processor gives a piece."""
    if not isinstance(part, TemplateProcessing):
        return int(getattr(part, "type", "") == "BertProcessing")  # the second sentence of a pair
    places = [entry.SpecialToken if isinstance(entry, SpecialPlace) else entry.Sequence for entry in part.single]
    places += [entry.SpecialToken if isinstance(entry, SpecialPlace) else entry.Sequence for entry in part.pair]
    return max(place.type_id for place in places)


def _special_ids(part: Any) -> list[int]:
    """Return the numbers of the special pieces that a post-processor adds."""
    found: list[int] = []
    for each in _parts_of(part):
        if isinstance(each, TemplateProcessing):
            found += [number for special in each.special_tokens.values() for number in special.ids]
        else:
            found += [getattr(each, name)[1] for name in ("sep", "cls") if hasattr(each, name)]
    return found


def build_tokenizer(checked: CheckedTokenizer) -> Any:
    """Build the tokenizer, a `tokenizers.Tokenizer`; raises ValueError where its added pieces get other numbers."""
    from tokenizers import Tokenizer as Built

    built = Built.from_str(checked.content)
    for name, number in checked.added.items():
        found = built.token_to_id(name)
        if found != number:
            raise ValueError(f"added_tokens: {name[:50]!r} is said to have the number {number}, and gets {found}")
    return built
