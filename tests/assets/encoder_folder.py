"""A tiny pretrained encoder of any family as a folder, such as people start from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from tests.assets.tiny_transformer import tiny_pretrained


def write_encoder(
    folder: Path, family: str, *, layers: int = 3, longest: int = 128, changes: Mapping[str, Any] | None = None
) -> Path:
    """Write config.json, tokenizer.json and random weights, by the library's own hand; return the folder.

    `changes` are keys of config.json.
    """
    from transformers import AutoConfig, AutoModel

    pretrained = tiny_pretrained(family, longest=longest, layers=layers)
    values = {key: value for key, value in pretrained.config.items() if key != "model_type"} | dict(changes or {})
    torch.manual_seed(1)
    AutoModel.from_config(AutoConfig.for_model(family, **values)).save_pretrained(folder)
    (folder / "tokenizer.json").write_text(pretrained.tokenizer, encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}))
    return folder
