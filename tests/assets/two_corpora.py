"""The tiny corpus and a second one beside it, with two sentences of the first one's dev planted into its training."""

from __future__ import annotations

from pathlib import Path

from tests.assets.tiny_corpus import conllu, pairs, text_of, write_tiny_corpus

FIRST = 30
"""Of the sentences of the second corpus."""
PLANTED = (20, 22)
"""Sentences of the first treebank's dev."""

_SECOND = """
[corpora.woods]
reader = "conllu"
train = "{folder}/woods.conllu"
dev = "{folder}/woods-dev.conllu"

[corpora.marks]
reader = "pairs"
train = "{folder}/marks.tsv"
score_range = [0, 10]

[encoder]
"""


def write_two_corpora(folder: Path) -> Path:
    """Write both and a configuration that unites them for every task; return its path.

    The second pairs have no dev split, marks from 0 to 10, and one pair without a gold label.
    """
    config = write_tiny_corpus(folder)
    planted = "".join(conllu(range(number, number + 1)) for number in PLANTED)
    (folder / "woods.conllu").write_text(conllu(range(FIRST, FIRST + 12)) + planted, encoding="utf-8")
    (folder / "woods-dev.conllu").write_text(conllu(range(FIRST + 12, FIRST + 16)), encoding="utf-8")
    rows = [line.split("\t") for line in pairs(range(FIRST, FIRST + 9)).splitlines()]
    marked = [[*row[:2], f"{2 * float(row[2]):g}", row[3]] for row in rows[1:]]
    marked.append([text_of(FIRST), text_of(FIRST + 1), "10", "-"])
    table = "\n".join("\t".join(row) for row in [rows[0], *marked]) + "\n"
    (folder / "marks.tsv").write_text(table, encoding="utf-8")
    text = config.read_text(encoding="utf-8").replace("\n[encoder]\n", _SECOND.format(folder=folder), 1)
    text = text.replace('corpus = "trees"', 'corpus = ["trees", "woods"]')
    config.write_text(text.replace('corpus = "pairs"', 'corpus = ["pairs", "marks"]'), encoding="utf-8")
    return config
