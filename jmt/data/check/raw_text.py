"""Looking at what a segmenter learns from: how much raw text a treebank has, and what keeps it from being read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jmt.data.cards import CorpusSpec
from jmt.data.catalogue import find_corpus
from jmt.data.splits import evaluation_splits
from jmt.data.treebanks import read_treebank_split
from jmt.document import Sentence
from jmt.errors import JmtError
from jmt.formats.conllu_layout import paragraphs


@dataclass(frozen=True, slots=True)
class _RawTextSplit:
    """How much raw text one split of a treebank has."""

    corpus: str
    split: str
    paragraphs: int
    sentences: int
    tokens: int
    multiword_tokens: int
    words: int
    """More than tokens, by those inside of multiword tokens."""


@dataclass(slots=True)
class RawText:
    """What the treebanks of a segmenter hold."""

    task: str
    splits: list[_RawTextSplit] = field(default_factory=list)
    problems: list[JmtError] = field(default_factory=list)
    """What keeps training from starting: a treebank that is missing or malformed, or a corpus that is none."""


def look_at_raw_text(
    task: str, corpora: Sequence[str], *, own: Mapping[str, CorpusSpec] | None = None, folders: Sequence[Path] = ()
) -> RawText:
    """Read the treebanks of a segmenter; problems are collected, not raised.

    A test split is looked at where its file is on this machine.
    """
    found = RawText(task)
    for name in dict.fromkeys(corpora):
        try:
            corpus = find_corpus(name, own)
            splits = ["train", *evaluation_splits(corpus, "sentences", folders)]
        except JmtError as error:
            found.problems.append(error)
            continue
        for split in splits:
            try:
                found.splits.append(_count(name, split, read_treebank_split(corpus, name, split, folders)))
            except JmtError as error:
                if str(error) not in map(str, found.problems):
                    found.problems.append(error)
    return found


def _count(corpus: str, split: str, sentences: Sequence[Sentence]) -> _RawTextSplit:
    return _RawTextSplit(
        corpus,
        split,
        paragraphs=len(paragraphs(sentences)),
        sentences=len(sentences),
        tokens=sum(len(sentence.surface_tokens) for sentence in sentences),
        multiword_tokens=sum(len(sentence.multiword_tokens) for sentence in sentences),
        words=sum(len(sentence.tokens) for sentence in sentences),
    )
