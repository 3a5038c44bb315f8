"""The corpus as files: so many pairs of every phenomenon in every split, no pair twice."""

from __future__ import annotations

import random
from pathlib import Path

from corpora.generator.contrasts import modality, of_events, of_logic, of_words, unseen
from corpora.generator.contrasts.frames import Frame, Pair
from corpora.generator.contrasts.words import SPLITS

SEED = 20261130
COLUMNS = ("first", "second", "entailment", "phenomenon", "template")
FRAMES = [*of_logic.FRAMES, *of_words.FRAMES, *of_events.FRAMES, *unseen.FRAMES, *modality.FRAMES]
PAIRS = {"train": 440, "dev": 60, "test": 48}
"""Of every phenomenon, about: frames are filled as a whole."""
MOST_TRIES = 200
"""Fillings of a frame that may be pairs that are there already."""


def frames_of(split: str) -> dict[str, list[Frame]]:
    """Return the frames of a split by phenomenon; dev has those of train, with words of its own."""
    use = "test" if split == "test" else "train"
    found: dict[str, list[Frame]] = {}
    for frame in FRAMES:
        if frame.use == use:
            found.setdefault(frame.phenomenon, []).append(frame)
    return found


def phenomena(split: str) -> list[str]:
    """Return the phenomena of a split."""
    return list(frames_of(split))


def draw_pairs(split: str) -> list[Pair]:
    """Return the pairs of a split, phenomenon by phenomenon."""
    draw = random.Random(f"{SEED}/{split}")
    drawn: list[Pair] = []
    for phenomenon, frames in frames_of(split).items():
        for number, frame in enumerate(frames, start=1):
            wanted = PAIRS[split] // len(frames)
            drawn += _filled(frame, split, wanted, draw, f"{phenomenon}-{frame.use}-{number}")
    return drawn


def _filled(frame: Frame, split: str, wanted: int, draw: random.Random, template: str) -> list[Pair]:
    """Fill a frame until it has as many pairs as are wanted, or as many as its words allow."""
    made: dict[tuple[str, str], Pair] = {}
    for _ in range(MOST_TRIES):
        pairs = {(pair.first, pair.second): pair for pair in frame.fill(split, draw, template)}
        if len(made) + len(pairs) > wanted:
            break
        if not made.keys() & pairs.keys():
            made |= pairs
    return list(made.values())


def table(pairs: list[Pair]) -> str:
    """Return pairs as tab-separated lines under a header."""
    rows = [COLUMNS, *((pair.first, pair.second, pair.entailment, pair.phenomenon, pair.template) for pair in pairs)]
    return "".join("\t".join(row) + "\n" for row in rows)


def corpus_files() -> dict[str, str]:
    """Generate the whole corpus; return the text of every file by its name."""
    return {f"{split}.tsv": table(draw_pairs(split)) for split in SPLITS}


def write_corpus(folder: Path) -> None:
    """Write every file of the corpus into the folder, which is made where it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in corpus_files().items():
        (folder / name).write_bytes(text.encode("utf-8"))
