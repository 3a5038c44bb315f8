"""One output layer per kind of task; `HEADS` is the whole table of them, by kind."""

from __future__ import annotations

from jmt.network.heads.base import Head
from jmt.network.heads.lemmatizer import Lemmatizer
from jmt.network.heads.linker import Linker
from jmt.network.heads.morphology import Morphology
from jmt.network.heads.of_wholes.classifier import Classifier
from jmt.network.heads.of_wholes.pair_classifier import PairClassifier
from jmt.network.heads.of_wholes.pair_regressor import PairRegressor
from jmt.network.heads.of_wholes.regressor import Regressor
from jmt.network.heads.parser import Parser
from jmt.network.heads.tagger import Tagger

HEADS: dict[str, type[Head]] = {
    "tagger": Tagger,
    "parser": Parser,
    "lemmatizer": Lemmatizer,
    "morphology": Morphology,
    "linker": Linker,
    "classifier": Classifier,
    "regressor": Regressor,
    "pair_regressor": PairRegressor,
    "pair_classifier": PairClassifier,
}

__all__ = [
    "HEADS",
    "Classifier",
    "Lemmatizer",
    "Linker",
    "Morphology",
    "PairClassifier",
    "PairRegressor",
    "Parser",
    "Regressor",
    "Tagger",
]
