"""One output layer per kind of task; `HEADS` is the whole table of them, by kind."""

from __future__ import annotations

from jmt.network.heads.pair_classifier import PairClassifier
from jmt.network.heads.pair_regressor import PairRegressor
from jmt.network.heads.parser import Parser
from jmt.network.heads.tagger import Tagger

HEADS: dict[str, type[Tagger] | type[Parser] | type[PairRegressor] | type[PairClassifier]] = {
    "tagger": Tagger,
    "parser": Parser,
    "pair_regressor": PairRegressor,
    "pair_classifier": PairClassifier,
}

__all__ = ["HEADS", "PairClassifier", "PairRegressor", "Parser", "Tagger"]
