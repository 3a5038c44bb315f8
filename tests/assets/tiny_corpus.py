"""A treebank and sentence pairs of a few lines, written by rule, with a configuration that trains on them."""

from __future__ import annotations

from pathlib import Path

NOUNS = ["cat", "dog", "bird", "horse", "child", "farmer", "teacher", "sailor", "apple", "ball"]
VERBS = ["sees", "likes", "follows", "draws", "finds", "hears"]
ADJECTIVES = ["small", "old", "red", "quiet"]

Word = tuple[str, str, str, int, str, str]
"""Form, UPOS, XPOS, head, relation and chunk label."""


def sentence(number: int) -> list[Word]:
    """One of many sentences of the form `the small cat sees a dog .`, with its tree and chunks."""
    subject, other = NOUNS[number % 10], NOUNS[(number * 7 + 3) % 10]
    adjective, verb = ADJECTIVES[number % 4], VERBS[number % 6]
    if number % 3:
        return [
            ("the", "DET", "DT", 2, "det", "B-NP"),
            (subject, "NOUN", "NN", 3, "nsubj", "I-NP"),
            (verb, "VERB", "VBZ", 0, "root", "B-VP"),
            ("a", "DET", "DT", 6, "det", "B-NP"),
            (adjective, "ADJ", "JJ", 6, "amod", "I-NP"),
            (other, "NOUN", "NN", 3, "obj", "I-NP"),
            (".", "PUNCT", ".", 3, "punct", "O"),
        ]
    return [
        ("the", "DET", "DT", 3, "det", "B-NP"),
        (adjective, "ADJ", "JJ", 3, "amod", "I-NP"),
        (subject, "NOUN", "NN", 4, "nsubj", "I-NP"),
        (verb, "VERB", "VBZ", 0, "root", "B-VP"),
        (other, "NOUN", "NN", 4, "obj", "B-NP"),
        (".", "PUNCT", ".", 4, "punct", "O"),
    ]


def conllu(numbers: range) -> str:
    """Write sentences as CoNLL-U, chunks in MISC."""
    blocks = []
    for number in numbers:
        lines = [f"# sent_id = s{number}"]
        for place, (form, upos, xpos, head, deprel, chunk) in enumerate(sentence(number), start=1):
            lines.append(f"{place}\t{form}\t{form}\t{upos}\t{xpos}\t_\t{head}\t{deprel}\t_\tChunk={chunk}")
        blocks.append("\n".join(lines) + "\n\n")
    return "".join(blocks)


def text_of(number: int) -> str:
    """A sentence as text."""
    return " ".join(word[0] for word in sentence(number))


def pairs(numbers: range) -> str:
    """Write a table of pairs: the same sentence, its neighbour, or its opposite."""
    lines = ["first\tsecond\trelatedness\tentailment"]
    for number in numbers:
        first = text_of(number)
        verb = VERBS[number % 6]
        second, score, label = [
            (first, 5.0, "entailment"),
            (text_of(number + 5), 2.4, "neutral"),
            (first.replace(verb, f"never {verb}"), 3.6, "contradiction"),
        ][number % 3]
        lines.append(f"{first}\t{second}\t{score}\t{label}")
    return "\n".join(lines) + "\n"


CONFIG = """
language = "en"
seed = 4

[corpora.trees]
reader = "conllu"
train = "{folder}/train.conllu"
dev = "{folder}/dev.conllu"

[corpora.pairs]
reader = "pairs"
train = "{folder}/train.tsv"
dev = "{folder}/dev.tsv"
score_range = [1, 5]

[encoder]
kind = "bilstm"
hidden_size = 8
word_size = 8
ngram_size = 8
label_size = 4

[task.xpos]
kind = "tagger"
level = 1
corpus = "trees"
column = "xpos"
classifier_size = 8

[task.chunk]
kind = "tagger"
level = 2
corpus = "trees"
column = "chunk"
scheme = "iobes"
reads = ["xpos"]
classifier_size = 8

[task.dep]
kind = "parser"
level = 3
corpus = "trees"
reads = ["xpos", "chunk"]
classifier_size = 8

[task.relatedness]
kind = "pair_regressor"
level = 4
corpus = "pairs"
reads = ["xpos", "chunk"]
maxout_size = 8
variations.final_stop = 0.5

[task.entailment]
kind = "pair_classifier"
level = 5
corpus = "pairs"
reads = ["xpos", "chunk", "relatedness"]
maxout_size = 8

[training]
epochs = 2
batch_size = 5
threads = 1

[training.optimizer]
learning_rate = 0.5
"""


def write_tiny_corpus(folder: Path, *, first: int = 0) -> Path:
    """Write train and dev of both corpora and a configuration for them; return the configuration's path.

    Another `first` gives other sentences.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "train.conllu").write_text(conllu(range(first, first + 20)), encoding="utf-8")
    (folder / "dev.conllu").write_text(conllu(range(first + 20, first + 26)), encoding="utf-8")
    (folder / "train.tsv").write_text(pairs(range(first, first + 15)), encoding="utf-8")
    (folder / "dev.tsv").write_text(pairs(range(first + 15, first + 21)), encoding="utf-8")
    (folder / "tiny.toml").write_text(CONFIG.format(folder=folder), encoding="utf-8")
    return folder / "tiny.toml"
