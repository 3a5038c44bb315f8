"""Three taggers with a known answer: two that have the same labels, and one whose labels are drawn at random.

`few` sees half of the words; `copy` sees them all with the same labels, `chance` sees them all with labels that say
nothing.  What a helper can teach of the words that `few` never sees, `copy` alone has.
"""

from __future__ import annotations

import random
from pathlib import Path

WORDS = [first + second + third for first in "bdgk" for second in "aeiou" for third in ("mus", "net")]
LABELS = "ABC"


def label_of(word: str) -> str:
    """The label that `few` and `copy` give to a word."""
    return LABELS[WORDS.index(word) * 7 % 3]


def sentences(numbers: random.Random, words: list[str], count: int) -> list[list[str]]:
    """Some sentences of five words."""
    return [[numbers.choice(words) for _ in range(5)] for _ in range(count)]


def columns(numbers: random.Random, found: list[list[str]], *, at_random: bool = False) -> str:
    """Write sentences with their labels."""
    return "".join(
        "".join(f"{word}\t{numbers.choice(LABELS) if at_random else label_of(word)}\n" for word in sentence) + "\n"
        for sentence in found
    )


CONFIG = """
language = "en"

[encoder]
kind = "bilstm"
hidden_size = 16
word_size = 16
ngram_size = 4

[training]
epochs = 15
batch_size = 5
threads = 1
[training.optimizer]
kind = "adam"
learning_rate = 0.02
"""

TASK = """
[corpora.{name}]
reader = "columns"
fields = ["tokens", "labels"]
train = "{folder}/{name}.train"
dev = "{folder}/{name}.dev"

[task.{name}]
kind = "tagger"
level = 1
corpus = "{name}"
column = "labels"
classifier_size = 8
"""


def write_planted_transfer(folder: Path) -> Path:
    """Write the corpora of all three tasks and a configuration for them; return the configuration's path."""
    numbers = random.Random(3)
    text = CONFIG
    for name, words, count in (("few", WORDS[::2], 20), ("copy", WORDS, 40), ("chance", WORDS, 40)):
        for split, known, size in (("train", words, count), ("dev", WORDS, 20)):
            content = columns(numbers, sentences(numbers, known, size), at_random=name == "chance")
            (folder / f"{name}.{split}").write_text(content, encoding="utf-8")
        text += TASK.format(name=name, folder=folder)
    (folder / "planted.toml").write_text(text, encoding="utf-8")
    return folder / "planted.toml"
