"""CoNLL-U survives reading and writing byte for byte, and what is malformed is refused with its line."""

from __future__ import annotations

import itertools
import tracemalloc

import pytest

from jmt.errors import CorpusError
from jmt.formats.conllu import read_conllu, read_conllu_file, read_treebank, write_sentence

RICH = """\
# newdoc id = home
# sent_id = home-1
# text = Don't  feed two cats, it _ says.
1-2\tDon't\t_\t_\t_\tTypo=No\t_\t_\t_\tSpacesAfter=\\s\\s
1\tDo\tdo\tAUX\tVB\tMood=Imp\t3\taux\t3:aux\t_
2\tn't\tnot\tPART\tRB\t_\t3\tadvmod\t3:advmod\t_
3\tfeed\tfeed\tVERB\tVB\t_\t0\troot\t0:root\t_
3.1\tplease\tplease\tINTJ\tUH\t_\t_\t_\t3:discourse\tCopyOf=3
3.2\tto\t_\t_\t_\t_\t_\t_\t3:case\t_
4\ttwo cats\tcat\tNOUN\t_\t_\t3\tobj\t3:obj\tSpaceAfter=No
5\t,\t,\tPUNCT\t,\t_\t7\tpunct\t7:punct\t_
6\tit\tit\tPRON\tPRP\t_\t8\tnsubj\t8:nsubj\t_
7\t_\t_\tSYM\tSYM\t_\t8\tdep\t8:dep\t_
8\tsays\tsay\tVERB\tVBZ\t_\t3\tparataxis\t3:parataxis\tSpaceAfter=No|Note=a=b
9\t.\t.\tPUNCT\t.\t_\t3\tpunct\t3:punct\t_

# text = Gone
0.1\tShe\tshe\tPRON\tPRP\t_\t_\t_\t1:nsubj\t_
1\tGone\tgo\tVERB\tVBN\t_\t0\troot\t0:root\t_

"""


def rows(*heads: int | str) -> str:
    """One sentence of CoNLL-U whose words have these heads."""
    return "".join(f"{i}\tw{i}\t_\t_\t_\t_\t{head}\tdep\t_\t_\n" for i, head in enumerate(heads, start=1)) + "\n"


def refusal(text: str, *, strict: bool = False) -> str:
    with pytest.raises(CorpusError) as raised:
        list(read_conllu(text, path="bank.conllu", strict=strict))
    return str(raised.value)


def test_multiword_tokens_empty_nodes_and_comments_survive_a_round_trip():
    assert "".join(map(write_sentence, read_conllu(RICH, strict=True))) == RICH


def test_what_is_read_stands_in_the_fields_of_the_sentence():
    first, second = read_conllu(RICH)

    assert first.sent_id == "home-1"
    assert first.text == "Don't  feed two cats, it _ says."
    assert [token.text for token in first.tokens][3:7] == ["two cats", ",", "it", "_"]
    assert [token.head for token in first.tokens] == [3, 3, 0, 3, 7, 8, 8, 3, 3]
    assert (first.tokens[2].upos, first.tokens[2].xpos, first.tokens[3].xpos) == ("VERB", "VB", None)
    assert [(m.first, m.last, m.text) for m in first.multiword_tokens] == [(1, 2, "Don't")]
    assert [node.position for node in first.empty_nodes] == ["3.1", "3.2"]
    assert (first.line, second.line) == (1, 17)


def test_a_real_underscore_is_a_word_like_any_other():
    (row,) = list(read_treebank_text("1\t_\t_\tSYM\t_\t_\t0\troot\t_\t_\n\n"))

    assert row["tokens"] == ["_"]


def read_treebank_text(text: str):
    return [{"tokens": [token.text for token in sentence.tokens]} for sentence in read_conllu(text, strict=True)]


def test_crlf_a_byte_order_mark_and_a_missing_last_line_end_are_accepted():
    changed = "\ufeff" + RICH.rstrip("\n").replace("\n", "\r\n")

    assert "".join(map(write_sentence, read_conllu(changed))) == RICH


