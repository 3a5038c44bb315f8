"""What the JSON files of a checkpoint may say, beyond their schema: sane numbers, names, labels that fit.

The configuration's own models refuse unknown keys and wrong types; here is what they cannot see, such as a billion
levels, which would be a billion turns of a loop before any memory is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

MOST_LAYERS = 256
"""Of anything that is built one after the other."""

LAYER_KEYS = frozenset({"level", "num_hidden_layers", "n_layers", "hidden_layers", "layers"})

LARGEST_NUMBER = 1_000_000
LONGEST_TEXT = 1_000
LONGEST_LIST = 1_000
MOST_LABELS = 10_000
MOST_SYMBOLS = 5_000_000

LANGUAGE = re.compile(r"[a-z]{2,3}")

ACTIVATIONS = frozenset("gelu gelu_new gelu_fast gelu_python gelu_pytorch_tanh quick_gelu relu silu".split())
"""Activations that a pretrained encoder may name."""

ENCODER_KEYS = frozenset(
    "activation add_cross_attention architectures attention_dropout attention_probs_dropout_prob bos_token_id "
    "chunk_size_feed_forward classifier_dropout dim dropout embedding_size eos_token_id gradient_checkpointing "
    "hidden_act hidden_dim hidden_dropout_prob hidden_size id2label initializer_range intermediate_size is_decoder "
    "is_encoder_decoder label2id layer_norm_eps max_position_embeddings model_type n_heads n_layers "
    "num_attention_heads num_hidden_layers output_attentions output_hidden_states output_past pad_token_id "
    "position_embedding_type qa_dropout return_dict seq_classif_dropout sinusoidal_pos_embds summary_activation "
    "summary_last_dropout summary_type summary_use_proj tie_word_embeddings type_vocab_size use_cache "
    "vocab_size".split()
)
"""Keys of encoder/config.json: what describes the network, and what describes nothing of ours; none names code."""

TOKENIZER_PARTS = {
    "model": {"WordPiece", "BPE", "Unigram"},
    "normalizer": {
        "BertNormalizer", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Strip", "StripAccents", "Nmt", "Precompiled",
        "Replace", "Prepend", "Sequence",
    },
    "pre_tokenizer": {"BertPreTokenizer", "ByteLevel", "Metaspace", "Whitespace", "WhitespaceSplit", "Sequence"},
    "post_processor": {"TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel", "Sequence"},
}  # fmt: skip
"""Kinds of part that tokenizer.json may be made of; the decoder is never used."""


def check_values(content: Any, key: str = "") -> None:
    """Refuse numbers, texts and lists that no configuration of ours has; raises ValueError naming the key."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            check_name(name)
            check_values(value, name)
    elif isinstance(content, list):
        if len(content) > LONGEST_LIST:
            raise ValueError(f"{key}: a list of {len(content):,}")
        for value in content:
            check_values(value, key)
    elif isinstance(content, str) and len(content) > LONGEST_TEXT:
        raise ValueError(f"{key}: a text of {len(content):,} characters")
    elif isinstance(content, int | float):
        most = MOST_LAYERS if key in LAYER_KEYS else LARGEST_NUMBER
        if abs(content) > most:
            raise ValueError(f"{key} = {str(content)[:30]}: at most {most:,} is sensible")


def check_name(name: str) -> None:
    """Refuse a key or the name of a task that would break what it is written into."""
    if not (0 < len(name) <= 100 and name.isprintable()):
        raise ValueError(f"a key of {len(name)} characters, or with signs that cannot be printed: {name[:50]!r}")


def check_language(language: str) -> None:
    """Refuse what is not a language code: the code names the module of spaCy that is imported."""
    if not LANGUAGE.fullmatch(language):
        raise ValueError(f"language = {language[:50]!r} is no code of two or three letters")


