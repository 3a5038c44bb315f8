"""A trained cascade apart from its weights: what every engine builds its network from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jmt.cascade.config import ModelConfig
from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Cascade:
    """Configuration and symbols."""

    config: ModelConfig
    lexicon: Lexicon
    """Words and n-grams, in the order of their rows in the weights."""
    labels: Mapping[str, LabelSet]
    """Of every task."""
    pretrained: Pretrained | None = None
    """Of a transformer: the encoder that it was built on."""
