"""What encoder/config.json may say: keys of networks that we know, sane values, and nothing that names code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jmt.files.guards.values import check_values

if TYPE_CHECKING:
    from jmt.files.guards.tokenizer import CheckedTokenizer

_ACTIVATIONS = frozenset("gelu gelu_new gelu_fast gelu_python gelu_pytorch_tanh quick_gelu relu silu".split())
"""Activations that a pretrained encoder may name."""

ENCODER_KEYS = frozenset(
    "activation add_cross_attention architectures attention_dropout attention_probs_dropout_prob bos_token_id "
    "chunk_size_feed_forward classifier_dropout dim dropout embedding_size eos_token_id gradient_checkpointing "
    "hidden_act hidden_dim hidden_dropout_prob hidden_size id2label initializer_range intermediate_size is_decoder "
    "is_encoder_decoder label2id layer_norm_eps max_position_embeddings model_type n_heads n_layers "
    "num_attention_heads num_hidden_layers output_attentions output_hidden_states output_past pad_token_id "
    "position_embedding_type qa_dropout return_dict seq_classif_dropout sinusoidal_pos_embds summary_activation "
    "summary_last_dropout summary_type summary_use_proj tie_word_embeddings type_vocab_size use_cache vocab_size "
    "relative_attention_num_buckets "  # MPNet's
    "conv_act conv_groups conv_kernel_size max_relative_positions norm_rel_ebd pos_att_type position_biased_input "
    "position_buckets relative_attention share_att_key "  # DeBERTa's
    "attention_bias embedding_dropout hidden_activation layer_types local_attention mlp_bias mlp_dropout norm_bias "
    "norm_eps rope_parameters".split()  # ModernBERT's
)
"""Keys of encoder/config.json: what describes the network, and what describes nothing of ours; none names code."""

NAMES_OF_CLASSES = ("id2label", "label2id")
"""Keys that describe a head which is not there; one may have thousands of classes."""

MPNET_PADDING = 1
"""The padding piece of MPNet, which the library takes for granted."""

MPNET_BUCKETS = 32
"""Kinds of distance that MPNet tells apart, likewise."""

_LEAST_POSITIONS = 8
_WIDEST_CONVOLUTION = 15
_ATTENTION_TYPES = ("full_attention", "sliding_attention")
_TYPELESS = ("distilbert", "mpnet", "modernbert")


def types_of(config: Mapping[str, Any]) -> int | None:
    """Return how many types of pieces an encoder tells apart; None: it does not look at them."""
    if config.get("model_type") == "deberta-v2":
        return int(config.get("type_vocab_size", 0)) or None
    return None if config.get("model_type") in _TYPELESS else int(config.get("type_vocab_size", 2))


def check_encoder(config: Mapping[str, Any]) -> None:
    """Refuse a pretrained encoder's configuration that could name code, or that no encoder of ours has."""
    unknown = sorted(config.keys() - ENCODER_KEYS)
    if unknown:
        raise ValueError(f"unknown key {unknown[0][:50]!r}")
    check_values({key: value for key, value in config.items() if key not in NAMES_OF_CLASSES})
    for key in ("hidden_act", "activation", "hidden_activation"):
        if config.get(key, "gelu") not in _ACTIVATIONS:
            raise ValueError(f"{key} = {str(config[key])[:50]!r} is no activation")
    if config.get("chunk_size_feed_forward"):
        raise ValueError("chunk_size_feed_forward is not supported")
    for key, least in (("vocab_size", 1), ("max_position_embeddings", _LEAST_POSITIONS), ("pad_token_id", 0)):
        if key in config:
            _check_whole(config, key, least)
    if config.get("pad_token_id", 0) >= config.get("vocab_size", 0):
        raise ValueError(f"pad_token_id = {config['pad_token_id']}: there are {config.get('vocab_size', 0)} pieces")
    family = config.get("model_type")
    if family == "mpnet" and config.get("relative_attention_num_buckets", MPNET_BUCKETS) != MPNET_BUCKETS:
        raise ValueError(f"relative_attention_num_buckets: {MPNET_BUCKETS} is expected")
    if family == "deberta-v2":
        _check_deberta(config)
    if family == "modernbert":
        _check_modernbert(config)


