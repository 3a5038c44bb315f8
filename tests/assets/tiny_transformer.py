"""Pretrained encoders of every supported family, tiny and random, with tokenizers made of our own sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from jmt.cascade.config import ModelConfig
from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.model import JointModel
from tests.assets.tiny_model import LABELS, SENTENCES, TASKS

SHAPE = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32}
LONGEST = 32
"""Pieces that the tiny encoders take, special ones included."""

BERT_SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
ROBERTA_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")


def wordpiece_tokenizer() -> str:
    """Build an uncased WordPiece tokenizer that knows letters, and a few words whole."""
    letters = sorted({letter for sentence in SENTENCES for word in sentence for letter in word.lower()})
    symbols = [*BERT_SPECIALS, *letters, *(f"##{letter}" for letter in letters), "cat", "dog", "the", "##ked"]
    tokenizer = Tokenizer(models.WordPiece({symbol: place for place, symbol in enumerate(symbols)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.add_special_tokens(list(BERT_SPECIALS))
    return str(tokenizer.to_str())


def byte_tokenizer() -> str:
    """Build a cased byte-level tokenizer without merges."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    symbols = {symbol: place for place, symbol in enumerate([*ROBERTA_SPECIALS, *alphabet])}
    tokenizer = Tokenizer(models.BPE(symbols, [], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=True)
    tokenizer.add_special_tokens(list(ROBERTA_SPECIALS))
    return str(tokenizer.to_str())


def unigram_tokenizer() -> str:
    """Build a sentence-piece tokenizer of single letters."""
    letters = sorted({letter for sentence in SENTENCES for word in sentence for letter in word})
    symbols = [(special, 0.0) for special in ROBERTA_SPECIALS] + [("▁", -2.0)] + [(letter, -3.0) for letter in letters]
    tokenizer = Tokenizer(models.Unigram(symbols, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(list(ROBERTA_SPECIALS))
    return str(tokenizer.to_str())


def mpnet_tokenizer() -> str:
    """Build MPNet's: the pieces of BERT, framed as RoBERTa's."""
    of_bert = Tokenizer.from_str(wordpiece_tokenizer())
    known = sorted(of_bert.get_vocab().keys() - set(BERT_SPECIALS))
    symbols = [*ROBERTA_SPECIALS[:3], "[UNK]", *known]
    tokenizer = Tokenizer(models.WordPiece({symbol: place for place, symbol in enumerate(symbols)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = of_bert.normalizer, of_bert.pre_tokenizer
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    tokenizer.add_special_tokens(symbols[:4])
    return str(tokenizer.to_str())


def deberta_tokenizer() -> str:
    """Build DeBERTa's: the pieces of sentence-piece, framed as BERT's."""
    letters = sorted({letter for sentence in SENTENCES for word in sentence for letter in word})
    specials = ("[PAD]", "[CLS]", "[SEP]", "[UNK]")
    symbols = [(special, 0.0) for special in specials] + [("▁", -2.0)] + [(letter, -3.0) for letter in letters]
    tokenizer = Tokenizer(models.Unigram(symbols, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.add_special_tokens(list(specials))
    return str(tokenizer.to_str())


DISTILBERT_SHAPE = {"dim": 16, "n_heads": 2, "hidden_dim": 32}
ROBERTA_IDS = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1}

TOKENIZERS = {
    "bert": wordpiece_tokenizer,
    "electra": wordpiece_tokenizer,
    "distilbert": wordpiece_tokenizer,
    "roberta": byte_tokenizer,
    "xlm-roberta": unigram_tokenizer,
    "camembert": unigram_tokenizer,
    "mpnet": mpnet_tokenizer,
    "deberta-v2": deberta_tokenizer,
    "modernbert": byte_tokenizer,
}

OWN: dict[str, dict[str, Any]] = {
    "electra": {"embedding_size": 8},
    "deberta-v2": {
        "relative_attention": True,
        "position_buckets": 4,
        "norm_rel_ebd": "layer_norm",
        "share_att_key": True,
        "pos_att_type": ["p2c", "c2p"],
        "position_biased_input": False,
        "conv_kernel_size": 3,
        "conv_act": "gelu",
        "type_vocab_size": 0,
    },
    "modernbert": {
        "hidden_activation": "gelu",
        "local_attention": 8,  # four pieces on either side
        "rope_parameters": {
            "full_attention": {"rope_type": "default", "rope_theta": 1600.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
        },
    },
}
"""What a family has besides the sizes of all."""


def tiny_pretrained(family: str = "bert", *, longest: int = LONGEST, layers: int = 3) -> Pretrained:
    """Build a random encoder of a family, without weights."""
    shape: dict[str, Any] = {**(DISTILBERT_SHAPE if family == "distilbert" else SHAPE), **OWN.get(family, {})}
    shape["n_layers" if family == "distilbert" else "num_hidden_layers"] = layers
    if family == "modernbert":
        shape["layer_types"] = [f"{'sliding' if layer % 3 else 'full'}_attention" for layer in range(layers)]
    tokenizer = TOKENIZERS[family]()
    roberta = tokenizer.count("<pad>") > 0
    ids = ROBERTA_IDS if roberta else {"pad_token_id": 0}
    positions = longest + (2 if roberta and family != "modernbert" else 0)
    vocabulary = Tokenizer.from_str(tokenizer).get_vocab_size()
    config = {"model_type": family, "max_position_embeddings": positions, "vocab_size": vocabulary, **ids, **shape}
    return Pretrained(config, tokenizer)


def tiny_transformer(
    family: str = "bert",
    *,
    longest: int = LONGEST,
    seed: int = 1,
    tasks: Mapping[str, dict[str, Any]] = TASKS,
    **encoder: Any,
) -> JointModel:
    """Build the five-task cascade, or one of other tasks, on a tiny encoder; `encoder` sets keys of `[encoder]`."""
    sizes = {"word_size": 4, "ngram_size": 4, "label_size": 4, "taps": [1, 2, 3, 3, 3], "overlap": 4}
    config = ModelConfig.model_validate(
        {"encoder": {"kind": "transformer", "pretrained": family, **sizes, **encoder}, "tasks": tasks}
    )
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    torch.manual_seed(seed)
    labels = {name: LabelSet(LABELS[name]) for name in tasks}
    model = JointModel(config, lexicon, labels, tiny_pretrained(family, longest=longest))
    with torch.no_grad():  # what starts at zero would make every comparison vacuous
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return model.eval()
