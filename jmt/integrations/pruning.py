"""A smaller vocabulary for a trained model: rare words and n-grams become unknown, and their rows are dropped.

A word that is dropped is still read by its n-grams, an n-gram by the others of its word.
"""

from __future__ import annotations

import torch

from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.symbols.vocabulary import UNKNOWN, Vocabulary
from jmt.network.model import JointModel
from jmt.network.parts import TABLES


def prune(model: JointModel, *, word_minimum: int = 1, ngram_minimum: int = 1) -> JointModel:
    """Return the model without the words and n-grams that training saw less often than that."""
    if word_minimum <= 1 and ngram_minimum <= 1:
        return model
    words, word_rows = _keep_frequent(model.lexicon.words, word_minimum)
    ngrams, ngram_rows = _keep_frequent(model.lexicon.ngrams, ngram_minimum)
    weights = dict(model.state_dict())
    for table, rows in (("words", word_rows), ("ngrams", ngram_rows)):
        if TABLES[table] in weights:
            weights[TABLES[table]] = weights[TABLES[table]][rows]
    lexicon = Lexicon(words, ngrams, model.lexicon.ngram_sizes, model.lexicon.unit)
    pruned = JointModel(model.config, lexicon, model.labels, model.encoder.source)
    pruned.load_state_dict(weights)
    pruned.temperatures = model.temperatures
    return pruned.eval()


def _keep_frequent(symbols: Vocabulary, minimum: int) -> tuple[Vocabulary, torch.Tensor]:
    """Return the symbols seen at least `minimum` times, and the rows of the old table that are left, in order."""
    kept = [place for place, count in enumerate(symbols.counts) if count >= minimum]
    chosen = Vocabulary((symbols.symbols[place] for place in kept), (symbols.counts[place] for place in kept))
    return chosen, torch.tensor([UNKNOWN, *(place + 1 for place in kept)])
