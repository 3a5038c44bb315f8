"""A whole cascade with untrained weights, built in a moment: five tasks on five levels, a few words, few labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.model import JointModel

SENTENCES = [
    ["A", "small", "cat", "sat", "on", "the", "mat", "."],
    ["The", "dog", "that", "barked", "ran", "home", "."],
    ["She", "did", "not", "see", "them", "."],
]

TASKS: dict[str, dict[str, Any]] = {
    "xpos": {"kind": "tagger", "level": 1, "column": "xpos"},
    "chunk": {"kind": "tagger", "level": 2, "column": "chunk", "scheme": "iobes", "reads": ["xpos"]},
    "dep": {"kind": "parser", "level": 3, "reads": ["xpos", "chunk"]},
    "relatedness": {"kind": "pair_regressor", "level": 4, "reads": ["xpos", "chunk"]},
    "entailment": {"kind": "pair_classifier", "level": 5, "reads": ["xpos", "chunk", "relatedness"]},
}

OF_WORDS: dict[str, dict[str, Any]] = {
    "feats": {"kind": "morphology", "level": 2, "reads": ["xpos"]},
    "lemma": {"kind": "lemmatizer", "level": 3, "reads": ["xpos", "feats"]},
    "links": {"kind": "linker", "level": 3, "reads": ["xpos"], "link_size": 6, "distances": 2},
}
"""Three tasks more, which the cascade has only where they are asked for."""

OF_SENTENCES: dict[str, dict[str, Any]] = {
    "genre": {"kind": "classifier", "level": 2, "reads": ["xpos"]},
    "ease": {"kind": "regressor", "level": 3, "reads": ["xpos", "genre"]},
}
"""Two more, about whole sentences, which the cascade has where they are asked for."""

CLASS_IN_THE_MIDDLE: dict[str, dict[str, Any]] = {
    "xpos": TASKS["xpos"],
    "genre": OF_SENTENCES["genre"],
    "ease": OF_SENTENCES["ease"],
    "dep": {"kind": "parser", "level": 3, "reads": ["xpos", "genre"]},
    "relatedness": {"kind": "pair_regressor", "level": 4, "reads": ["genre", "ease"]},
    "entailment": {"kind": "pair_classifier", "level": 5, "reads": ["xpos", "genre", "relatedness"]},
}
"""A cascade in which what is said of sentences is read by a parser and by pair tasks."""

_ALL_TASKS = {**TASKS, **OF_WORDS, **OF_SENTENCES}

LABELS = {
    "feats": ["Case=", "Case=Acc", "Number=", "Number=Plur", "Number=Sing", "[Number=Sing]", "[_]", "[...]"],
    "lemma": ["=be", "lower *", "lower *-2", "lower *-3+y"],
    "links": ["none", "some"],
    "genre": ["blog", "letter", "review"],
    "ease": ["0", "1", "2", "3"],
    "xpos": ["DT", "IN", "JJ", "NN", "PRP", "VBD", "."],
    "chunk": ["B-NP", "E-NP", "I-NP", "O", "S-NP", "S-VP"],
    "dep": ["det", "nsubj", "obl", "punct", "root"],
    "relatedness": ["1", "2", "3", "4", "5"],
    "entailment": ["contradiction", "entailment", "neutral"],
}


def tiny_model(
    tasks: Sequence[str] = tuple(TASKS),
    *,
    language: str = "en",
    seed: int = 1,
    changes: Mapping[str, dict[str, Any]] | None = None,
    sharing: Mapping[str, dict[str, Any]] | None = None,
    corpus_vectors: Sequence[str] = (),
    shortcut: bool = True,
) -> JointModel:
    """Build the cascade of `tasks`; what a task would read but is not among them is left out; `changes` sets keys."""
    reads = {name: [read for read in _ALL_TASKS[name].get("reads", []) if read in tasks] for name in tasks}
    chosen = {name: {**_ALL_TASKS[name], "reads": reads[name], **(changes or {}).get(name, {})} for name in tasks}
    sizes = {"hidden_size": 8, "word_size": 8, "ngram_size": 8, "label_size": 4}
    encoder = {**sizes, "corpus_vectors": corpus_vectors, "shortcut": shortcut}
    config = ModelConfig.model_validate(
        {"language": language, "encoder": encoder, "tasks": chosen, "sharing": sharing or {}}
    )
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    torch.manual_seed(seed)
    model = JointModel(config, lexicon, {name: LabelSet(LABELS[name]) for name in tasks})
    with torch.no_grad():  # classifiers start at zero, where all labels tie and every comparison would be vacuous
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return model.eval()
