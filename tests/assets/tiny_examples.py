"""Gold for the sentences of `tests.assets.tiny_model`: enough to make a few steps of every task."""

from __future__ import annotations

from jmt.cascade.symbols.examples import GoldTree, TaskExamples
from jmt.cascade.symbols.values import Tree
from tests.assets.tiny_model import SENTENCES

TAGS = {"a": "DT", "the": "DT", "on": "IN", "small": "JJ", ".": ".", "she": "PRP", "them": "PRP"}
PAIRS = [(SENTENCES[0], SENTENCES[1]), (SENTENCES[1], SENTENCES[2]), (SENTENCES[2], SENTENCES[2])]


def sentence_examples() -> dict[str, TaskExamples]:
    """Three examples of every task about whole sentences, which the cascade has where they are asked for."""
    return {
        "genre": TaskExamples("genre", "classifier", SENTENCES, ["letter", "blog", "review"]),
        "ease": TaskExamples("ease", "regressor", SENTENCES, [0.0, 2.4, 3.0]),
    }


def tiny_examples() -> dict[str, TaskExamples]:
    """Three examples of every task of the tiny cascade."""
    tags = [[TAGS.get(word.lower(), "NN") for word in words] for words in SENTENCES]
    chunks = [["B-NP"] + ["I-NP"] * (len(words) - 2) + ["O"] for words in SENTENCES]
    trees = [
        GoldTree(Tree([0] + [1] * (len(words) - 1), ["root"] + ["nsubj"] * (len(words) - 1))) for words in SENTENCES
    ]
    return {
        "xpos": TaskExamples("xpos", "tagger", SENTENCES, tags),
        "chunk": TaskExamples("chunk", "tagger", SENTENCES, chunks),
        "dep": TaskExamples("dep", "parser", SENTENCES, trees),
        "relatedness": TaskExamples("relatedness", "pair_regressor", PAIRS, [1.5, 3.0, 5.0]),
        "entailment": TaskExamples("entailment", "pair_classifier", PAIRS, ["contradiction", "neutral", "entailment"]),
    }
