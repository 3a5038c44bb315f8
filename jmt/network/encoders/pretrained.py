"""Pretrained encoders of Hugging Face: where they come from, and how their layers are built.

Only the embeddings and the blocks are used.  Loading a checkpoint of ours needs no hub and runs no code of others: the
family names the class, and anything else in a configuration that could name code is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from jmt.cascade.pretrained import Pretrained, check_family
from jmt.errors import ConfigError
from jmt.files.guards.encoder import ENCODER_KEYS, NAMES_OF_CLASSES, check_encoder, check_tokenizer_fits
from jmt.files.guards.tokenizer import read_tokenizer
from jmt.network.encoders.families import STACKS
from jmt.network.encoders.families.base import Stack
from jmt.network.layers.dropout import Dropout
from jmt.safety.foreign import foreign_code

_HUB_NAME = re.compile(r"[\w-][\w.-]{0,95}(/[\w-][\w.-]{0,95})?")
_HUB_SECONDS = 20.0
_ENCODERS_ARE = (
    "give a folder with config.json, tokenizer.json and model.safetensors, or the id of a model on the hub (owner/name)"
)

_FRAME = ("bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id")
"""Keys of a configuration that the tokenizer answers for."""


@dataclass(frozen=True, slots=True)
class FetchedEncoder(Pretrained):
    """A pretrained encoder to start from: one whose weights are at hand."""

    weights: Mapping[str, Tensor]
    """By our names."""


def build_stack(pretrained: Pretrained) -> Stack:
    """Build the layers; with the pretrained weights, where they are at hand.

    Raises:
        ConfigError: a family that is not supported.
    """
    check_family(pretrained.config)
    from transformers import AutoConfig, AutoModel

    beside = ("model_type", "architectures", *NAMES_OF_CLASSES)
    values = {key: value for key, value in pretrained.config.items() if key not in beside}
    config = AutoConfig.for_model(pretrained.family, **(values | dict.fromkeys(_FRAME)))
    for name in ("attention_probs_dropout_prob", "attention_dropout"):
        if hasattr(config, name):  # with attention dropout there is no fast attention on a CPU, and it matters least
            setattr(config, name, 0.0)
    kind = STACKS[pretrained.family]
    stack = kind(AutoModel.from_config(config, attn_implementation=kind.attention))  # type: ignore[no-untyped-call]
    _cheapen_dropout(stack)
    if isinstance(pretrained, FetchedEncoder):
        stack.load_state_dict(dict(pretrained.weights))
    return stack


def _cheapen_dropout(module: nn.Module) -> None:
    """Put our dropout, whose coins are cheap, in the place of torch's."""
    for name, child in module.named_children():
        if isinstance(child, nn.Dropout) and child.p > 0:
            setattr(module, name, Dropout(child.p))
        else:
            _cheapen_dropout(child)


@foreign_code("encoder.pretrained: cannot be read", ConfigError)
def fetch_pretrained(name: str) -> FetchedEncoder:
    """Read a pretrained encoder from a folder or, by its id, from the hub or the hub's local cache.

    Raises:
        ConfigError: nothing there, a family that is not supported, or a tokenizer without a fast form.
    """
    _check_is_somewhere(name)
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    try:
        config = json.loads(AutoConfig.from_pretrained(name).to_json_string(use_diff=False))
        check_family(config)
        kind = STACKS[config["model_type"]]
        tokenizer = AutoTokenizer.from_pretrained(name, add_prefix_space=True)
        model = AutoModel.from_pretrained(name, attn_implementation=kind.attention)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError(f"encoder.pretrained = {name!r}: cannot be read: {reason}; {_ENCODERS_ARE}") from None
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ConfigError(f"encoder.pretrained = {name!r}: its tokenizer has no fast form (tokenizer.json)")
    backend.no_truncation()
    backend.no_padding()
    written, plain = _behind_spaces(backend.to_str()), _plain_config(config)
    with foreign_code(f"encoder.pretrained = {name!r}: its configuration cannot be kept in a model", ConfigError):
        check_encoder(plain)
    with foreign_code(f"encoder.pretrained = {name!r}: its tokenizer cannot be kept in a model", ConfigError):
        check_tokenizer_fits(plain, read_tokenizer(written))
    return FetchedEncoder(plain, written, kind(model).state_dict())


def _check_is_somewhere(name: str) -> None:
    """Refuse a name that means nothing, before a library tries the network again and again.

    Raises:
        ConfigError: no folder has this name, and it is not found on the hub.
    """
    if Path(name).is_dir():
        return
    found = f"encoder.pretrained = {name!r}"
    if Path(name).exists():
        raise ConfigError(f"{found}: this is a file; {_ENCODERS_ARE}")
    if not _HUB_NAME.fullmatch(name) or (Path(name).parent.is_dir() and "/" in name):
        raise ConfigError(f"{found}: no such folder; {_ENCODERS_ARE}")
    from huggingface_hub import HfApi, try_to_load_from_cache

    if isinstance(try_to_load_from_cache(name, "config.json"), str):
        return
    try:
        HfApi().model_info(name, timeout=_HUB_SECONDS)
    except Exception as error:  # a network fails in more ways than the library's own errors name
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ConfigError(f"{found}: no such folder, and not found on the hub ({reason}); {_ENCODERS_ARE}") from None


def _behind_spaces(written: str) -> str:
    """Return a tokenizer.json that reads each word as if it stood behind a space: of bytes not all classes obey."""
    content = json.loads(written)
    part = content["pre_tokenizer"] or {}
    for each in part.get("pretokenizers", [part]):
        if each.get("type") == "ByteLevel":
            each["add_prefix_space"] = True
    return json.dumps(content, ensure_ascii=False)


def _plain_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what describes the network: no places, no versions, nothing that names code."""
    return {key: value for key, value in config.items() if key in ENCODER_KEYS and value is not None}
