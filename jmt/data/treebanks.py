"""Whole sentences of a treebank, with its text, comments and multiword tokens, where rows of words are not enough."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jmt.data.catalogue import Corpus, find_source
from jmt.document import Sentence
from jmt.errors import CorpusError
from jmt.formats.conllu import read_conllu_file


def read_treebank_split(corpus: Corpus, name: str, split: str, folders: Sequence[Path]) -> list[Sentence]:
    """Read the sentences of a split of a CoNLL-U corpus, which `name` is called by in messages.

    Raises CorpusError for a corpus of another format, and for what is missing or malformed.
    """
    source = find_source(corpus, "sentences", split, folders)
    if source.reader != "conllu":
        raise CorpusError(
            f"{name} is read by {source.reader!r} and has words only: raw text and how it is split needs a treebank in "
            "CoNLL-U"
        )
    every = [sentence for path in source.paths for sentence in read_conllu_file(path, strict=True)]
    return every[source.wanted.start : source.wanted.stop]
