"""The tiny corpus as raw text that has to be split: full stops stand at words, verbs and articles run together."""

from __future__ import annotations

from pathlib import Path

from tests.assets.tiny_corpus import CONFIG, write_tiny_corpus

SEGMENTER = """
[task.segmenter]
kind = "segmenter"
corpus = "trees"
batch_tokens = 200
trait_rows = 256
trait_size = 8
spacing_size = 4
hidden_size = 16
dilations = [1, 2]

[training]
"""


def write_raw_treebank(folder: Path) -> Path:
    """Write the tiny corpus with such text, and a configuration that learns it below all tasks; return its path."""
    config = write_tiny_corpus(folder)
    for name in ("train", "dev"):
        path = folder / f"{name}.conllu"
        blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
        path.write_text("".join(f"{_run_together(block)}\n\n" for block in blocks), encoding="utf-8")
    written = CONFIG.format(folder=folder).replace("\n[training]\n", SEGMENTER)
    config.write_text(written, encoding="utf-8")
    return config


def _run_together(block: str) -> str:
    """Set the last full stop at its word, and make one token of a verb and the article behind it (`seesa`)."""
    lines = block.split("\n")
    lines[-2] += "|SpaceAfter=No"
    forms = [line.split("\t")[1] if "\t" in line else "" for line in lines]
    if "a" in forms:
        place = forms.index("a")
        fused = f"{place - 1}-{place}\t{forms[place - 1]}a"
        lines.insert(place - 1, fused + "\t_" * 8)
    return "\n".join(lines)
