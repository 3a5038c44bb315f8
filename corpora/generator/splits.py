"""Which sentences go to which split: sizes, seeds, and no text twice anywhere."""

from __future__ import annotations

import random
from collections.abc import Iterator

from corpora.generator.constructions import draw_sentences, weights
from corpora.generator.pairs import WEIGHTS, Pair, draw_pairs
from corpora.generator.sampling import Sampler
from corpora.generator.sentences import FinishedSentence

SEED = 20170703
SENTENCES = {"train": 3000, "dev": 400, "test": 400}
PAIRS = {"train": 1500, "dev": 300, "test": 300}
HELD_SPLIT = {"train": "all", "dev": "dev", "test": "test"}
"""The held-out words that a split may use; train has none."""
HELD_RATE = 0.36
"""How often dev and test choose a held-out word where there is one."""


def sampler_for(name: str, split: str) -> Sampler:
    """Return the random source of one part of the corpus (`treebank` or `pairs`) and split."""
    return Sampler(random.Random(f"{SEED}/{name}/{split}"), HELD_SPLIT[split], HELD_RATE)


def key(text: str) -> str:
    """Return what makes two sentences the same: the letters, whatever their case."""
    return text.lower()


def treebank(seen: set[str]) -> dict[str, list[FinishedSentence]]:
    """Return the sentences of every split; what they say is added to `seen`, and nothing in it is said again."""
    return {split: list(_fresh(split, count, seen)) for split, count in SENTENCES.items()}


def _fresh(split: str, count: int, seen: set[str]) -> Iterator[FinishedSentence]:
    sampler = sampler_for("treebank", split)
    for name in sampler.deck(weights(), count):
        for sentence in draw_sentences(sampler, name):
            if key(sentence.text) not in seen:
                seen.add(key(sentence.text))
                yield sentence
                break


def openings(split: str, count: int) -> Iterator[tuple[str, ...]]:
    """Yield for each of `count` sentences what begins with it: a document (`newdoc`), a paragraph (`newpar`), nothing.

    The sentences have nothing to do with each other; but raw text has paragraphs, and so has ours.
    """
    sampler = sampler_for("layout", split)
    documents = paragraphs = left = sentences = 0
    for _ in range(count):
        opening: tuple[str, ...] = ()
        if left == 0 and sentences == 0:
            documents += 1
            left = sampler.number(3, 8)
            opening = (f"newdoc id = {split}-d{documents}",)
        if sentences == 0:
            paragraphs += 1
            left -= 1
            sentences = sampler.number(1, 8)
            opening = (*opening, f"newpar id = {split}-p{paragraphs}")
        sentences -= 1
        yield opening


def pairs(seen: set[str]) -> dict[str, list[Pair]]:
    """Return the pairs of every split; a sentence may be in several pairs of one split, never in two splits.

    Pairs use shared words only: what a word means to another cannot be guessed from its ending.
    """
    drawn = {}
    for split, count in PAIRS.items():
        sampler = Sampler(random.Random(f"{SEED}/pairs/{split}"), "all", 0.0)
        own: set[str] = set()
        drawn[split] = list(_fresh_pairs(sampler, count, seen, own))
        seen |= own
    return drawn


def _fresh_pairs(sampler: Sampler, count: int, seen: set[str], own: set[str]) -> Iterator[Pair]:
    known: set[tuple[str, str]] = set()
    for name in sampler.deck(WEIGHTS, count):
        for pair in draw_pairs(sampler, name):
            keys = key(pair.first), key(pair.second)
            if keys[0] != keys[1] and keys not in known and not seen.intersection(keys):
                known.add(keys)
                own.update(keys)
                yield pair
                break
