"""Pretrained encoders in torch, family by family; `STACKS` is the whole table of them, by model type."""

from __future__ import annotations

from jmt.network.encoders.families.base import DistilBertStack, Stack
from jmt.network.encoders.families.deberta import DebertaStack
from jmt.network.encoders.families.modernbert import ModernBertStack
from jmt.network.encoders.families.mpnet import MPNetStack

STACKS: dict[str, type[Stack]] = {
    "bert": Stack,
    "roberta": Stack,
    "xlm-roberta": Stack,
    "camembert": Stack,
    "electra": Stack,
    "distilbert": DistilBertStack,
    "mpnet": MPNetStack,
    "deberta-v2": DebertaStack,
    "modernbert": ModernBertStack,
}
