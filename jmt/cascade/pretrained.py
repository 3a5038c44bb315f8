"""A pretrained encoder as plain values: all that a checkpoint keeps of where a transformer comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jmt.errors import ConfigError
from jmt.files.guards.encoder import MPNET_PADDING, types_of

FAMILIES = (
    *("bert", "roberta", "xlm-roberta", "camembert", "electra", "distilbert"),
    *("mpnet", "deberta-v2", "modernbert"),
)
"""Model types that can be tapped: those whose blocks are one list, each of them tested; -v3 calls itself deberta-v2."""


@dataclass(frozen=True, slots=True)
class Pretrained:
    """What describes a pretrained encoder; its weights are among those of the cascade."""

    config: dict[str, Any]
    """Its config.json."""
    tokenizer: str
    """Its tokenizer.json."""

    @property
    def family(self) -> str:
        """The model type."""
        return str(self.config.get("model_type"))

    @property
    def size(self) -> int:
        """H, the size of its hidden states."""
        return int(self.config.get("hidden_size") or self.config["dim"])

    @property
    def heads(self) -> int:
        """Attention heads of a block."""
        return int(self.config.get("num_attention_heads") or self.config["n_heads"])

    @property
    def layers(self) -> int:
        """Blocks, one above the other."""
        return int(self.config.get("num_hidden_layers") or self.config["n_layers"])

    @property
    def types(self) -> int | None:
        """How many types of pieces the embeddings tell apart; None: they are not looked at."""
        return types_of(self.config)

    @property
    def counted_from(self) -> int | None:
        """The padding piece, where places are counted from its number on and it has none; None: they are columns."""
        if self.family in ("roberta", "xlm-roberta", "camembert"):
            return int(self.config["pad_token_id"])
        return MPNET_PADDING if self.family == "mpnet" else None

    @property
    def longest(self) -> int:
        """Most pieces in one pass, special ones included."""
        shift = 0 if self.counted_from is None else self.counted_from + 1
        return int(self.config["max_position_embeddings"]) - shift


def check_family(config: Mapping[str, Any]) -> None:
    """Refuse families that are not known to work, and decoders.

    Raises:
        ConfigError: naming the families that work.
    """
    family = config.get("model_type")
    if family not in FAMILIES:
        raise ConfigError(f"encoder.pretrained: a {family!r} encoder; supported are {', '.join(FAMILIES)}")
    if config.get("is_decoder") or config.get("is_encoder_decoder") or config.get("add_cross_attention"):
        raise ConfigError("encoder.pretrained: this model is a decoder; an encoder is needed")
