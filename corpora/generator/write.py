"""The corpus as files: CoNLL-U treebank and tab-separated pairs."""

from __future__ import annotations

from pathlib import Path

from corpora.generator.pairs import Pair
from corpora.generator.sentences import FinishedSentence, Row
from corpora.generator.splits import openings, pairs, treebank

PAIR_COLUMNS = ("pair_ID", "sentence_A", "sentence_B", "relatedness_score", "entailment_judgment", "derivation")
"""The columns of SICK, and the derivation's name."""


_NOTHING = "_"


def conllu(sentence: FinishedSentence, name: str, opening: tuple[str, ...] = ()) -> str:
    """Return a sentence as CoNLL-U with its chunk labels in MISC, below its `opening`; ends in an empty line.

    Words that are written together (`do`, `n't`) are a multiword token, whose line tells whether a space follows.
    """
    lines = [f"# {comment}" for comment in (*opening, f"sent_id = {name}", f"text = {sentence.text}")]
    for first, rows in _tokens(sentence):
        spacing = "" if rows[-1].space_after else "SpaceAfter=No"
        if len(rows) > 1:
            token = "".join(row.form for row in rows)
            lines.append("\t".join((f"{first}-{first + len(rows) - 1}", token, *[_NOTHING] * 7, spacing or _NOTHING)))
        for number, row in enumerate(rows, start=first):
            misc = f"Chunk={row.chunk}" + (f"|{spacing}" if spacing and len(rows) == 1 else "")
            fields = (number, row.form, row.lemma, row.upos, row.xpos, row.feats, row.head, row.deprel, _NOTHING, misc)
            lines.append("\t".join(map(str, fields)))
    return "\n".join(lines) + "\n\n"


def _tokens(sentence: FinishedSentence) -> list[tuple[int, list[Row]]]:
    """Return the words of every token, a clitic with the word before it, and the number of the first."""
    tokens: list[tuple[int, list[Row]]] = []
    for number, row in enumerate(sentence.rows, start=1):
        if row.clitic:
            tokens[-1][1].append(row)
        else:
            tokens.append((number, [row]))
    return tokens


def pair_table(drawn: list[Pair]) -> str:
    """Return pairs as tab-separated lines under the header of SICK."""
    lines = ["\t".join(PAIR_COLUMNS)]
    for number, pair in enumerate(drawn, start=1):
        fields = (str(number), pair.first, pair.second, f"{pair.relatedness:.1f}", pair.entailment, pair.derivation)
        lines.append("\t".join(fields))
    return "\n".join(lines) + "\n"


def corpus_files() -> dict[str, str]:
    """Generate the whole corpus; return the text of every file by its name."""
    seen: set[str] = set()
    files = {}
    for split, sentences in treebank(seen).items():
        opened = zip(sentences, openings(split, len(sentences)), strict=True)
        numbered = (
            conllu(said, f"{split}-{number}", opening) for number, (said, opening) in enumerate(opened, start=1)
        )
        files[f"{split}.conllu"] = "".join(numbered)
    for split, drawn in pairs(seen).items():
        files[f"{split}.pairs.tsv"] = pair_table(drawn)
    return files


def write_corpus(folder: Path) -> None:
    """Write every file of the corpus into the folder, which is made where it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in corpus_files().items():
        (folder / name).write_bytes(text.encode("utf-8"))
