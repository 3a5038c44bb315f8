"""The scores of the CoNLL 2018 shared task: two readings of one text, from its tokens to its lemmas and trees.

Where the scorer of the shared task and the one that the treebanks use today (PyPI: udtools) differ, the latter is
followed; the tests compare every number with it.

Source: Zeman et al. (2018), section 5; https://universaldependencies.org/conll18/evaluation.html.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jmt.document import Sentence, Token
from jmt.evaluation.alignment import NOT_ALIGNED, ROOT, Alignment, Words, align, same_spans
from jmt.evaluation.metrics.attachment import universal_relation

NEEDS: dict[str, tuple[str, ...]] = {
    "tokens": (),
    "sentences": (),
    "words": (),
    "upos": ("upos",),
    "xpos": ("xpos",),
    "ufeats": ("feats",),
    "alltags": ("upos", "xpos", "feats"),
    "lemmas": ("lemma",),
    "uas": ("deprel",),
    "las": ("deprel",),
    "clas": ("deprel",),
    "mlas": ("deprel", "upos", "feats"),
    "blex": ("deprel", "lemma"),
}
"""Every score in its order, by the name of udtools in lower case, and the columns that it is about; heads go with
relations."""

COLUMNS = ("upos", "xpos", "feats", "lemma", "deprel")
"""The columns that scores are about."""

_CONTENT = frozenset(
    """nsubj obj iobj csubj ccomp xcomp obl vocative expl dislocated advcl advmod discourse nmod appos nummod acl amod
    conj fixed flat compound list parataxis orphan goeswith reparandum root dep""".split()
)
"""Relations of content words, which alone CLAS, MLAS and BLEX count."""

_FUNCTIONAL = frozenset("aux cop mark det clf case cc".split())
"""Relations of function words, which MLAS has the content word answer for."""

_UNIVERSAL_FEATURES = frozenset(
    """PronType NumType Poss Reflex Foreign Abbr Gender Animacy Number Case Definite Degree VerbForm Mood Tense Aspect
    Voice Evident Polarity Person Polite""".split()
)
"""The features that count: those of the shared task, without later additions of the guidelines (`Clusivity`, `NumForm`,
`ExtPos` and others) and without what a language adds."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts behind a precision, a recall and their F1, all in [0, 1]; 0 where there is nothing to divide by."""

    gold: int
    own: int
    correct: int
    aligned: int | None = None
    """The gold words that count and that an own word matches; None for a score that is not about words' values."""

    @property
    def precision(self) -> float:
        """The share of our own units that are right."""
        return self.correct / self.own if self.own else 0.0

    @property
    def recall(self) -> float:
        """The share of gold units that are found."""
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall: the score that is meant where one is named."""
        return 2 * self.correct / (self.gold + self.own) if self.gold + self.own else 0.0

    @property
    def aligned_accuracy(self) -> float | None:
        """The share of matched words that are right; None for a score that is not about words' values."""
        if self.aligned is None:
            return None
        return self.correct / self.aligned if self.aligned else 0.0

    def to_dict(self) -> dict[str, float]:
        """Return the score as it stands in JSON."""
        values = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        accuracy = self.aligned_accuracy
        return values if accuracy is None else {**values, "aligned_accuracy": accuracy}


@dataclass(frozen=True, slots=True)
class Table:
    """The scores of one treebank, in the order of `NEEDS`."""

    scores: dict[str, Score]
    left_out: dict[str, str]
    """Scores that cannot be given, and why."""

    def about(self, column: str) -> dict[str, float]:
        """Return the F1 of every score that a column has a part in, those of splitting among them."""
        return {name: score.f1 for name, score in self.scores.items() if not NEEDS[name] or column in NEEDS[name]}

    def to_dict(self) -> dict[str, dict[str, dict[str, float]] | dict[str, str]]:
        """Return the table as it stands in JSON."""
        return {
            "scores": {name: score.to_dict() for name, score in self.scores.items()},
            "left_out": dict(self.left_out),
        }


def add_tables(tables: Sequence[Table]) -> Table:
    """Return the table of several treebanks together; a score that is left out of one of them is left out."""
    left_out = {name: why for table in tables for name, why in table.left_out.items()}
    names = [name for name in tables[0].scores if name not in left_out]
    return Table({name: _sum([table.scores[name] for table in tables]) for name in names}, left_out)


def _sum(scores: Sequence[Score]) -> Score:
    """Add the counts of the same score on several treebanks."""
    aligned = [score.aligned for score in scores if score.aligned is not None]
    return Score(
        sum(score.gold for score in scores),
        sum(score.own for score in scores),
        sum(score.correct for score in scores),
        sum(aligned) if aligned else None,
    )


def score_sentences(gold: Iterable[Sentence], own: Iterable[Sentence], columns: Collection[str] = COLUMNS) -> Table:
    """Score sentences of our own against those of a treebank.

    `columns` are those that our own sentences have values in.  A score is left out where it needs another one; of
    several columns that are needed, one that is empty in the treebank as well is no obstacle: `_` is right there, as in
    udtools.
    Raises InputError where the two are not the same text.
    """
    return score_alignment(align(gold, own), columns)


