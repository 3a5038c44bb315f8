"""Sixty and more hostile model folders: tokenizers and cards above all, each with what is said of it, or survived.

An attack spoils a copy of a tiny transformer's checkpoint, whose manifest is then written anew.
"""

from __future__ import annotations

import base64
import json
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.assets.hostile_checkpoints import (
    CONFIG,
    LABELS,
    MANIFEST,
    VOCABULARY,
    Attack,
    edit_json,
    pipe_instead_of,
    raw_key,
    rewrite_header,
    set_key,
    weights,
    write,
)
from tests.assets.hostile_transformers import ENCODER, SPLIT, TOKENIZER

CARD = "card.json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to be hostile."""

    attack: Attack
    said: str
    """A regular expression that the one line matches; empty: the folder is survived."""
    family: str = "bert"
    signed: bool = True
    """Whether the manifest is made to fit."""


def sequence(*parts: Any) -> dict[str, Any]:
    """Return normalizers, one after the other."""
    return {"type": "Sequence", "normalizers": list(parts)}


def replace(pattern: str, content: str) -> dict[str, Any]:
    return {"type": "Replace", "pattern": {"String": pattern}, "content": content}


def regex(pattern: str) -> dict[str, Any]:
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": ""}


def nested(depth: int) -> bytes:
    """Return a tokenizer of normalizers in each other."""
    opening = b'{"type": "Sequence", "normalizers": ['
    return b'{"model": {}, "normalizer": ' + opening * depth + b"]}" * depth + b"}"


def normalizer(value: Any) -> Attack:
    return set_key(TOKENIZER, "normalizer", value=value)


def table(content: bytes, *, trie: int = 4) -> dict[str, Any]:
    """Return a precompiled table whose trie has so many bytes."""
    raw = struct.pack("<I", trie) + bytes(min(trie, 2**16)) + content
    return {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(raw).decode()}


def template(change: Callable[[dict[str, Any]], None]) -> Attack:
    """Change the post-processor."""
    return lambda folder, marker: edit_json(folder / TOKENIZER, lambda content: change(content["post_processor"]))


def add_tokens(*contents: str, start: int = 0) -> Attack:
    """Add pieces to a tokenizer."""

    def change(content: dict[str, Any]) -> None:
        flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized", "special"), False)
        content["added_tokens"] += [
            {"id": start + number, "content": text, **flags} for number, text in enumerate(contents)
        ]

    return lambda folder, marker: edit_json(folder / TOKENIZER, change)


def raw_in(file: str, old: bytes, new: bytes) -> Attack:
    """Exchange the first place where some bytes stand in a file."""

    def attack(folder: Path, marker: Path) -> None:
        content = (folder / file).read_bytes()
        assert old in content
        (folder / file).write_bytes(content.replace(old, new, 1))

    return attack