def _check_whole(config: Mapping[str, Any], key: str, least: int) -> None:
    """Refuse what is no whole number, or too small a one."""
    if type(config[key]) is not int or config[key] < least:
        raise ValueError(f"{key} = {str(config[key])[:50]}: a whole number from {least} upwards is expected")


def _check_deberta(config: Mapping[str, Any]) -> None:
    """Refuse distances and convolutions that no DeBERTa has."""
    kinds = config.get("pos_att_type", [])
    if not isinstance(kinds, list) or not all(kind in ("c2p", "p2c") for kind in kinds):
        raise ValueError(f"pos_att_type = {str(kinds)[:50]}: a list of c2p and p2c is expected")
    if config.get("norm_rel_ebd", "none") not in ("none", "layer_norm"):
        raise ValueError(f"norm_rel_ebd = {str(config['norm_rel_ebd'])[:50]!r}: none or layer_norm is expected")
    if config.get("conv_act", "tanh") not in _ACTIVATIONS | {"tanh"}:
        raise ValueError(f"conv_act = {str(config['conv_act'])[:50]!r} is no activation")
    for key in ("position_buckets", "max_relative_positions"):
        _check_whole({key: -1, **config}, key, -1)
    width = config.get("conv_kernel_size", 0)
    _check_whole({"conv_kernel_size": width}, "conv_kernel_size", 0)
    if width and (width % 2 == 0 or width > _WIDEST_CONVOLUTION):
        raise ValueError(f"conv_kernel_size = {width}: an odd number up to {_WIDEST_CONVOLUTION} is expected, or 0")


def _check_modernbert(config: Mapping[str, Any]) -> None:
    """Refuse layers that look otherwise than ModernBERT's, places that are scaled, and heads that cannot be turned."""
    kinds, layers = config.get("layer_types"), config.get("num_hidden_layers")
    if not isinstance(kinds, list) or len(kinds) != layers or not all(kind in _ATTENTION_TYPES for kind in kinds):
        raise ValueError(f"layer_types = {str(kinds)[:50]}: for each layer one of {', '.join(_ATTENTION_TYPES)}")
    _check_whole({"local_attention": None, **config}, "local_attention", 0)
    turns = config.get("rope_parameters")
    if not isinstance(turns, Mapping) or turns.keys() != set(_ATTENTION_TYPES):
        raise ValueError(f"rope_parameters: an object of {' and '.join(_ATTENTION_TYPES)} is expected")
    for kind, turn in turns.items():
        if (
            not isinstance(turn, Mapping)
            or turn.keys() != {"rope_type", "rope_theta"}
            or turn["rope_type"] != "default"
        ):
            raise ValueError(
                f"rope_parameters: {kind} = {str(turn)[:80]}: rope_type default and rope_theta are expected"
            )
        if not isinstance(turn["rope_theta"], int | float) or not turn["rope_theta"] >= 1:
            raise ValueError(f"rope_parameters: {kind}: rope_theta = {str(turn['rope_theta'])[:30]}: at least 1")
    if config["hidden_size"] % (2 * config["num_attention_heads"]):
        raise ValueError(f"hidden_size = {config['hidden_size']}: heads of even size are expected")


def check_tokenizer_fits(config: Mapping[str, Any], tokenizer: CheckedTokenizer) -> None:
    """Refuse a tokenizer that gives pieces or types of which the encoder knows nothing."""
    if tokenizer.highest >= config["vocab_size"]:
        raise ValueError(f"a piece of number {tokenizer.highest}, the encoder has {config['vocab_size']} pieces")
    types = types_of(config)
    if types is not None and tokenizer.types >= types:
        raise ValueError(f"a piece of type {tokenizer.types}, the encoder has {types} types")
