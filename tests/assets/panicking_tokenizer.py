"""A tokenizer whose native code panics on one word, past every check of ours."""

from __future__ import annotations

import json
from typing import Any

from tests.assets.tiny_transformer import wordpiece_tokenizer

EVIL = "a" * 40 + "c"
"""The word on which a pattern takes exponential time, until its library gives up and panics."""


def panicking_tokenizer() -> Any:
    """Build the word-piece tokenizer of the tiny models with such a pattern."""
    from tokenizers import Tokenizer

    content = json.loads(wordpiece_tokenizer())
    content["normalizer"] = {"type": "Replace", "pattern": {"Regex": "(a+)+b"}, "content": ""}
    return Tokenizer.from_str(json.dumps(content))
