"""The corpus as files: CoNLL-U treebank and tab-separated pairs."""

from __future__ import annotations

from pathlib import Path

from corpora.generator.pairs import Pair
from corpora.generator.sentences import FinishedSentence
from corpora.generator.splits import pairs, treebank

PAIR_COLUMNS = ("pair_ID", "sentence_A", "sentence_B", "relatedness_score", "entailment_judgment", "derivation")
"""The columns of SICK, and the derivation's name."""


def conllu(sentence: FinishedSentence, name: str) -> str:
    """Return a sentence as CoNLL-U with its chunk labels in MISC; ends in an empty line."""
    lines = [f"# sent_id = {name}", f"# text = {sentence.text}"]
    for number, row in enumerate(sentence.rows, start=1):
        misc = f"Chunk={row.chunk}" + ("" if row.space_after else "|SpaceAfter=No")
        fields = (number, row.form, "_", row.upos, row.xpos, "_", row.head, row.deprel, "_", misc)
        lines.append("\t".join(map(str, fields)))
    return "\n".join(lines) + "\n\n"


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
        numbered = (conllu(sentence, f"{split}-{number}") for number, sentence in enumerate(sentences, start=1))
        files[f"{split}.conllu"] = "".join(numbered)
    for split, drawn in pairs(seen).items():
        files[f"{split}.pairs.tsv"] = pair_table(drawn)
    return files


def write_corpus(folder: Path) -> None:
    """Write every file of the corpus into the folder, which is made where it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in corpus_files().items():
        (folder / name).write_bytes(text.encode("utf-8"))
