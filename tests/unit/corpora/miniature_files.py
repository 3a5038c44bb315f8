"""What the tests of the embedded corpus share: its files as written, and its sentences as tuples."""

from __future__ import annotations

import importlib.resources
from functools import cache
from typing import NamedTuple

SPLITS = ("train", "dev", "test")


class Token(NamedTuple):
    """A word's line of CoNLL-U, as far as the corpus fills it; features by name."""

    form: str
    lemma: str
    upos: str
    xpos: str
    feats: dict[str, str]
    head: int
    deprel: str
    chunk: str


class Pair(NamedTuple):
    """A line of the table of pairs."""

    first: str
    second: str
    relatedness: float
    entailment: str
    derivation: str


def committed(name: str) -> str:
    """Return the text of a file of the corpus that ships with the package."""
    return (importlib.resources.files("jmt.corpora") / "miniature" / name).read_text(encoding="utf-8")


@cache
def treebank(split: str) -> list[tuple[str, list[Token]]]:
    """Return (text, tokens) of every sentence of a split."""
    sentences = []
    for block in committed(f"{split}.conllu").strip().split("\n\n"):
        lines = block.split("\n")
        text = next(line for line in lines if line.startswith("# text = ")).removeprefix("# text = ")
        rows = [line.split("\t") for line in lines if not line.startswith("#")]
        sentences.append((text, [_token(row) for row in rows if row[0].isdecimal()]))
    return sentences


def _token(row: list[str]) -> Token:
    feats = {} if row[5] == "_" else dict(pair.split("=") for pair in row[5].split("|"))
    return Token(*row[1:5], feats, int(row[6]), row[7], row[9].split("|")[0].removeprefix("Chunk="))


@cache
def pairs(split: str) -> list[Pair]:
    """Return the pairs of a split."""
    rows = [line.split("\t") for line in committed(f"{split}.pairs.tsv").strip().split("\n")[1:]]
    return [Pair(row[1], row[2], float(row[3]), row[4], row[5]) for row in rows]