def score_alignment(both: Alignment, columns: Collection[str]) -> Table:
    """Score words that are aligned already, as `score_sentences` does."""
    missing = [column for column in COLUMNS if column not in columns]
    empty = [column for column in missing if all(value_in(token, column) == "_" for token in both.gold.tokens)]
    scores, left_out = _scores_of_splitting(both), {}
    judged = _Judged(both)
    for name, needed in NEEDS.items():
        if lacking := [column for column in needed if column in missing and (column not in empty or len(needed) == 1)]:
            left_out[name] = f"nothing predicts {' and '.join(lacking)} here"
        elif needed:
            scores[name] = judged.score(name)
    return Table(scores, left_out)


def value_in(token: Token, column: str) -> str:
    """Return what a word has in one of `COLUMNS`; `_` where that is empty."""
    return (token.deprel if column == "deprel" else token.labels.get(column)) or "_"


def _scores_of_splitting(both: Alignment) -> dict[str, Score]:
    gold, own = both.gold, both.own
    spans = {"tokens": (gold.token_spans, own.token_spans), "sentences": (gold.sentence_spans, own.sentence_spans)}
    scores = {name: Score(len(one), len(other), same_spans(one, other)) for name, (one, other) in spans.items()}
    return {**scores, "words": Score(len(gold), len(own), len(both.pairs))}


class _Judged:
    """Which matched words are right in what."""

    def __init__(self, both: Alignment) -> None:
        self.both = both
        self.gold, self.own = _Side(both.gold), _Side(both.own)

    def score(self, name: str) -> Score:
        """Count one of the scores that are about words' values."""
        pairs, gold, own = self.both.pairs, self.gold, self.own
        right = _JUDGES[name]
        if name not in ("clas", "mlas", "blex"):
            return Score(len(gold), len(own), sum(right(self, *pair) for pair in pairs), len(pairs))
        counted = [pair for pair in pairs if gold.is_content(pair[0])]
        return Score(
            sum(map(gold.is_content, range(len(gold)))),
            sum(map(own.is_content, range(len(own)))),
            sum(right(self, *pair) for pair in counted),
            len(counted),
        )

    def upos(self, one: int, other: int) -> bool:
        return self.gold.upos[one] == self.own.upos[other]

    def xpos(self, one: int, other: int) -> bool:
        return self.gold.xpos[one] == self.own.xpos[other]

    def ufeats(self, one: int, other: int) -> bool:
        return self.gold.ufeats[one] == self.own.ufeats[other]

    def alltags(self, one: int, other: int) -> bool:
        return self.upos(one, other) and self.xpos(one, other) and self.ufeats(one, other)

    def lemma(self, one: int, other: int) -> bool:
        """A treebank that leaves a lemma open takes any."""
        return self.gold.lemmas[one] in ("_", self.own.lemmas[other])

    def head(self, one: int, other: int) -> bool:
        return self._in_gold(self.own.heads[other]) == self.gold.heads[one] != NOT_ALIGNED

    def head_and_relation(self, one: int, other: int) -> bool:
        return self.gold.relations[one] == self.own.relations[other] and self.head(one, other)

    def with_morphology(self, one: int, other: int) -> bool:
        if not (self.head_and_relation(one, other) and self.upos(one, other) and self.ufeats(one, other)):
            return False
        children, others = self.gold.function_words.get(one, ()), self.own.function_words.get(other, ())
        return len(children) == len(others) and all(map(self._same_function_word, children, others))

    def with_lemma(self, one: int, other: int) -> bool:
        return self.head_and_relation(one, other) and self.lemma(one, other)

    def _same_function_word(self, one: int, other: int) -> bool:
        return (
            self._in_gold(other) == one
            and self.gold.relations[one] == self.own.relations[other]
            and self.upos(one, other)
            and self.ufeats(one, other)
        )

    def _in_gold(self, own_word: int) -> int:
        return self.both.gold_of_own.get(own_word, NOT_ALIGNED)


_JUDGES: dict[str, Callable[[_Judged, int, int], bool]] = {
    "upos": _Judged.upos,
    "xpos": _Judged.xpos,
    "ufeats": _Judged.ufeats,
    "alltags": _Judged.alltags,
    "lemmas": _Judged.lemma,
    "uas": _Judged.head,
    "las": _Judged.head_and_relation,
    "clas": _Judged.head_and_relation,
    "mlas": _Judged.with_morphology,
    "blex": _Judged.with_lemma,
}
"""When a gold word and the own word that matches it agree."""


class _Side:
    """The words of one side, column by column, as they are compared."""

    def __init__(self, words: Words) -> None:
        self.upos, self.xpos, feats, self.lemmas, deprels = (
            [value_in(token, column) for token in words.tokens] for column in COLUMNS
        )
        self.ufeats = [_universal_features(value) for value in feats]
        self.relations = [universal_relation(deprel) for deprel in deprels]
        self.heads: Sequence[int] = words.heads
        self.function_words: dict[int, list[int]] = {}
        """By a word: the function words that hang from it, in order."""
        for word, (head, relation) in enumerate(zip(self.heads, self.relations, strict=True)):
            if head not in (ROOT, NOT_ALIGNED) and relation in _FUNCTIONAL:
                self.function_words.setdefault(head, []).append(word)

    def __len__(self) -> int:
        return len(self.upos)

    def is_content(self, word: int) -> bool:
        """Tell whether CLAS, MLAS and BLEX count a word."""
        return self.relations[word] in _CONTENT


@lru_cache(maxsize=4096)
def _universal_features(feats: str) -> tuple[str, ...]:
    """Return the features that count, in whatever order they stand."""
    return tuple(sorted(feature for feature in feats.split("|") if feature.partition("=")[0] in _UNIVERSAL_FEATURES))
