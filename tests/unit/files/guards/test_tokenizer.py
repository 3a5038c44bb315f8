"""A tokenizer of others is built of known parts alone, and may make little of a word."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable
from typing import Any

import pytest
from tokenizers import Tokenizer, pre_tokenizers

from jmt.cascade.symbols.pieces import PieceTokenizer
from jmt.files.guards.tokenizer import build_tokenizer, read_tokenizer
from jmt.files.guards.tokenizer_parts import LONGEST_WORD
from tests.assets.tiny_transformer import TOKENIZERS, byte_tokenizer, wordpiece_tokenizer

WORDS = ["The", "naïve", "cats", "İstanbul", "今天", "e\u0301", "``", "don't", "ﬁx", "a" * 150, "x\u200by", "▁"]


def families() -> dict[str, Callable[[], Any]]:
    """Tokenizers as transformers itself makes them of a few pieces, by family."""
    import transformers

    letters = sorted({sign for word in WORDS for sign in word} | set("abcdefghijklmnopqrstuvwxyz"))
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    pieces = {piece: place for place, piece in enumerate([*marks, *letters, *(f"##{sign}" for sign in letters)])}
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    roberta = {piece: place for place, piece in enumerate([*marks[5:], *alphabet, "th"])}
    deberta = {piece: place for place, piece in enumerate([*marks[:5], *alphabet, "th"])}
    scored = [(mark, 0.0) for mark in ("<s>", "<pad>", "</s>", "<unk>", "▁")] + [(sign, -3.0) for sign in letters]
    deberta_scored = [(mark, 0.0) for mark in ("[PAD]", "[CLS]", "[SEP]", "[UNK]")] + scored[4:]
    merges = [("t", "h")]
    return {
        "bert": lambda: transformers.BertTokenizer(vocab=pieces),
        "distilbert": lambda: transformers.DistilBertTokenizer(vocab=pieces),
        "electra": lambda: transformers.ElectraTokenizer(vocab=pieces),
        "mpnet": lambda: transformers.MPNetTokenizer(vocab=pieces),
        "roberta": lambda: transformers.RobertaTokenizer(vocab=roberta, merges=merges, add_prefix_space=True),
        "deberta": lambda: transformers.DebertaTokenizer(vocab=deberta, merges=merges, add_prefix_space=True),
        "xlm-roberta": lambda: transformers.XLMRobertaTokenizer(vocab=scored, add_prefix_space=True),
        "camembert": lambda: transformers.CamembertTokenizer(vocab=scored),
        "deberta-v2": lambda: transformers.DebertaV2Tokenizer(vocab=deberta_scored, unk_id=3, split_by_punct=True),
    }


@pytest.mark.parametrize(
    "family",
    ["bert", "distilbert", "electra", "mpnet", "roberta", "deberta", "xlm-roberta", "camembert", "deberta-v2"],
)
def test_the_tokenizers_of_known_families_are_built_as_they_are(family: str):
    written = families()[family]().backend_tokenizer.to_str()
    original, built = Tokenizer.from_str(written), build_tokenizer(read_tokenizer(written))
    for tokenizer in (original, built):
        tokenizer.no_truncation()
        tokenizer.no_padding()
    for words in [*([word] for word in WORDS), WORDS]:
        assert built.encode(words, is_pretokenized=True).ids == original.encode(words, is_pretokenized=True).ids


def normalized(normalizer: Any) -> str:
    """Return the tiny word-piece tokenizer with another normalizer."""
    return json.dumps({**json.loads(wordpiece_tokenizer()), "normalizer": normalizer})


def test_the_precompiled_table_of_sentence_piece_is_known_by_what_it_leads_to():
    def table(text: str) -> str:
        raw = struct.pack("<I", 4) + bytes(4) + text.encode()
        return normalized({"type": "Precompiled", "precompiled_charsmap": base64.b64encode(raw).decode()})

    assert read_tokenizer(table("ab\0صلى الله عليه وسلم\0c\0")).growth == 18
    with pytest.raises(ValueError, match="makes 21 characters of one; at most 20"):
        read_tokenizer(table("ab\0" + "x" * 21))


@pytest.mark.parametrize(
    ("count", "fits"), [(1, True), (9, True), (10, False), (16, False)]
)  # 200 * 2^9 = 102,400 characters
def test_what_normalizers_may_make_of_a_word_is_bounded_in_all(count: int, fits: bool):
    doubling = {"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}
    written = normalized({"type": "Sequence", "normalizers": [doubling] * count})
    if fits:
        assert read_tokenizer(written).growth == 2**count
    else:
        with pytest.raises(ValueError, match=r"may make [0-9,]+ characters of a word of 200; at most 200,000"):
            read_tokenizer(written)


def test_a_tokenizer_sees_two_hundred_characters_of_a_word():
    tokenizer = PieceTokenizer(byte_tokenizer(), longest=512)
    endless = "abcdefghij" * 100_000
    [found] = tokenizer.look_up([endless])
    half = LONGEST_WORD // 2
    assert [found] == tokenizer.look_up([endless[:half] + endless[-half:]])


@pytest.mark.parametrize("family", ["bert", "roberta", "camembert"])
def test_words_are_tokenized_alike_however_many_at_a_time(family: str, monkeypatch: pytest.MonkeyPatch):
    together = PieceTokenizer(TOKENIZERS[family](), longest=64).look_up(WORDS)
    calls = []
    monkeypatch.setattr("jmt.cascade.symbols.pieces.MOST_CHARACTERS", 40)
    few = PieceTokenizer(TOKENIZERS[family](), longest=64)
    monkeypatch.setattr(few, "_batches", spy(few._batches, calls))
    assert few.look_up(WORDS) == together
    assert len(calls) > 3
    assert [word for batch in calls for word in batch] == WORDS


def spy(method: Callable[[Any], Any], calls: list[Any]) -> Callable[[Any], Any]:
    """Note what an iterator gives."""

    def noted(words: Any) -> Any:
        for batch in method(words):
            calls.append(batch)
            yield batch

    return noted


def in_lists(part: dict[str, Any], inside: str, levels: int) -> dict[str, Any]:
    """Return sixteen times a part, and that so many levels deep."""
    for _ in range(levels):
        part = {"type": "Sequence", inside: [part] * 16}
    return part


ADDED = {
    "id": 1,
    "content": "[A]",
    **dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False),
    "special": True,
}
SPOILED: dict[str, tuple[str, Callable[[dict[str, Any]], object], str]] = {
    "a jungle of normalizers": (
        "bert",
        lambda made: made.update(normalizer=in_lists({"type": "NFC"}, "normalizers", 2)),
        "normalizer: over 32 parts",
    ),
    "a jungle of ways to split": (
        "bert",
        lambda made: made.update(pre_tokenizer=in_lists({"type": "Whitespace"}, "pretokenizers", 2)),
        "a sequence of .* parts; at most 32",
    ),
    "two tables": (
        "bert",
        lambda made: made.update(
            normalizer={
                "type": "Sequence",
                "normalizers": [{"type": "Precompiled", "precompiled_charsmap": None}] * 2,
            }
        ),
        "2 precompiled tables; one is allowed",
    ),
    "an endless pattern": (
        "bert",
        lambda made: made.update(normalizer={"type": "Replace", "pattern": {"String": "a" * 17}, "content": ""}),
        "at most 16 characters",
    ),
    "a crowd of added pieces": (
        "bert",
        lambda made: made.update(added_tokens=[{**ADDED, "content": f"[{n}]"} for n in range(1_001)]),
        "at most 1,000|at most 1000",
    ),
    "no piece for what is unknown": (
        "bert",
        lambda made: made["model"].update(unk_token="nowhere"),
        "model.unk_token: 'nowhere' is no piece",
    ),
    "a score beyond all numbers": (
        "camembert",
        lambda made: made["model"]["vocab"].__setitem__(5, ["x", 1.1e9]),
        "has the score 1100000000",
    ),
    "a negative score beyond all numbers": (
        "camembert",
        lambda made: made["model"]["vocab"].__setitem__(5, ["x", -1.1e9]),
        "has the score -1100000000",
    ),
    "an unknown piece behind the last": (
        "camembert",
        lambda made: made["model"].update(unk_id=len(made["model"]["vocab"])),
        r"model.unk_id: \d+ is not one of the \d+ pieces",
    ),
    "merges longer than pieces": (
        "roberta",
        lambda made: made["model"].update(merges=[["a" * 301, "b" * 300]]),
        "model.merges: .* longer than pieces are",
    ),
    "merges by chance": (
        "roberta",
        lambda made: made["model"].update(dropout=0.1),
        r"model\..*dropout = .*less than or equal to 0",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_is_spoiled_is_named(name: str):
    family, spoil, message = SPOILED[name]
    made = json.loads(TOKENIZERS[family]())
    assert read_tokenizer(json.dumps(made))
    spoil(made)
    with pytest.raises(ValueError, match=message):
        read_tokenizer(json.dumps(made))


def test_an_added_piece_that_gets_another_number_than_it_says_is_refused():
    made = json.loads(wordpiece_tokenizer())
    made["added_tokens"] = [{**ADDED, "id": 999}]
    with pytest.raises(ValueError, match=r"added_tokens: '\[A\]' is said to have the number 999, and gets"):
        build_tokenizer(read_tokenizer(json.dumps(made)))
