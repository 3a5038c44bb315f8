"""The body of the cascade: hidden states of words for every level; `build_encoder` is the whole table."""

from __future__ import annotations

from collections.abc import Sequence

from jmt.data.lexicon import Lexicon
from jmt.encoders.bilstm import BiLSTMEncoder
from jmt.encoders.config import BiLSTMConfig, LevelInputs, TransformerConfig
from jmt.encoders.pretrained import Pretrained
from jmt.encoders.transformer import TransformerEncoder

__all__ = ["BiLSTMEncoder", "Pretrained", "TransformerEncoder"]


def build_encoder(
    config: BiLSTMConfig | TransformerConfig,
    lexicon: Lexicon,
    levels: Sequence[LevelInputs],
    pretrained: Pretrained | None,
) -> BiLSTMEncoder | TransformerEncoder:
    """Build the encoder that `[encoder]` asks for; a transformer needs its pretrained configuration and tokenizer."""
    if isinstance(config, BiLSTMConfig):
        return BiLSTMEncoder(config, lexicon, levels)
    if pretrained is None:
        raise TypeError("a transformer is built from a pretrained encoder's configuration")
    return TransformerEncoder(config, lexicon, levels, pretrained)
