"""Ways to spoil the checkpoint of a transformer, whose encoder and tokenizer are described by files of others."""

from __future__ import annotations

from typing import Any

from tests.assets.hostile_checkpoints import CONFIG, Attack, set_key, write

ENCODER, TOKENIZER = "encoder/config.json", "encoder/tokenizer.json"

ENDLESS: dict[str, Any] = {"type": "Replace", "pattern": {"Regex": "(a+)+$" * 9}, "content": ""}
SPLIT: dict[str, Any] = {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated", "invert": False}

TRANSFORMER: dict[str, Attack] = {
    "an unknown family": set_key(ENCODER, "model_type", value="evil"),
    "a decoder": set_key(ENCODER, "is_decoder", value=True),
    "auto_map": set_key(ENCODER, "auto_map", value={"AutoModel": "modeling.Evil", "AutoConfig": "modeling.Evil"}),
    "a kernel of others": set_key(ENCODER, "_attn_implementation", value="owner/kernel"),
    "a kernel of others, by its other name": set_key(ENCODER, "attn_implementation", value="owner/kernel"),
    "quantisation by others": set_key(ENCODER, "quantization_config", value={"quant_method": "evil"}),
    "code as the activation": set_key(ENCODER, "hidden_act", value="os.system"),
    "a billion layers": set_key(ENCODER, "num_hidden_layers", value=10**9),
    "a hidden size of a billion": set_key(ENCODER, "hidden_size", value=10**9),
    "a hidden size of a million": set_key(ENCODER, "hidden_size", value=10**6),
    "a million positions": set_key(ENCODER, "max_position_embeddings", value=10**6),
    "a padding piece that is none": set_key(ENCODER, "pad_token_id", value=10**5),
    "fewer pieces than the tokenizer has": set_key(ENCODER, "vocab_size", value=5),
    "no configuration": lambda folder, marker: (folder / ENCODER).unlink(),
    "no tokenizer": lambda folder, marker: (folder / TOKENIZER).unlink(),
    "a tokenizer of code": set_key(TOKENIZER, "pre_tokenizer", value={"type": "PyPreTokenizer", "code": "evil"}),
    "a pattern that never ends": set_key(TOKENIZER, "normalizer", value=ENDLESS),
    "feed-forward layers in chunks": set_key(ENCODER, "chunk_size_feed_forward", value=7),
    "a pattern that never ends, in a sequence": set_key(
        TOKENIZER, "normalizer", value={"type": "Sequence", "normalizers": [{"type": "NFC"}, ENDLESS]}
    ),
    "a way of splitting that we do not know, in a sequence of sequences": set_key(
        TOKENIZER,
        "pre_tokenizer",
        value={"type": "Sequence", "pretokenizers": [{"type": "Sequence", "pretokenizers": [SPLIT]}]},
    ),
    "a piece of negative number": set_key(TOKENIZER, "model", "vocab", "cat", value=-5),
    "a special piece that is none": set_key(
        TOKENIZER, "post_processor", value={"type": "BertProcessing", "sep": ["x", 10**6], "cls": ["y", 2]}
    ),
    "an added piece that is none": set_key(TOKENIZER, "added_tokens", value=[{"id": 10**6, "content": "x"}]),
    "a model that is none": set_key(TOKENIZER, "model", value={"type": "WordPiece"}),
    "a tokenizer that is no object": write(TOKENIZER, b"[]"),
    "tokenizer code beside it": write("encoder/tokenization_evil.py", b"raise SystemExit"),
    "a tokenizer configuration with code": write("encoder/tokenizer_config.py", b"raise SystemExit"),
    "taps beyond the top": set_key(CONFIG, "model", "encoder", "taps", value=[1, 2, 3, 3, 99]),
}

TURNS: dict[str, Any] = {"rope_type": "default", "rope_theta": 100.0}

FAMILIES: dict[str, dict[str, Attack]] = {
    "mpnet": {
        "a million kinds of distance": set_key(ENCODER, "relative_attention_num_buckets", value=10**6),
        "fewer pieces than its padding": set_key(ENCODER, "vocab_size", value=1),
        "heads that do not fit its biases": set_key(ENCODER, "num_attention_heads", value=4),
        "no heads": set_key(ENCODER, "num_attention_heads", value=0),
    },
    "deberta-v2": {
        "a convolution of a million": set_key(ENCODER, "conv_kernel_size", value=10**6 - 1),
        "a convolution that shortens": set_key(ENCODER, "conv_kernel_size", value=2),
        "code as the activation of its convolution": set_key(ENCODER, "conv_act", value="os.system"),
        "no groups in its convolution": set_key(ENCODER, "conv_groups", value=0),
        "a million distances": set_key(ENCODER, "position_buckets", value=10**6),
        "a kind of attention that is none": set_key(ENCODER, "pos_att_type", value=["p2p"]),
    },
    "modernbert": {
        "a scaling of places": set_key(ENCODER, "rope_parameters", "full_attention", value={**TURNS, "factor": 1e5}),
        "a scaling of places by a name": set_key(
            ENCODER, "rope_parameters", "full_attention", "rope_type", value="evil"
        ),
        "places that turn by nothing": set_key(ENCODER, "rope_parameters", "sliding_attention", "rope_theta", value=0),
        "layers without a kind": set_key(ENCODER, "layer_types", value=["full_attention"]),
        "layers that are none": set_key(ENCODER, "layer_types", value=["evil"] * 3),
        "code as its activation": set_key(ENCODER, "hidden_activation", value="os.system"),
        "a compiler": set_key(ENCODER, "reference_compile", value=True),
        "heads that cannot be turned": set_key(ENCODER, "num_attention_heads", value=16),
    },
}
"""Of families that bring more than places, by the family."""

BYTES: dict[str, Attack] = {
    "a tokenizer that splits by chance": set_key(TOKENIZER, "model", "dropout", value=0.5),
}
"""For an encoder whose tokenizer merges bytes."""
