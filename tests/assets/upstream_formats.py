"""Small corpora of our own sentences in the files and formats of the known corpora, and slices of the real ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.assets.tiny_corpus import NOUNS, VERBS, conllu, sentence, text_of

FRENCH_NOUNS = ["chat", "chien", "facteur", "boulanger", "voisin"]
FRENCH_VERBS = ["parle", "rêve", "sort", "rit"]

REAL = {
    "ewt": ("conllu", "ewt/en_ewt-ud-dev.conllu"),
    "conll2000": ("conll2000", "conll2000/train.txt"),
    "sick": ("sick", "sick/SICK_trial.txt"),
    "stsb": ("stsb", "stsb/sts-dev.csv"),
    "wnut17": ("columns", "wnut17/emerging.dev.conll"),
    "sequoia": ("conllu", "sequoia/fr_sequoia-ud-dev.conllu"),
}
"""The reader of a known corpus and its smallest file."""


def real_slices(name: str) -> list[str]:
    """Return settings that put 60 and 20 examples of a real file in the place of a known corpus, or skip the test."""
    reader, file = REAL[name]
    for folder in filter(None, os.environ.get("JMT_CORPORA", "").split(os.pathsep)):
        if (Path(folder) / file).is_file():
            return in_place_of(name, reader, Path(folder) / file, train="[:60]", dev="[60:80]")
    pytest.skip(f"{file} is in no folder of JMT_CORPORA")


def written(name: str, folder: Path) -> list[str]:
    """Write 40 examples in the format of a known corpus; return settings that put them in its place."""
    reader, file = REAL[name]
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(WRITERS[name](range(40)), encoding="utf-8")
    return in_place_of(name, reader, path, train="[:30]", dev="[30:]")


def in_place_of(name: str, reader: str, path: Path, *, train: str, dev: str) -> list[str]:
    """Return settings that declare slices of a file as `[corpora.NAME]`, which goes before a card of that name."""
    return [
        f'corpora.{name}.reader="{reader}"',
        f'corpora.{name}.train="{path}{train}"',
        f'corpora.{name}.dev="{path}{dev}"',
    ]


def conll2000(numbers: range) -> str:
    blocks = ["".join(f"{word[0]} {word[2]} {word[5]}\n" for word in sentence(number)) for number in numbers]
    return "\n".join(blocks) + "\n"


def sick(numbers: range) -> str:
    lines = ["pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment"]
    for number in numbers:
        score, label = [(4.8, "ENTAILMENT"), (2.5, "NEUTRAL"), (3.6, "CONTRADICTION")][number % 3]
        lines.append(f"{number}\t{text_of(number)}\t{text_of(number + number % 3)}\t{score}\t{label}")
    return "\n".join(lines) + "\n"


def stsb(numbers: range) -> str:
    """Rows of 7 or 9 columns with scores from 0 to 5; quotes mean nothing."""
    lines = []
    for number in numbers:
        extra = "\tsource one\tsource two" if number % 4 == 0 else ""
        score = number % 11 / 2
        lines.append(
            f'main-news\tour own\t2024\t{number:04}\t{score:.3f}\t"{text_of(number)}\t{text_of(number + 5)}{extra}'
        )
    return "\n".join(lines) + "\n"


def wnut17(numbers: range) -> str:
    blocks = []
    for number in numbers:
        person = f"{NOUNS[number % 10].title()}\tB-person\n{NOUNS[number % 7].title()}\tI-person\n"
        place = f"{NOUNS[number % 8].title()}ville\tB-location\n"
        blocks.append(f"{person}{VERBS[number % 6]}\tO\n{place}!\tO\n" if number % 3 else "no\tO\nnames\tO\n")
    return "\n".join(blocks) + "\n"


def sequoia(numbers: range) -> str:
    """French without XPOS; `du` and `au` are multiword tokens."""
    blocks = []
    for number in numbers:
        verb = FRENCH_VERBS[number % 4]
        contraction, preposition = ("du", "de") if number % 2 else ("au", "à")
        words = [
            ("L'", "le", "DET", 2, "det"),
            ("enfant", "enfant", "NOUN", 3, "nsubj"),
            (verb, verb, "VERB", 0, "root"),
            (preposition, preposition, "ADP", 6, "case"),
            ("le", "le", "DET", 6, "det"),
            (FRENCH_NOUNS[number % 5], "nom", "NOUN", 3, "obl:arg"),
            (".", ".", "PUNCT", 3, "punct"),
        ]
        lines = [f"# sent_id = f{number}", f"# text = {french(number)}"]
        for place, (form, lemma, upos, head, deprel) in enumerate(words, start=1):
            if place == 4:
                lines.append(f"4-5\t{contraction}" + "\t_" * 8)
            misc = "SpaceAfter=No" if place in (1, 6) else "_"
            lines.append(f"{place}\t{form}\t{lemma}\t{upos}\t_\t_\t{head}\t{deprel}\t_\t{misc}")
        blocks.append("\n".join(lines) + "\n\n")
    return "".join(blocks)


def french(number: int) -> str:
    """The text of a French sentence."""
    contraction = "du" if number % 2 else "au"
    return f"L'enfant {FRENCH_VERBS[number % 4]} {contraction} {FRENCH_NOUNS[number % 5]}."


WRITERS = {"ewt": conllu, "conll2000": conll2000, "sick": sick, "stsb": stsb, "wnut17": wnut17, "sequoia": sequoia}
