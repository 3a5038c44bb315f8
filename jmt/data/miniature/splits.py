"""Which sentences go to which split: sizes, seeds, and no text twice anywhere."""

from __future__ import annotations

import random
from collections.abc import Iterator

from jmt.data.miniature.constructions import draw_sentences
from jmt.data.miniature.sampling import Sampler
from jmt.data.miniature.sentences import FinishedSentence

SEED = 20170703
SENTENCES = {"train": 3000, "dev": 400, "test": 400}
HELD_SPLIT = {"train": "all", "dev": "dev", "test": "test"}
"""The held-out words that a split may use; train has none."""
HELD_RATE = 0.33
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
    for sentence in draw_sentences(sampler_for("treebank", split)):
        if count == 0:
            return
        if key(sentence.text) not in seen:
            seen.add(key(sentence.text))
            count -= 1
            yield sentence
