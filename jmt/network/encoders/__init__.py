"""The body of the cascade: hidden states of words for every level; `build_encoder` is the whole table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jmt.cascade.encoder_config import BiLSTMConfig, LevelInputs, LevelSharing, TransformerConfig
from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.encoders.base import Encoder
from jmt.network.encoders.bilstm import BiLSTMEncoder
from jmt.network.encoders.columns import ColumnEncoder
from jmt.network.encoders.transformer import TransformerEncoder

__all__ = ["BiLSTMEncoder", "ColumnEncoder", "Encoder", "TransformerEncoder"]


def build_encoder(
    config: BiLSTMConfig | TransformerConfig,
    lexicon: Lexicon,
    levels: Sequence[LevelInputs],
    pretrained: Pretrained | None,
    columns: Mapping[str, int],
    sharing: Mapping[int, LevelSharing],
) -> Encoder[Any, Any]:
    """Build the encoder that `[encoder]` asks for; a transformer needs its pretrained configuration and tokenizer.

    `columns` has the level of every task, `sharing` the levels that not all tasks share.
    """
    if isinstance(config, BiLSTMConfig) and sharing:
        return ColumnEncoder(config, lexicon, levels, columns, sharing)
    if isinstance(config, BiLSTMConfig):
        return BiLSTMEncoder(config, lexicon, levels)
    if pretrained is None:
        raise TypeError("a transformer is built from a pretrained encoder's configuration")
    return TransformerEncoder(config, lexicon, levels, pretrained, columns)
