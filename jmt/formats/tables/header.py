"""What the names of a table's columns mean: texts, pairs of them or words, and the labels and grades beside them.

The names that tables usually have are known, whatever their case: those of SICK, STS-B, SNLI, MNLI, QQP, PAWS, and of
sets for classifying and tagging on the hub.  What they do not tell is refused: taking it for this or that is a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jmt.errors import CorpusError

_PAIR_NAMES: Mapping[str, tuple[str, ...]] = {
    "first": tuple("first sentence1 sentence_1 sentence_a premise text1 text_a s1 question1 source1".split()),
    "second": tuple("second sentence2 sentence_2 sentence_b hypothesis text2 text_b s2 question2 source2".split()),
    "relatedness": tuple("relatedness relatedness_score score similarity similarity_score".split()),
    "entailment": tuple("entailment entailment_judgment entailment_label gold_label label".split()),
}
"""Our columns of pairs, and what tables call them, in lower case; of several in one table the first named counts."""
_SENTENCE_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": tuple("text sentence review content utterance question comment message tweet post passage".split()),
    "label": tuple("label class category intent sentiment genre".split()),
    "score": tuple("score rating grade stars".split()),
}
"""Our columns of single sentences; one that several names of a table could be is none of them, but for our own name."""
WORD_NAMES: Mapping[str, tuple[str, ...]] = {
    "tokens": tuple("tokens words forms token word form".split()),
    "lemma": tuple("lemma lemmas".split()),
    "upos": tuple("upos pos pos_tags upos_tags pos_tag".split()),
    "xpos": tuple("xpos xpos_tags".split()),
    "feats": tuple("feats".split()),
    "head": tuple("head heads".split()),
    "deprel": tuple("deprel deprels".split()),
    "chunk": tuple("chunk chunks chunk_tags".split()),
    "ner": tuple("ner ner_tags tags ner_tag entities tag".split()),
}
"""Our columns of words, and of what is said of each."""
SENTENCE_IDS = frozenset({"sent_id", "sentence_id", "sentence_number", "sentence #"})
"""Columns that tell in a table of one word per line which sentence a word belongs to."""

_SPLIT = frozenset({"first_tokens", "second_tokens"})
"""The words of both sentences of a pair, where a table brings them."""
_OURS = {"pairs": frozenset({"first_tokens", "second_tokens", "tokens", "text"}),
         "sentences": frozenset({"first_tokens", "second_tokens", "first", "second"})}  # fmt: skip
"""Names that other columns may not have in our rows, where they would be taken for what they are not."""


@dataclass(frozen=True, slots=True)
class Header:
    """Which columns a table has: ours by the names of the file, and what else goes along."""

    family: Literal["pairs", "sentences"]
    names: tuple[str, ...]
    """Those of the file, in their order."""
    ours: Mapping[str, str]
    """Our names to those of the file."""
    kept: Mapping[str, str]
    """What the others are called in our rows, to their names in the file."""
    told: frozenset[str]
    """Those of ours that the user named."""


def find_header(
    names: Sequence[str],
    columns: Mapping[str, str],
    family: Literal["pairs", "sentences"] | None,
    place: str,
    line: int | None,
) -> Header:
    """Return what the columns of a table are; `columns` maps ours to those of the file where they are called otherwise.

    Without a `family` a table that names two sentences has pairs.
    Raises CorpusError where what `family` needs is not named, where a name is there twice, and where two columns may
    each be the text; it says what was found and what is known.
    """
    if missing := [theirs for theirs in columns.values() if theirs not in names]:
        raise CorpusError(f"no column {missing[0]!r}, which `columns` names; found {_listed(names)}", place, line)
    if twice := [name for name, count in Counter(names).items() if name and count > 1]:
        raise CorpusError(f"the header names the column `{twice[0][:40]}` twice: rename one", place, line)
    if shared := [theirs for theirs, count in Counter(columns.values()).items() if count > 1]:
        ours_of_it = " and ".join(ours for ours, theirs in columns.items() if theirs == shared[0])
        raise CorpusError(f"`columns` takes {ours_of_it} from one column, {shared[0]!r}: name another", place, line)
    free = {name.lower(): name for name in reversed(names) if name and name not in columns.values()}
    pairs = {**_first_of(_PAIR_NAMES, free), **columns}
    pairs |= {name: name for name in _SPLIT if set(names) >= _SPLIT}
    is_pair = {"first", "second"} <= pairs.keys()
    chosen = family or ("pairs" if is_pair else "sentences")
    if chosen == "pairs" and not is_pair:
        raise CorpusError(_no_pair(names, pairs), place, line)
    ours = pairs if chosen == "pairs" else _of_sentences(names, free, columns, place, line)
    if alike := [theirs for theirs in ours.values() if _count(theirs, names) > 1 and theirs not in columns.values()]:
        raise CorpusError(f"the header names the column `{alike[0][:40]}` twice, in capitals and not", place, line)
    # `line` is where our rows say which line they are.
    hidden = (_OURS[chosen] | {"line"}) - ours.keys()
    kept = {f"input_{name}" if name in hidden else name: name for name in names if name}
    return Header(chosen, tuple(names), ours, kept, frozenset(columns))


def known_names(names: Sequence[str], columns: Mapping[str, str]) -> int:
    """Return how many of the names are known, or told by `columns`."""
    return sum(name in columns.values() or name.lower() in _KNOWN for name in names)


def names_sentences(names: Sequence[str], columns: Mapping[str, str]) -> bool:
    """Tell whether these names are a header: whether any of them is that of a sentence, its words, or one of a pair."""
    return any(name in columns.values() or name.lower() in _SENTENCES for name in names)


_CONLLU_COLUMNS = 10
_KNOWN = frozenset(
    name for table in (_PAIR_NAMES, _SENTENCE_NAMES, WORD_NAMES) for all_ in table.values() for name in all_
)
_SENTENCES = frozenset((*_PAIR_NAMES["first"], *_PAIR_NAMES["second"], *_SENTENCE_NAMES["text"], *WORD_NAMES["tokens"]))


def _first_of(table: Mapping[str, tuple[str, ...]], free: Mapping[str, str]) -> dict[str, str]:
    found = {ours: next((name for name in known if name in free), None) for ours, known in table.items()}
    return {ours: free[name] for ours, name in found.items() if name is not None}


def _of_sentences(
    names: Sequence[str], free: Mapping[str, str], columns: Mapping[str, str], place: str, line: int | None
) -> dict[str, str]:
    """Return our columns of a table of single sentences: their text, or their words."""
    words = {**_first_of(WORD_NAMES, free), **columns}
    found = words if "tokens" in words else dict(columns)
    for ours, known in _SENTENCE_NAMES.items():
        there = [free[name] for name in known if name in free and free[name] not in found.values()]
        if ours not in found and (len(there) == 1 or ours in free):
            found[ours] = there[0]
        elif ours == "text" and there and not found.keys() & {"text", "tokens"}:
            both = " and ".join(f"`{name}`" for name in there)
            message = f'{both} may each be the text: say which, as in columns = {{ text = "{there[0]}" }}'
            raise CorpusError(message, place, line)
    if not found.keys() & {"text", "tokens"}:
        raise CorpusError(_no_sentence(names), place, line)
    return found


def _count(name: str, names: Sequence[str]) -> int:
    return sum(other.lower() == name.lower() for other in names)


def _no_pair(names: Sequence[str], found: Mapping[str, str]) -> str:
    sides = " and ".join(f"the {side} sentence ({', '.join(_PAIR_NAMES[side])})" for side in ("first", "second"))
    count = f"{len(names)} column{'s' if len(names) > 1 else ''}"
    one = bool(found.keys() & {"first", "second"})
    what = "a header that names one sentence only" if one else f"{count} and no header that is known"
    return f"{what}: {_listed(names)}; a table of pairs has two columns, or a header that names {sides}"


def _no_sentence(names: Sequence[str]) -> str:
    if names[0].startswith("# ") or (len(names) == _CONLLU_COLUMNS and names[0][:1].isdecimal()):
        return f'no header: {_listed(names)}; this looks like CoNLL-U: say reader = "conllu"'
    return (
        f"no column that is known to hold a sentence: {_listed(names)}; a header names its text "
        f"({', '.join(_SENTENCE_NAMES['text'])}) or its words ({', '.join(WORD_NAMES['tokens'])}), or "
        'say it: columns = { text = "..." }'
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name[:40]}`" for name in names[:12])
