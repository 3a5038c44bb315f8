"""One output layer per kind of task, forward only; `HEADS` is the whole table of them, by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jmt.cascade.symbols.labels import LabelSet
from jmt.files.quantise import Array
from jmt.runtime.heads.base import Head
from jmt.runtime.heads.linker import Linker
from jmt.runtime.heads.of_wholes import PairClassifier, PairRegressor, SentenceHead
from jmt.runtime.heads.of_words import Morphology, WordClassifier, build_tagger
from jmt.runtime.heads.parser import Parser

HEADS: dict[str, Callable[[Any, LabelSet, Mapping[str, Array]], Head]] = {
    "tagger": build_tagger,
    "parser": Parser,
    "lemmatizer": WordClassifier,
    "morphology": Morphology,
    "linker": Linker,
    "classifier": SentenceHead,
    "regressor": SentenceHead,
    "pair_regressor": PairRegressor,
    "pair_classifier": PairClassifier,
}

__all__ = ["HEADS", "Head"]