def test_lines_may_come_one_by_one_with_or_without_their_ends():
    with_ends, without = RICH.splitlines(keepends=True), RICH.splitlines()

    assert list(read_conllu(with_ends)) == list(read_conllu(without)) == list(read_conllu(RICH))


def test_a_form_may_hold_what_other_readers_take_for_a_line_end():
    text = "1\ta\u2028b\x85c\t_\t_\t_\t_\t0\troot\t_\t_\n\n"

    (sentence,) = read_conllu(text)

    assert sentence.tokens[0].text == "a\u2028b\x85c"


def test_predictions_replace_only_their_own_columns():
    sentence, _ = read_conllu(RICH)
    sentence.tokens[2].labels["xpos"] = "NEW"
    sentence.tokens[2].labels["chunk"] = "B-VP"
    sentence.tokens[7].labels["chunk"] = "B-VP"
    sentence.tokens[8].head, sentence.tokens[8].deprel = 8, "changed"

    before, after = RICH.split("\n\n")[0].splitlines(), write_sentence(sentence).splitlines()

    changed = {old: new for old, new in zip(before, after, strict=False) if old != new}
    assert changed == {
        "3\tfeed\tfeed\tVERB\tVB\t_\t0\troot\t0:root\t_": "3\tfeed\tfeed\tVERB\tNEW\t_\t0\troot\t0:root\tChunk=B-VP",
        "8\tsays\tsay\tVERB\tVBZ\t_\t3\tparataxis\t3:parataxis\tSpaceAfter=No|Note=a=b": (
            "8\tsays\tsay\tVERB\tVBZ\t_\t3\tparataxis\t3:parataxis\tSpaceAfter=No|Note=a=b|Chunk=B-VP"
        ),
        "9\t.\t.\tPUNCT\t.\t_\t3\tpunct\t3:punct\t_": "9\t.\t.\tPUNCT\t.\t_\t8\tchanged\t3:punct\t_",
    }


def test_a_prediction_replaces_the_same_key_in_misc_where_it_stands():
    (sentence,) = read_conllu("1\ta\t_\t_\t_\t_\t_\t_\t_\tA=1|Chunk=O|Z=2\n\n")
    sentence.tokens[0].labels["chunk"] = "B-NP"

    assert write_sentence(sentence).rstrip("\n").endswith("\tA=1|Chunk=B-NP|Z=2")


def test_text_that_is_still_to_be_parsed_needs_no_heads():
    (sentence,) = read_conllu(rows("_", "_"))

    assert [token.head for token in sentence.tokens] == [None, None]
    assert refusal(rows("_", "_"), strict=True).startswith("bank.conllu:1: word 1 has no HEAD")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("# a\n1\tone\ttwo\n\n", 2, "3 columns where CoNLL-U has 10"),
        ("1 a _ _ _ _ 0 root _ _\n", 1, "separated by spaces"),
        (rows(0, 3), 2, "HEAD is 3, out of range; the sentence has 2 words"),
        (rows(0, "-1"), 2, "HEAD is `-1`"),
        (rows(0, "x"), 2, "HEAD is `x`"),
        (rows(0, "٣"), 2, "HEAD is `٣`"),
        (rows(0, 1, 0), 3, "second root: words 1 and 3"),
        (rows(0, 3, 4, 2), 2, "cycle: 2 -> 3 -> 4 -> 2"),
        (rows(0, 2), 2, "cycle: 2 -> 2"),
        (rows(2, 1), 1, "cycle: 1 -> 2 -> 1"),
        ("2\ta\t_\t_\t_\t_\t0\troot\t_\t_\n", 1, "ID is `2` where `1` must follow"),
        (rows(0).rstrip("\n") + "\n" + rows(0), 2, "ID is `1` where `2` must follow"),
        ("1\t\t_\t_\t_\t_\t0\troot\t_\t_\n", 1, "FORM is empty"),
        ("# only a comment\n\n", 1, "without a word"),
        (rows(0, "01"), 2, "HEAD is `01`"),
        ("1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n", 2, "ranges do not overlap"),
        (rows(0).rstrip("\n") + "\n1.2\te\t_\t_\t_\t_\t_\t_\t_\t_\n", 2, "an empty node here is `1.1`"),
        ("2-3\tab\t_\t_\t_\t_\t_\t_\t_\t_\n", 1, "ID is `2-3`"),
        ("1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n" + rows(0), 2, "`1-2` ends behind the last word"),
        ("1.1\tab\t_\t_\t_\t_\t_\t_\t_\t_\n" + rows(0), 1, "an empty node here is `0.1`"),
        (rows(0).rstrip("\n") + "\n# late\n\n", 2, "1 column where CoNLL-U has 10"),
    ],
)
def test_what_is_malformed_is_refused_with_its_line(text, line, reason):
    message = refusal(text)

    assert message.startswith(f"bank.conllu:{line}: ")
    assert reason in message


