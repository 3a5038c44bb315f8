"""The minimal pairs: made again byte for byte, apart in words and templates, and not to be guessed from the surface."""

from __future__ import annotations

import importlib.resources
import math
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from corpora.generator.contrasts import corpus_files, phenomena
from corpora.generator.contrasts.words import SPLITS, WORDS, Noun
from jmt.data.cards import read_card
from jmt.formats.tables.reading import read_table
from jmt.formats.tables.rows import TableOptions

FOLDER = Path(str(importlib.resources.files("jmt.corpora") / "minimal_pairs"))
FUNCTION_WORDS = set(
    """a after all and are at be before being both but by did didn't every from had has in is isn't it least more most
    no not now of on one only some something than that the them to was wasn't were which who will""".split()
)
MOST_FROM_THE_SURFACE = 0.6


class Pair(NamedTuple):
    first: str
    second: str
    entailment: str
    phenomenon: str
    template: str


@cache
def pairs(split: str) -> list[Pair]:
    lines = (FOLDER / f"{split}.tsv").read_text(encoding="utf-8").splitlines()
    return [Pair(*line.split("\t")) for line in lines[1:]]


EVERY = [pair for split in SPLITS for pair in pairs(split)]


def words(sentence: str) -> list[str]:
    return re.findall(r"[a-z]+(?:'[a-z]+)?", sentence.lower())


def words_of(split: str) -> set[str]:
    return {word for pair in pairs(split) for sentence in pair[:2] for word in words(sentence)}


@cache
def fillers(split: str) -> set[str]:
    """The words that fill gaps in a split, in every form."""
    every = [word for kind in WORDS.values() for word in kind[SPLITS.index(split)]]
    texts = [text for word in every for text in leaves(word)]
    return {part for text in texts for part in words(text)} - FUNCTION_WORDS


def leaves(word: object) -> list[str]:
    """The texts that a word, of whatever kind, is made of."""
    if isinstance(word, Noun):
        return [str(word), word.s]
    return [word] if isinstance(word, str) else [text for part in vars(word).values() for text in leaves(part)]


def skeleton(sentence: str, split: str) -> str:
    """A sentence with a sign for every word that fills a gap."""
    there = fillers(split)
    return " ".join("_" if word.removesuffix("'s") in there else word for word in words(sentence))


def test_the_generator_writes_the_committed_files_byte_for_byte():
    for name, text in corpus_files().items():
        assert text.encode() == (FOLDER / name).read_bytes(), name
    assert {entry.name for entry in FOLDER.iterdir()} == {*corpus_files(), "README.md"}


def test_another_process_with_another_hash_seed_generates_the_same(tmp_path: Path):
    environment = {**os.environ, "PYTHONHASHSEED": "271"}
    command = [sys.executable, "-m", "corpora.generator.contrasts", str(tmp_path)]
    subprocess.run(command, check=True, env=environment, timeout=60)

    assert all((tmp_path / name).read_text(encoding="utf-8") == text for name, text in corpus_files().items())


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_000_000


def test_the_card_has_the_sizes_and_our_reader_takes_every_pair():
    card = read_card("minimal_pairs")
    assert card.pairs is not None
    for split, size in card.pairs.sizes.items():
        rows = list(read_table(FOLDER / f"{split}.tsv", TableOptions(family="pairs")))
        assert len(rows) == size.examples == len(pairs(split))
        assert [(row["first"], row["entailment"], row["phenomenon"]) for row in rows] == [
            (pair.first, pair.entailment, pair.phenomenon) for pair in pairs(split)
        ]


@pytest.mark.parametrize("split", ["train", "dev"])
def test_no_content_word_of_test_stands_elsewhere(split: str):
    assert words_of(split) & words_of("test") - FUNCTION_WORDS == set()


def test_the_words_of_dev_fill_no_gap_elsewhere():
    assert len(fillers("dev")) > 50
    assert fillers("dev") & (fillers("train") | fillers("test")) == set()


