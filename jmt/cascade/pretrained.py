"""A pretrained encoder as plain values: all that a checkpoint keeps of where a transformer comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


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
    def longest(self) -> int:
        """Most pieces in one pass, special ones included."""
        # RoBERTa's relatives count positions from the padding id on.
        shifted = self.family in ("roberta", "xlm-roberta", "camembert")
        return int(self.config["max_position_embeddings"]) - (int(self.config["pad_token_id"]) + 1 if shifted else 0)
