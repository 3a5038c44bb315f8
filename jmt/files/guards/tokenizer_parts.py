"""The parts that a tokenizer.json may be made of, each with its own fields, typed and bounded; nothing else is known.

This is what the tokenizers of BERT, MPNet, RoBERTa, DeBERTa, XLM-RoBERTa and CamemBERT need.
A pattern is a text taken as it is; of regular expressions, which can take for ever, a closed list is known.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, TypeAdapter, ValidationError

from jmt.files.guards.values import LONGEST_WORD

_MOST_IN_SEQUENCE = 16
_MOST_ADDED = 1_000

Flag = Annotated[bool, Strict()]
Short = Annotated[str, Field(max_length=16)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Number = Annotated[int, Strict(), Field(ge=0, le=10_000_000)]
TypeNumber = Annotated[int, Strict(), Field(ge=0, le=15)]

KnownRegex = Literal[" {2,}", r"\s{2,}|[\n\r\t]", r"[\n\r\t]", r"\n", r"\s+"]
"""Regular expressions of the supported families; each matches in linear time."""


class Part(BaseModel):
    """A part of a tokenizer: its own keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Plain(Part):
    """A normalizer without fields."""

    type: Literal["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt"]


class BertNormalizer(Part):
    """Cleans, spaces Chinese characters, strips accents, lowers."""

    type: Literal["BertNormalizer"]
    clean_text: Flag = True
    handle_chinese_chars: Flag = True
    strip_accents: Flag | None = None
    lowercase: Flag = True


class Strip(Part):
    """Strips white space."""

    type: Literal["Strip"]
    strip_left: Flag
    strip_right: Flag


class Precompiled(Part):
    """The table of sentence-piece: base64 of a trie and the texts that it leads to."""

    type: Literal["Precompiled"]
    precompiled_charsmap: Annotated[str, Field(max_length=2**20)] | None


class TextPattern(Part):
    """A text, matched as it is."""

    String: Annotated[str, Field(min_length=1, max_length=16)]


class RegexPattern(Part):
    """One of the known regular expressions."""

    Regex: KnownRegex


class Replace(Part):
    """Puts one text in the place of another."""

    type: Literal["Replace"]
    pattern: TextPattern | RegexPattern
    content: Short


class Prepend(Part):
    """Puts a text before the word."""

    type: Literal["Prepend"]
    prepend: Short


class NormalizerSequence(Part):
    """Normalizers, one after the other."""

    type: Literal["Sequence"]
    normalizers: Annotated[list[Normalizer], Field(max_length=_MOST_IN_SEQUENCE)]


Normalizer = Annotated[
    Plain | BertNormalizer | Strip | Precompiled | Replace | Prepend | NormalizerSequence, Field(discriminator="type")
]


class PlainSplit(Part):
    """A way of splitting without fields."""

    type: Literal["BertPreTokenizer", "Whitespace", "WhitespaceSplit"]


class Bytes(Part):
    """Splits as GPT-2 does, and writes bytes as letters; as a post-processor it only trims offsets."""

    type: Literal["ByteLevel"]
    add_prefix_space: Flag = True
    trim_offsets: Flag = True
    use_regex: Flag = True


class Metaspace(Part):
    """Writes a sign in the place of spaces."""

    type: Literal["Metaspace"]
    replacement: Annotated[str, Field(min_length=1, max_length=1)]
    prepend_scheme: Literal["always", "never", "first"] = "always"
    split: Flag = True
    add_prefix_space: Flag | None = None
    str_rep: Annotated[str, Field(max_length=1)] | None = None


class Punctuation(Part):
    """Splits at punctuation."""

    type: Literal["Punctuation"]
    behavior: Literal["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"] = "Isolated"


class Digits(Part):
    """Splits at digits."""

    type: Literal["Digits"]
    individual_digits: Flag = False


