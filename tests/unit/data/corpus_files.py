"""Small corpora, written by the tests that read them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class WhiteSpace:
    """The simplest tokenizer; `version` lets a test change its name."""

    def __init__(self, version: str = "1") -> None:
        self.name_and_version = f"white space {version}"
        self.calls = 0

    def tokenize(self, text: str) -> list[str]:
        self.calls += 1
        return text.split()


def treebank(sentences: Iterable[Iterable[tuple[str, str, int, str]]]) -> str:
    """Write (word, UPOS, head, deprel) as CoNLL-U, without XPOS."""
    blocks = []
    for number, words in enumerate(sentences, start=1):
        lines = [f"# sent_id = {number}"]
        for position, (word, upos, head, deprel) in enumerate(words, start=1):
            lines.append(f"{position}\t{word}\t{word.lower()}\t{upos}\t_\t_\t{head}\t{deprel}\t_\t_")
        blocks.append("\n".join(lines) + "\n\n")
    return "".join(blocks)


BIRDS = [("Birds", "NOUN", 2, "nsubj"), ("sing", "VERB", 0, "root")]
SNOW = [("Snow", "NOUN", 2, "nsubj"), ("falls", "VERB", 0, "root"), (".", "PUNCT", 2, "punct")]
GO = [("Go", "VERB", 0, "root"), ("!", "PUNCT", 1, "punct")]

SICK_HEADER = "pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment\n"


def sick(rows: Iterable[tuple[str, str, float, str]]) -> str:
    """Write (first, second, score, judgment) as a SICK file."""
    lines = [f"{number}\t{a}\t{b}\t{score}\t{label}\n" for number, (a, b, score, label) in enumerate(rows, start=1)]
    return SICK_HEADER + "".join(lines)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