def test_lines_are_counted_across_sentences():
    assert refusal(RICH + rows(5)).startswith("bank.conllu:21: ")


def test_a_file_without_a_sentence_is_refused(file_of):
    with pytest.raises(CorpusError, match="no sentence in this file"):
        list(read_conllu_file(file_of("\n\n")))


def test_one_sentence_is_held_in_memory_at_a_time():
    lines = itertools.chain.from_iterable(itertools.repeat(rows(0, 1, 1).splitlines(), 5_000))
    tracemalloc.start()

    count = sum(1 for _ in read_conllu(lines))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 5_000
    assert peak < 500_000


def test_a_fault_is_reported_before_the_rest_of_a_file_without_empty_lines_is_read():
    read = []

    def endless():
        for number in itertools.count():
            read.append(number)
            yield "no columns"

    with pytest.raises(CorpusError):
        next(read_conllu(endless()))
    assert len(read) == 1


def test_a_treebank_row_holds_words_only(file_of):
    first, second = read_treebank(file_of(RICH))

    assert first["tokens"][:3] == ["Do", "n't", "feed"]
    assert first["head"] == [3, 3, 0, 3, 7, 8, 8, 3, 3]
    assert first["deprel"][:2] == ["aux", "advmod"]
    assert first["xpos"][3] == "_"
    assert (first["sent_id"], second["sent_id"]) == ("home-1", "")
    assert second["line"] == 17
    assert set(first) == {
        "tokens", "lemma", "upos", "xpos", "feats", "head", "deprel", "chunk", "text", "sent_id", "line",
    }  # fmt: skip


def test_a_treebank_row_takes_its_chunks_from_misc(file_of):
    path = file_of(rows(0, 1, 1).replace("_\n", "SpaceAfter=No|Chunk=B-NP\n", 1).replace("_\n", "NoChunk=I-VP\n", 1))

    assert next(read_treebank(path))["chunk"] == ["B-NP", "_", "_"]


@pytest.mark.parametrize(
    ("name", "sentences", "words"),
    [
        ("ewt/en_ewt-ud-train.conllu", 12_544, 204_577),
        ("ewt/en_ewt-ud-dev.conllu", 2_001, 25_147),
        ("gum/en_gum-ud-train.conllu", 10_224, 177_410),
        ("gum/en_gum-ud-dev.conllu", 1_575, 28_119),
        ("sequoia/fr_sequoia-ud-train.conllu", 2_231, 50_502),
        ("sequoia/fr_sequoia-ud-dev.conllu", 412, 9_999),
    ],
)
def test_a_real_treebank_survives_a_round_trip_byte_for_byte(corpus, name, sentences, words):
    path = corpus(name)
    count = words_read = 0
    with open(path, encoding="utf-8", newline="") as original:
        for sentence in read_conllu_file(path, strict=True):
            count += 1
            words_read += len(sentence.tokens)
            written = write_sentence(sentence)
            assert original.read(len(written)) == written
        assert original.read() == ""

    assert (count, words_read) == (sentences, words)