class PreTokenizerSequence(Part):
    """Ways of splitting, one after the other."""

    type: Literal["Sequence"]
    pretokenizers: Annotated[list[PreTokenizer], Field(max_length=_MOST_IN_SEQUENCE)]


PreTokenizer = Annotated[
    PlainSplit | Bytes | Metaspace | Punctuation | Digits | PreTokenizerSequence, Field(discriminator="type")
]


class Place(Part):
    """A special piece, or one of the two sentences, in a template."""

    id: Name
    type_id: TypeNumber


class SpecialPlace(Part):
    """Where a special piece stands."""

    SpecialToken: Place


class SentencePlace(Part):
    """Where a sentence stands."""

    Sequence: Place


class Special(Part):
    """A special piece of a template, by name and number."""

    id: Name
    ids: Annotated[list[Number], Field(min_length=1, max_length=4)]
    tokens: Annotated[list[Name], Field(min_length=1, max_length=4)]


Template = Annotated[list[SpecialPlace | SentencePlace], Field(max_length=16)]


class TemplateProcessing(Part):
    """Frames one sentence, or two."""

    type: Literal["TemplateProcessing"]
    single: Template
    pair: Template
    special_tokens: Annotated[dict[Name, Special], Field(max_length=16)]


class FixedProcessing(Part):
    """Frames as BERT or RoBERTa do."""

    type: Literal["BertProcessing", "RobertaProcessing"]
    sep: tuple[Name, Number]
    cls: tuple[Name, Number]
    trim_offsets: Flag = True
    add_prefix_space: Flag = True


class ProcessorSequence(Part):
    """Post-processors, one after the other."""

    type: Literal["Sequence"]
    processors: Annotated[list[PostProcessor], Field(max_length=_MOST_IN_SEQUENCE)]


PostProcessor = Annotated[TemplateProcessing | FixedProcessing | Bytes | ProcessorSequence, Field(discriminator="type")]


class AddedToken(Part):
    """A piece that is found before a text is split."""

    id: Number
    content: Name
    single_word: Flag = False
    lstrip: Flag = False
    rstrip: Flag = False
    normalized: Flag = False
    special: Flag = False


class WordPiece(Part):
    """Pieces of a word, the longest first; the pieces themselves are checked apart."""

    type: Literal["WordPiece"]
    unk_token: Name
    continuing_subword_prefix: Short = "##"
    max_input_chars_per_word: Annotated[int, Strict(), Field(ge=1, le=LONGEST_WORD)] = 100


class BytePairs(Part):
    """Pieces merged pair by pair, never by chance; the pieces and merges themselves are checked apart."""

    type: Literal["BPE"]
    dropout: Annotated[float, Field(ge=0.0, le=0.0)] | None = None
    unk_token: Annotated[str, Field(max_length=100)] | None = None
    continuing_subword_prefix: Short | None = None
    end_of_word_suffix: Short | None = None
    fuse_unk: Flag = False
    byte_fallback: Flag = False
    ignore_merges: Flag = False


class Unigram(Part):
    """The likeliest pieces; the pieces themselves are checked apart."""

    type: Literal["Unigram"]
    unk_id: Number | None = None
    byte_fallback: Flag = False


Model = Annotated[WordPiece | BytePairs | Unigram, Field(discriminator="type")]


class Tokenizer(Part):
    """All parts that are built; the decoder, truncation and padding of a file never are."""

    added_tokens: Annotated[list[AddedToken], Field(max_length=_MOST_ADDED)] = []
    normalizer: Normalizer | None = None
    pre_tokenizer: PreTokenizer | None = None
    post_processor: PostProcessor | None = None
    model: Model


_READER: TypeAdapter[Tokenizer] = TypeAdapter(Tokenizer)


def read_parts(content: dict[str, Any]) -> Tokenizer:
    """Return the parts of a tokenizer as typed values; raises ValueError naming the first that is none of ours."""
    try:
        return _READER.validate_python(content)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise ValueError(f"{place} = {str(problem['input'])[:50]!r}: {problem['msg'][:300]}") from None