def check_labels(labels: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    """Refuse labels that do not belong to the tasks (name to kind), or that no corpus could have given."""
    if labels.keys() != kinds.keys():
        raise ValueError(f"labels.json has the tasks {', '.join(labels)}, config.json {', '.join(kinds)}")
    for task, names in labels.items():
        if not isinstance(names, list) or not 0 < len(names) <= MOST_LABELS:
            raise ValueError(f"labels.json: {task} needs a list of 1 to {MOST_LABELS:,} labels")
        wrong = [name for name in names if not (isinstance(name, str) and len(name) <= 200 and name.isprintable())]
        if wrong:
            raise ValueError(f"labels.json: {task}: {str(wrong[0])[:50]!r} is no label")
        if kinds[task] == "pair_regressor":
            check_points(task, names)


def check_points(task: str, names: Sequence[str]) -> None:
    """Refuse the scale of a graded task unless it is whole numbers that follow each other."""
    if not all(re.fullmatch(r"-?[0-9]{1,6}", name) for name in names):
        raise ValueError(f"labels.json: {task} is graded: its labels are whole numbers")
    points = [int(name) for name in names]
    if points != list(range(points[0], points[0] + len(points))):
        raise ValueError(f"labels.json: {task} is graded: its labels are whole numbers that follow each other")


def check_symbols(entries: Any, what: str) -> None:
    """Refuse a vocabulary that is not a list of distinct symbols, each with its count."""
    if not isinstance(entries, list) or len(entries) > MOST_SYMBOLS:
        raise ValueError(f"vocabulary.json: {what} is no list of at most {MOST_SYMBOLS:,} symbols")
    for entry in entries:
        if not (isinstance(entry, list) and len(entry) == 2 and type(entry[0]) is str and type(entry[1]) is int):
            raise ValueError(f"vocabulary.json: {what}: {str(entry)[:50]} is no symbol with its count")
    if len({symbol for symbol, _ in entries}) < len(entries):
        raise ValueError(f"vocabulary.json: {what}: a symbol stands there twice")


def check_encoder(config: Mapping[str, Any], tokenizer: Mapping[str, Any]) -> None:
    """Refuse a pretrained encoder's configuration or tokenizer that could name code, or that do not belong together."""
    unknown = sorted(config.keys() - ENCODER_KEYS)
    if unknown:
        raise ValueError(f"encoder/config.json: unknown key {unknown[0][:50]!r}")
    check_values(config)
    for key in ("hidden_act", "activation"):
        if config.get(key, "gelu") not in ACTIVATIONS:
            raise ValueError(f"encoder/config.json: {key} = {str(config[key])[:50]!r} is no activation")
    if config.get("chunk_size_feed_forward"):
        raise ValueError("encoder/config.json: chunk_size_feed_forward is not supported")
    check_tokenizer(tokenizer)
    highest = max(piece_ids(tokenizer), default=-1)
    rows = config.get("vocab_size")
    if type(rows) is not int or highest >= rows:
        raise ValueError(f"encoder/tokenizer.json has a piece of number {highest}, the encoder {rows} pieces")


def check_tokenizer(tokenizer: Mapping[str, Any]) -> None:
    """Refuse parts of a tokenizer that we do not know, patterns that could take for ever, and chance."""
    for place, known in TOKENIZER_PARTS.items():
        for part in parts_of(tokenizer.get(place)):
            if part.get("type") not in known:
                raise ValueError(f"encoder/tokenizer.json: a {place} of type {str(part.get('type'))[:50]!r}")
            pattern = part.get("pattern")
            text = next(iter(pattern.values()), "") if isinstance(pattern, Mapping) else ""
            if len(str(text)) > 20:
                raise ValueError(f"encoder/tokenizer.json: a {place} with a long pattern")
    model = tokenizer.get("model")
    if not isinstance(model, Mapping) or model.get("dropout"):
        raise ValueError("encoder/tokenizer.json: no model, or one that splits words by chance")


def parts_of(part: Any) -> list[Mapping[str, Any]]:
    """Return a part of a tokenizer and all parts in it; raises ValueError for what is none."""
    if part is None:
        return []
    if not isinstance(part, Mapping):
        raise ValueError("encoder/tokenizer.json: a part that is no object")
    inner = [*(part.get("normalizers") or []), *(part.get("pretokenizers") or []), *(part.get("processors") or [])]
    return [part, *(found for each in inner for found in parts_of(each))]


def piece_ids(tokenizer: Mapping[str, Any]) -> list[int]:
    """Return the numbers of all pieces that a tokenizer can give."""
    vocabulary = tokenizer["model"].get("vocab")
    others = [token.get("id") for token in tokenizer.get("added_tokens") or [] if isinstance(token, Mapping)]
    for part in parts_of(tokenizer.get("post_processor")):
        specials = part.get("special_tokens") or {}
        others += [number for special in specials.values() for number in special["ids"]]
        others += [part[name][1] for name in ("sep", "cls") if name in part]
    if isinstance(vocabulary, list):
        ids = [len(vocabulary) - 1, *others]
    elif isinstance(vocabulary, Mapping):
        ids = [*vocabulary.values(), *others]
    else:
        raise ValueError("encoder/tokenizer.json: no pieces")
    numbers = [number for number in ids if type(number) is int and 0 <= number <= MOST_SYMBOLS]
    if len(numbers) < len(ids):
        raise ValueError("encoder/tokenizer.json: a piece whose number is none")
    return numbers
