"""Whole sentences: coordination of clauses, direct speech, final punctuation, capital, numbering and raw text."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.generator import lexemes
from corpora.generator.clauses import clause_phrase
from corpora.generator.meaning import Clause
from corpora.generator.tree import Phrase, Word, chunk_labels, make, mark_chunk, phrase, punct


@dataclass(frozen=True)
class Row:
    """One token of a finished sentence; head is the number of the governor, 0 for the root."""

    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    deprel: str
    chunk: str
    space_after: bool
    clitic: bool
    """Written onto the word before, and one token with it (`n't`, `'s`)."""


@dataclass(frozen=True)
class Draft:
    """What a construction makes: the phrase, its final mark, and whether that stands inside of a closing quote."""

    phrase: Phrase
    end: str = "."
    quoted_end: bool = False


@dataclass(frozen=True)
class FinishedSentence:
    """A sentence of the corpus: its tokens, its raw text and the name of the construction that made it."""

    rows: tuple[Row, ...]
    text: str
    construction: str


def finish(draft: Draft, construction: str) -> FinishedSentence:
    """Add final punctuation and a capital, and number the words."""
    built = draft.phrase
    final = punct(draft.end, ".", built.head)
    words = [*built.words]
    if draft.quoted_end:
        final.governor = words[-1].governor  # the head of what is said, like the quotes around it
        words.insert(len(words) - 1, final)
    elif not (draft.end == "." and words[-1].form.endswith(".")):  # `at 7 p.m.` ends a sentence as it is
        words.append(final)
    _capitalise(words)
    numbers = {id(word): number for number, word in enumerate(words, start=1)}
    chunks = chunk_labels(words)
    rows = []
    for position, word in enumerate(words):
        following = words[position + 1] if position + 1 < len(words) else None
        space = not (word.glued_right or (following is not None and following.glued_left))
        head = 0 if word.governor is None else numbers[id(word.governor)]
        deprel = "root" if head == 0 else word.deprel
        clitic = word.glued_left and word.upos != "PUNCT"
        given = (word.form, word.lemma, word.upos, word.xpos, word.feats)
        rows.append(Row(*given, head, deprel, chunks[position], space, clitic))
    text = "".join(row.form + (" " if row.space_after else "") for row in rows).strip()
    return FinishedSentence(tuple(rows), text, construction)


def _capitalise(words: list[Word]) -> None:
    for position, word in enumerate(words):
        opens_speech = position > 0 and words[position - 1].xpos == "``"
        if position == 0 or opens_speech or all(w.upos == "PUNCT" for w in words[:position]):
            word.form = word.form[:1].upper() + word.form[1:]


def coordinated_clauses(first: Clause, second: Clause, conjunction: str) -> Phrase:
    """Join two clauses with a comma and a conjunction."""
    one, two = clause_phrase(first), clause_phrase(second)
    comma = punct(",", ",", two.head)
    if conjunction == "so":  # an adverb in EWT, and the clauses merely stand side by side
        so = lexemes.adverb("so").under(two.head, "advmod")
        mark_chunk("ADVP", [so])
        return phrase(one.head, one, comma, so, two.under(one.head, "parataxis"))
    two.under(one.head, "conj")
    return phrase(one.head, one, comma, make(conjunction, "CCONJ", "CC").under(two.head, "cc"), two)


def speech_first(speech: Phrase, reporting: Phrase, end: str) -> Phrase:
    """`"It is late," said Anna.`; a question keeps its question mark."""
    speech.under(reporting.head, "ccomp")
    opening = punct('"', "``", speech.head, opening=True)
    stop = punct(end, "," if end == "," else ".", speech.head)
    return phrase(reporting.head, opening, speech, stop, punct('"', "''", speech.head), reporting)


def speech_last(reporting: Phrase, speech: Phrase) -> Phrase:
    """`Anna said, "It is late."`; `finish` puts the full stop before the closing quote."""
    speech.under(reporting.head, "ccomp")
    comma = punct(",", ",", speech.head)
    opening = punct('"', "``", speech.head, opening=True)
    return phrase(reporting.head, reporting, comma, opening, speech, punct('"', "''", speech.head))


def with_interjection(form: str, built: Phrase) -> Phrase:
    """`Yes, ...`, `Oh, ...`: an interjection before a clause."""
    word = lexemes.interjection(form).under(built.head, "discourse")
    return phrase(built.head, word, punct(",", ",", word), built)


def with_vocative(built: Phrase, name: str) -> Phrase:
    """`..., Anna`: the person who is spoken to."""
    word = lexemes.proper_noun(name).under(built.head, "vocative")
    mark_chunk("NP", [word])
    return phrase(built.head, built, punct(",", ",", word), word)
