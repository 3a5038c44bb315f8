"""A model of all kinds of heads, far too small to be right."""

from __future__ import annotations

import torch

from jmt.cascade import ModelConfig
from jmt.data.labels import LabelSet
from jmt.data.lexicon import Lexicon
from jmt.model import JointModel

SENTENCES = [["The", "dog", "barks", "."], ["Cats", "sleep"], ["Why", "do", "birds", "sing", "?"]]

LABELS = {
    "upos": ["ADV", "AUX", "DET", "NOUN", "PRON", "PUNCT", "VERB"],
    "chunk": ["B-NP", "B-VP", "E-NP", "E-VP", "I-NP", "O", "S-NP", "S-VP"],
    "dep": ["advmod", "aux", "det", "nsubj", "punct", "root"],
    "relatedness": ["1", "2", "3", "4", "5"],
    "entailment": ["contradiction", "entailment", "neutral"],
}


def tiny_model(seed: int = 1) -> JointModel:
    """A cascade with random weights."""
    config = ModelConfig.model_validate(
        {
            "encoder": {"hidden_size": 8, "word_size": 8, "ngram_size": 8, "label_size": 8},
            "tasks": {
                "upos": {"kind": "tagger", "level": 1, "column": "upos"},
                "chunk": {"kind": "tagger", "level": 2, "column": "chunk", "scheme": "iobes", "reads": ["upos"]},
                "dep": {"kind": "parser", "level": 3, "reads": ["upos", "chunk"]},
                "relatedness": {"kind": "pair_regressor", "level": 4, "reads": ["upos"], "score_range": [1, 5]},
                "entailment": {"kind": "pair_classifier", "level": 5, "reads": ["relatedness"]},
            },
        }
    )
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    torch.manual_seed(seed)
    model = JointModel(config, lexicon, {task: LabelSet(names) for task, names in LABELS.items()})
    for parameter in model.parameters():  # many start at zero, where every label is as good as another
        torch.nn.init.normal_(parameter, std=0.3)
    return model.eval()