def test_no_template_of_test_stands_in_training():
    found = {
        split: {tuple(skeleton(sentence, split) for sentence in pair[:2]) for pair in pairs(split)} for split in SPLITS
    }

    assert len(found["test"]) > 80
    assert (found["train"] | found["dev"]) & found["test"] == set()
    assert not {pair.template for pair in pairs("test")} & {pair.template for pair in pairs("train")}


def test_a_third_of_the_phenomena_is_in_test_alone():
    trained, tested = set(phenomena("train")), set(phenomena("test"))

    assert trained < tested
    assert trained == set(phenomena("dev")) == {pair.phenomenon for pair in pairs("train")}
    assert len(tested - trained) >= len(tested) / 3
    assert tested == {pair.phenomenon for pair in pairs("test")}


def test_every_phenomenon_has_several_templates_and_pairs_enough():
    for split, least in (("train", 120), ("dev", 20), ("test", 40)):
        for phenomenon in phenomena(split):
            there = [pair for pair in pairs(split) if pair.phenomenon == phenomenon]
            assert len(there) >= least, (split, phenomenon)
            assert len({pair.template for pair in there}) >= 2, (split, phenomenon)


def test_no_pair_comes_twice_and_no_sentence_is_beside_itself():
    assert len({pair[:2] for pair in EVERY}) == len(EVERY)
    assert all(pair.first != pair.second for pair in EVERY)


def test_every_second_sentence_follows_as_often_as_it_does_not():
    for split in SPLITS:
        counts: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
        for pair in pairs(split):
            counts[pair.template, pair.second][pair.entailment == "entailment"] += 1
        assert all(count[True] == count[False] for count in counts.values())


def test_the_classes_other_than_entailment_both_occur():
    for split in SPLITS:
        counts = Counter(pair.entailment for pair in pairs(split))
        assert counts["entailment"] == len(pairs(split)) / 2
        assert min(counts.values()) >= len(pairs(split)) / 7


def naive_bayes(features: Callable[[Pair], Iterable[str]], train: list[Pair], test: list[Pair]) -> float:
    """Accuracy of the likeliest class by words that count as independent."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in train:
        counts[pair.entailment].update(features(pair))
    vocabulary = len({word for counter in counts.values() for word in counter})
    priors = Counter(pair.entailment for pair in train)
    totals = {label: counter.total() + vocabulary for label, counter in counts.items()}

    def score(label: str, there: list[str]) -> float:
        return math.log(priors[label]) + sum(math.log((counts[label][word] + 1) / totals[label]) for word in there)

    right = 0
    for pair in test:
        there = list(features(pair))
        right += max(counts, key=lambda label: score(label, there)) == pair.entailment
    return right / len(test)


@pytest.mark.parametrize("split", SPLITS)
def test_the_second_sentence_alone_does_not_tell(split: str):
    """Scored on what it was counted on, which flatters it."""

    def grams(pair: Pair) -> list[str]:
        there = words(pair.second)
        return [*there, *(f"{one} {two}" for one, two in pairwise(there))]

    assert naive_bayes(grams, pairs(split), pairs(split)) <= MOST_FROM_THE_SURFACE


@pytest.mark.parametrize("split", SPLITS)
def test_how_many_words_both_share_does_not_tell(split: str):
    def share(pair: Pair) -> list[float]:
        first, second = set(words(pair.first)), set(words(pair.second))
        return [len(first & second) / len(first | second), len(second - first), len(first - second), len(first)]

    follows = [pair.entailment == "entailment" for pair in pairs(split)]
    for place in range(4):
        values = [share(pair)[place] for pair in pairs(split)]
        for edge in set(values):
            right = sum((value >= edge) == gold for value, gold in zip(values, follows, strict=True)) / len(follows)
            assert max(right, 1 - right) <= MOST_FROM_THE_SURFACE


@pytest.mark.parametrize("split", ["dev", "test"])
def test_words_that_one_sentence_has_more_do_not_tell(split: str):
    def difference(pair: Pair) -> list[str]:
        first, second = Counter(words(pair.first)), Counter(words(pair.second))
        more, less = (second - first).elements(), (first - second).elements()
        return [*(f"+{word}" for word in more), *(f"-{word}" for word in less)]

    assert naive_bayes(difference, pairs("train"), pairs(split)) <= MOST_FROM_THE_SURFACE
