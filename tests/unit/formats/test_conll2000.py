"""CoNLL-2000 is read as it is written, with the escapes of the Penn Treebank undone."""

from __future__ import annotations

import pytest

from jmt.errors import CorpusError
from jmt.formats.conll2000 import read_conll2000, undo_ptb_escapes


def test_the_pound_sign_is_a_token_and_no_comment(file_of):
    path = file_of("It PRP B-NP\ncosts VBZ B-VP\n# # B-NP\n5 CD I-NP\n\n# # B-NP\n9 CD I-NP\n")

    first, second = read_conll2000(path)

    assert first["tokens"] == ["It", "costs", "#", "5"]
    assert first["pos"] == ["PRP", "VBZ", "#", "CD"]
    assert first["chunk"] == ["B-NP", "B-VP", "B-NP", "I-NP"]
    assert (first["line"], second["line"]) == (1, 6)


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("-LRB-", "("), ("-RRB-", ")"), ("-LSB-", "["), ("-RSB-", "]"), ("-LCB-", "{"), ("-RCB-", "}"),
        ("``", '"'), ("''", '"'), ("`", "'"), ("1\\/2", "1/2"), ("a\\/b\\/c", "a/b/c"), ("\\*\\*", "**"),
        ("'", "'"), ("'s", "'s"), ("--", "--"), ("#", "#"), ("-LRB-x", "-LRB-x"),
    ],
)  # fmt: skip
def test_an_escape_of_the_penn_treebank_is_undone(escaped, plain):
    assert undo_ptb_escapes(escaped) == plain


def test_escapes_may_be_kept(file_of):
    path = file_of("-LRB- ( O\n")

    assert next(read_conll2000(path))["tokens"] == ["("]
    assert next(read_conll2000(path, undo_escapes=False))["tokens"] == ["-LRB-"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a DT B-NP\nb NN\n", 2, "2 columns where CoNLL-2000 has 3"),
        ("a DT B-NP\n\nb NN I-NP x\n", 3, "4 columns"),
        ("a DT NP\n", 1, "label is `NP`"),
        ("a DT B-\n", 1, "label is `B-`"),
    ],
)
def test_what_is_malformed_is_refused_with_its_line(file_of, text, line, reason):
    path = file_of(text)

    with pytest.raises(CorpusError) as raised:
        list(read_conll2000(path))

    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert reason in str(raised.value)


def test_the_real_corpus_has_the_known_counts(corpus):
    sentences = list(read_conll2000(corpus("conll2000/train.txt")))

    assert len(sentences) == 8_936
    assert sum(len(row["tokens"]) for row in sentences) == 211_727
    assert sum(label.startswith("B-") for row in sentences for label in row["chunk"]) == 106_978
    assert sum(row["tokens"].count("#") for row in sentences) == 36
    assert len({label[2:] for row in sentences for label in row["chunk"]} - {""}) == 11
    assert not any("\\" in token or token.startswith("-LRB") for row in sentences for token in row["tokens"])


def test_the_line_that_begins_a_document_is_no_sentence_and_labels_have_no_invisible_ends(file_of):
    noted = []
    content = "-DOCSTART- -X- O\n\na NN B-NP\u200b\n\n-DOCSTART- -X- -X- O\nb NN\ufeff O\n"
    rows = list(read_conll2000(file_of(content), note=noted.append))

    assert [(row["tokens"], row["pos"], row["chunk"]) for row in rows] == [
        (["a"], ["NN"], ["B-NP"]),
        (["b"], ["NN"], ["O"]),
    ]
    assert [fault.line for fault in noted] == [3, 6]