def many_tasks(content: dict[str, Any]) -> None:
    content["model"]["tasks"] = {f"t{number}": {} for number in range(10**5 // 2)}


def config(change: Callable[[dict[str, Any]], None]) -> Attack:
    return lambda folder, marker: edit_json(folder / CONFIG, change)


def hard_link(folder: Path, marker: Path) -> None:
    """Let the labels be another name of a file elsewhere."""
    (folder / LABELS).rename(folder.parent / "elsewhere.json")
    os.link(folder.parent / "elsewhere.json", folder / LABELS)


def device_link(folder: Path, marker: Path) -> None:
    (folder / CARD).unlink()
    (folder / CARD).symlink_to("/dev/zero")


def sparse_weights(folder: Path, marker: Path) -> None:
    """Make the weights as large as a well-formed header and the manifest say, without writing them."""
    name, size = "encoder.vast", 2**33
    header = json.dumps({name: {"dtype": "F32", "shape": [2**16, 2**15], "data_offsets": [0, size]}}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    os.truncate(folder / "model.safetensors", 8 + len(header) + size)
    entry = {"bytes": 8 + len(header) + size, "sha256": "0" * 64}
    edit_json(folder / MANIFEST, lambda content: content.update({"model.safetensors": entry}))


def header_text(old: bytes, new: bytes) -> Attack:
    """Change the text of the weights' header, its length kept right."""

    def attack(folder: Path, marker: Path) -> None:
        content = (folder / "model.safetensors").read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        header = content[8 : 8 + length].replace(old, new, 1)
        (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + content[8 + length :])

    return attack


def twice(folder: Path, marker: Path) -> None:
    """Let the header of the weights name a tensor twice."""
    from tests.assets.hostile_weights import header_of

    name, entry = next((name, entry) for name, entry in header_of(folder)[0].items() if "dtype" in entry)
    header_text(b"{", b"{" + json.dumps({name: entry}).encode()[1:-1] + b",")(folder, marker)


def shape_of(shape: list[int]) -> Attack:
    def change(header: dict[str, Any]) -> None:
        next(entry for entry in header.values() if "shape" in entry)["shape"] = shape

    return rewrite_header(change)


def scales(value: float) -> Attack:
    """Store a matrix as integers whose scales are all the same."""

    def change(tensors: dict[str, Any]) -> None:
        name = next(name for name, tensor in tensors.items() if tensor.dim() == 2)
        tensors[f"{name}:scale"] = tensors[name].amax(dim=-1) * 0 + value
        tensors[name] = tensors[name].char()

    return weights(change)


HUGE = 10 * 2**20
ESCAPES = "\x1b[31m\x1b]0;owned\x07\u202eevil\x9b2J"
LISTS = b"[" + b"[]," * (2**20 // 4) + b"[]]"

TOKENIZERS: dict[str, Kind] = {
    "a pattern of exponential time": Kind(normalizer(regex("(a+)+b")), "pattern.*KnownRegex|pattern.*Regex"),
    "a short pattern that nobody needs": Kind(normalizer(regex("a*a*a*b")), "pattern.*Regex"),
    "a pattern that splits": Kind(set_key(TOKENIZER, "pre_tokenizer", value=SPLIT), "pre_tokenizer"),
    "fifteen doublings": Kind(normalizer(sequence(*[replace("a", "aa")] * 15)), "may make .* at most 200,000"),
    "forty doublings, sequence in sequence": Kind(
        normalizer(sequence(*[sequence(*[replace("a", "aa")] * 10)] * 4)), "over 32 parts"
    ),
    "a replacement of ten megabytes": Kind(normalizer(replace("a", "a" * HUGE)), "content: a text of 10,485,760"),
    "ten megabytes before every word": Kind(
        normalizer({"type": "Prepend", "prepend": "a" * HUGE}), "prepend: a text of 10,485,760"
    ),
    "twelve signs for one": Kind(
        normalizer(sequence(*[replace("a", "a" * 12)] * 4)), "may make .* at most 200,000"
    ),
    "an added piece of ten megabytes": Kind(add_tokens("a" * HUGE), "content: a text of 10,485,760"),
    "a hundred thousand added pieces": Kind(add_tokens(*map(str, range(10**5))), "at most .* are read"),
    "thousands of added pieces": Kind(add_tokens(*map(str, range(2_000))), "added_tokens: a list of 2,004"),
    "an added piece of no letters": Kind(add_tokens(""), "added_tokens"),
    "an added piece whose number is another's": Kind(add_tokens("zebra", start=3), "'zebra' is said to have"),
    "words of a billion characters": Kind(
        set_key(TOKENIZER, "model", "max_input_chars_per_word", value=10**9), "max_input_chars_per_word"
    ),
    "words of 201 characters": Kind(
        set_key(TOKENIZER, "model", "max_input_chars_per_word", value=201), "max_input_chars_per_word.*200"
    ),
    "sixteen thousand normalizers in each other": Kind(write(TOKENIZER, nested(2**14)), "nested"),
    "thirty normalizers in each other": Kind(write(TOKENIZER, nested(30)), "nested more than 32"),
    "sixteen thousand normalizers side by side": Kind(
        normalizer(sequence(*[{"type": "NFC"}] * 2**14)), "over 32 parts"
    ),
    "a piece of a megabyte": Kind(
        set_key(TOKENIZER, "model", "vocab", "a" * 2**20, value=7), "of 1048576 characters has the number 7"
    ),
    "four hundred thousand pieces": Kind(
        set_key(TOKENIZER, "model", "vocab", value={str(n): n for n in range(4 * 10**5)}),
        "(values|keys); at most .* are read",
    ),
    "a prefix of pieces of a megabyte": Kind(
        set_key(TOKENIZER, "model", "continuing_subword_prefix", value="#" * 2**20), "a text of 1,048,576"
    ),
    "an unknown piece that is none": Kind(
        set_key(TOKENIZER, "model", "unk_token", value="zebra"), "'zebra' is no piece"
    ),
    "an unknown piece out of range": Kind(
        set_key(TOKENIZER, "model", "unk_id", value=10**6), "unk_id: 1000000", family="camembert"
    ),
    "a piece of infinite score": Kind(
        raw_in(TOKENIZER, b"-2.0", b"1e999"), "1e999 is beyond every number", family="camembert"
    ),
    "merges of what is no piece": Kind(
        set_key(TOKENIZER, "model", "merges", value=[["zebra", "a"]]), "tokenizer.json.*zebra", family="roberta"
    ),
    "a merge of three": Kind(
        set_key(TOKENIZER, "model", "merges", value=[["a", "b", "c"]]), "no pair of pieces", family="roberta"
    ),
    "a template without the sentence": Kind(template(lambda part: part["single"].pop(1)), "single: sentences"),
    "a template of a hundred thousand places": Kind(
        template(lambda part: part.update(single=part["single"] * 33_333)), "at most"
    ),
    "a template of a thousand special pieces": Kind(
        template(lambda part: part["special_tokens"]["[CLS]"].update(ids=[2] * 1_000)), "special_tokens.*ids"
    ),
    "a type that the encoder has not": Kind(
        template(lambda part: part["pair"][-1]["SpecialToken"].update(type_id=9)), "a piece of type 9"
    ),
    "a table that maps a letter to ten thousand": Kind(
        normalizer(table(b"a" * 10_000)), "makes 10,000 characters of one"
    ),
    "a table that points nowhere": Kind(normalizer(table(b"a", trie=2**30)), "its trie is longer"),
    "a table that is no base64": Kind(
        normalizer({"type": "Precompiled", "precompiled_charsmap": "\x00\ud83d"}), "precompiled"
    ),
    "words of which nothing is left": Kind(normalizer(replace("a", "")), "nothing is left"),
    "a key that nobody knows": Kind(set_key(TOKENIZER, "auto_map", value="evil"), "unknown key 'auto_map'"),
    "half a surrogate pair as a piece": Kind(
        set_key(TOKENIZER, "model", "vocab", "\ud800", value=7), "tokenizer.json"
    ),
    "sixty megabytes of empty lists as a tokenizer": Kind(
        write(TOKENIZER, b'{"a": [' + b"[]," * (20 * 2**20) + b"[]]}"), "bytes; a file of this name has at most"
    ),
    "eighteen megabytes of empty lists as a tokenizer": Kind(
        write(TOKENIZER, b'{"a": [' + b"[]," * (6 * 2**20) + b"[]]}"), "(values|keys); at most .* are read"
    ),
    "a decoder, truncation and padding beyond all sense": Kind(
        lambda folder, marker: edit_json(
            folder / TOKENIZER,
            lambda content: content.update(
                decoder={"type": "Replace", "pattern": {"Regex": "(a+)+b"}, "content": "x" * 10**5},
                truncation={"max_length": 10**30, "strategy": "LongestFirst", "stride": 10**29},
                padding={"strategy": {"Fixed": 10**12}, "pad_token": "x" * 10**5},
            ),
        ),
        "",
    ),
}  # fmt: skip

CARDS: dict[str, Kind] = {
    "a card of sixty megabytes of empty lists": Kind(
        write(CARD, b'{"a": [' + b"[]," * (20 * 2**20) + b"[]]}"), "card.json.* at most 1,048,576"
    ),
    "a card of a megabyte of empty lists": Kind(write(CARD, b'{"a": ' + LISTS + b"}"), "values; at most 50,000"),
    "a card of fifteen thousand facts": Kind(
        write(CARD, json.dumps({f"fact {n}": n for n in range(15_000)}).encode()), ""
    ),
    "a card of endless lines, lines without end, and a number of four thousand digits": Kind(
        write(
            CARD,
            json.dumps({"note": "x" * 4 * 10**5, "command": "\n" * 2 * 10**5, "seed": 10**4_000}).encode(),
        ),
        "",
    ),
    "a card that steers the terminal": Kind(
        write(CARD, json.dumps({"name": ESCAPES, ESCAPES: ESCAPES, "licence": ESCAPES}).encode()), ""
    ),
    "a card with half a surrogate pair": Kind(write(CARD, b'{"note": "\\ud800"}'), ""),
    "a card of a number of a hundred thousand digits": Kind(
        write(CARD, b'{"seed": ' + b"9" * 10**5 + b"}"), "card.json"
    ),
    "a card of NaN": Kind(write(CARD, b'{"seed": NaN}'), "NaN is no JSON"),
    "a card of 1e999": Kind(write(CARD, b'{"seed": -1e999}'), "beyond every number"),
    "a card with a mark of byte order": Kind(write(CARD, b"\xef\xbb\xbf{}"), "card.json"),
    "a card in UTF-16": Kind(write(CARD, '{"a": 1}'.encode("utf-16")), "card.json"),
    "a card whose licences are a list": Kind(write(CARD, b'{"licences": [1]}'), "licences: an object is expected"),
    "a card whose releases are a list": Kind(write(CARD, b'{"releases": [1]}'), "releases: an object is expected"),
    "a card whose teacher is a text": Kind(write(CARD, b'{"distilled_from": "x"}'), "distilled_from: an object"),
    "a card whose licences are no texts": Kind(write(CARD, b'{"licences": {"ewt": {}}}'), "licences: an object"),
    "a card of thousands of licences": Kind(
        write(CARD, json.dumps({"licences": {f"corpus {n}": "CC-BY-NC-SA-4.0" for n in range(9_000)}}).encode()),
        "of 9,000 corpora",
    ),
    "a card that is a device": Kind(device_link, "`card.json` is a link", signed=False),
    "a card that is a pipe": Kind(pipe_instead_of(CARD), "`card.json` is a pipe", signed=False),
}

OTHERS: dict[str, Kind] = {
    "a million labels": Kind(write(LABELS, b'{"xpos": [' + b'"a",' * 10**6 + b'"a"]}'), "labels.json"),
    "twenty thousand labels": Kind(set_key(LABELS, "xpos", value=["a"] * 20_000), "1 to 10,000 labels"),
    "labels that steer the terminal": Kind(set_key(LABELS, "xpos", value=[ESCAPES] * 7), "is no label"),
    "fifty thousand tasks": Kind(config(many_tasks), "config.json.*(values|keys); at most"),
    "a thousand levels of wrong tasks": Kind(
        config(lambda content: content["model"]["tasks"].update({f"t{n}": {"kind": "evil"} for n in range(900)})), "t0"
    ),
    "n-grams of every length": Kind(set_key(CONFIG, "model", "encoder", "ngrams", value=[2] * 1_000), "ngrams"),
    "n-grams of a million characters": Kind(set_key(CONFIG, "model", "encoder", "ngrams", value=[10**6]), "ngrams"),
    "a key that steers the terminal": Kind(set_key(CONFIG, "model", ESCAPES, value=1), "key of"),
    "counts that are negative": Kind(set_key(VOCABULARY, "words", value=[["a", -1]] * 1), "a count is from 0"),
    "counts beyond all numbers": Kind(set_key(VOCABULARY, "words", value=[["a", 10**300]] * 1), "a count is from 0"),
    "three hundred thousand words without weights": Kind(
        set_key(VOCABULARY, "words", value=[[str(n), 1] for n in range(3 * 10**5)]),
        "(values|keys); at most .* are read",
    ),
    "a word with NUL": Kind(raw_in(VOCABULARY, b'"', b'"\\u0000'), "vocabulary|KeyError|words"),
    "sparse weights of eight gigabytes": Kind(sparse_weights, "were never written", signed=False),
    "a tensor twice": Kind(twice, "stands there twice"),
    "a tensor of no side": Kind(shape_of([0, 7]), "of shape"),
    "a shape that overflows": Kind(shape_of([2**40, 2**40]), "of shape"),
    "negative scales": Kind(scales(-1.0), "scales that are negative"),
    "scales that are no numbers": Kind(scales(float("nan")), "scales that are negative or no finite"),
    "a million layers": Kind(set_key(ENCODER, "num_hidden_layers", value=10**6), "at most 256"),
    "two positions": Kind(set_key(ENCODER, "max_position_embeddings", value=2), "from 8 upwards"),
    "a padding piece below zero": Kind(set_key(ENCODER, "pad_token_id", value=-3), "from 0 upwards"),
    "no types": Kind(set_key(ENCODER, "type_vocab_size", value=0), "types|shape"),
    "no attention heads": Kind(set_key(ENCODER, "num_attention_heads", value=0), "not a checkpoint"),
    "a name in the manifest that steers the terminal": Kind(
        lambda folder, marker: edit_json(folder / MANIFEST, lambda content: content.update({ESCAPES: {}})),
        "does not name a file",
        signed=False,
    ),
    "a manifest of ten thousand files": Kind(
        lambda folder, marker: edit_json(
            folder / MANIFEST,
            lambda content: content.update({f"{n}.json": {"bytes": 1, "sha256": ""} for n in range(10_000)}),
        ),
        "no readable manifest.json.* keys; at most",
        signed=False,
    ),
    "a card of two megabytes for the reader": Kind(write("README.md", b"x" * 2**21), "`README.md` has 2,097,152 bytes"),
    "labels that are a file elsewhere by another name": Kind(hard_link, ""),
    "a key twice in a tokenizer": Kind(raw_key(TOKENIZER, b'"normalizer": null,'), "stands there twice"),
}  # fmt: skip

KINDS = {**TOKENIZERS, **CARDS, **OTHERS}
