"""Raw text of real treebanks, split by our rules and answered by frequencies: every score is that of udtools."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Parsed, Tagged, Tree
from jmt.document import MultiwordToken, Sentence, Token
from jmt.document.conllu import write_sentence
from jmt.evaluation.conll18 import COLUMNS, value_in
from jmt.evaluation.own_tokens import evaluate_own_tokens
from jmt.formats.conllu import read_conllu_file
from jmt.segmentation import RuleSegmenter, Segmenter, SurfaceToken
from tests.assets.udtools_scores import check_table

TREEBANKS = [
    ("ewt/en_ewt-ud-dev.conllu", "en"),
    ("gum/en_gum-ud-dev.conllu", "en"),
    ("sequoia/fr_sequoia-ud-dev.conllu", "fr"),
    ("imst/tr_imst-ud-dev.conllu", "tr"),
    ("gsdsimp/zh_gsdsimp-part-dev.conllu", "zh"),
]


class Splitter(Segmenter):
    """Our rules, and of every second token that is a multiword token somewhere in the treebank, its words."""

    name_and_version = "test"

    def __init__(self, sentences: Sequence[Sentence], language: str) -> None:
        self.rules = RuleSegmenter(language)
        self.words = {
            token.text: tuple(word.text for word in sentence.tokens[token.first - 1 : token.last])
            for sentence in sentences
            for token in sentence.multiword_tokens
        }
        self.found: list[list[SurfaceToken]] = []

    def tokenize(self, text: str) -> list[str]:
        return self.rules.tokenize(text)

    def segment(self, text: str) -> list[list[SurfaceToken]]:
        self.found = [
            [self._split(token, number) for number, token in enumerate(sentence)]
            for sentence in self.rules.segment(text)
        ]
        return self.found

    def _split(self, token: SurfaceToken, number: int) -> SurfaceToken:
        return token._replace(words=self.words.get(token.text, ())) if number % 2 else token


class Guesser:
    """Gives each form what it has most often, and hangs every word from the next one."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for token in (token for sentence in sentences for token in sentence.tokens):
            for column in COLUMNS:
                seen[column, token.text][value_in(token, column)] += 1
        self.best = {key: counts.most_common(1)[0][0] for key, counts in seen.items()}
        self.cascade = SimpleNamespace(
            metrics={column: "attachment" if column == "deprel" else "tags" for column in COLUMNS},
            labels={column: LabelSet([]) for column in COLUMNS},
            config=SimpleNamespace(tasks={column: SimpleNamespace(column=column, kind="tagger") for column in COLUMNS}),
        )
        self.answers: list[dict[str, Tagged | Parsed]] = []

    def annotate(self, sentences: list[list[str]], tasks: list[str]) -> list[dict[str, Tagged | Parsed]]:
        self.answers = [{task: self._answer(task, words) for task in tasks} for words in sentences]
        return self.answers

    def compare(self, pairs: object, tasks: object) -> list[object]:
        raise AssertionError("no pairs here")

    def _answer(self, column: str, words: list[str]) -> Tagged | Parsed:
        labels = [self.best.get((column, word), "_") for word in words]
        if column != "deprel":
            return Tagged(labels)
        return Parsed(Tree([*range(2, len(words) + 1), 0], [*labels[:-1], "root"]))


def written(segments: Sequence[Sequence[SurfaceToken]], answers: Sequence[dict[str, Tagged | Parsed]]) -> str:
    """The CoNLL-U of what was found."""
    return "".join(write_sentence(one_sentence(*both)) for both in zip(segments, answers, strict=True))


def one_sentence(segment: Sequence[SurfaceToken], answer: dict[str, Tagged | Parsed]) -> Sentence:
    tokens, ranges = [], []
    for surface in segment:
        words = surface.words or (surface.text,)
        if surface.words:
            ranges.append(MultiwordToken(len(tokens) + 1, len(tokens) + len(words), surface.text))
        tokens += [Token(len(tokens) + place, word) for place, word in enumerate(words, start=1)]
    for place, token in enumerate(tokens):
        for column, found in answer.items():
            if isinstance(found, Tagged):
                token.labels[column] = found.labels[place]
            else:
                token.head, token.deprel = found.tree.head_ids[place], found.tree.deprels[place]
    return Sentence(tokens, multiword_tokens=ranges)


@pytest.mark.parametrize(("name", "language"), TREEBANKS)
def test_every_score_from_raw_text_is_that_of_udtools(name: str, language: str, corpus: Callable[[str], Path]) -> None:
    sentences = list(read_conllu_file(corpus(name)))
    tokens = [token for sentence in sentences for token in sentence.tokens]
    filled = [column for column in COLUMNS if any(value_in(token, column) != "_" for token in tokens)]
    splitter, guesser = Splitter(sentences, language), Guesser(sentences)
    scores = evaluate_own_tokens(guesser, splitter, sentences, filled)
    assert list(scores.table.left_out) == [column for column in COLUMNS if column not in filled]
    check_table(scores.table, "".join(map(write_sentence, sentences)), written(splitter.found, guesser.answers))
    assert 0 < scores.table.scores["words"].f1 < 1
    assert 0 <= scores.table.scores["mlas"].f1 <= scores.table.scores["las"].f1 <= scores.table.scores["uas"].f1 < 0.9
    assert scores.results["deprel"].metrics["las"] == pytest.approx(scores.table.scores["las"].f1, abs=1e-9)
    assert scores.results["upos"].metrics["accuracy"] == pytest.approx(scores.table.scores["upos"].f1, abs=1e-9)
