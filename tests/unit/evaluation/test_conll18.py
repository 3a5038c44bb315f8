"""The scores of CoNLL 2018: each rule in a small sentence, and all numbers against udtools on random readings."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jmt.cascade.symbols.examples import GoldTree
from jmt.cascade.symbols.values import Tree
from jmt.document import Sentence
from jmt.evaluation.conll18 import Score, score_sentences
from jmt.evaluation.metrics.attachment import Attachment
from jmt.formats.conllu import read_conllu
from tests.assets.udtools_scores import score_as_udtools, scores_of_udtools


def conllu(*lines: str) -> str:
    """CoNLL-U of lines such as `1 She she PRON PRP Case=Nom 2 nsubj`; an empty one ends a sentence, `~` is a space."""
    rows = []
    for line in [*lines, ""]:
        cells = [cell.replace("~", " ") for cell in line.split()]
        rows.append("\t".join(cells + ["_"] * (10 - len(cells)) if cells else cells))
    return "\n".join(rows) + "\n"


GOLD = """1 The the DET DT Definite=Def|PronType=Art 2 det
2 dogs dog NOUN NNS Number=Plur 4 nsubj:pass
3 were be AUX VBD Mood=Ind|Tense=Past 4 aux:pass
4 fed feed VERB VBN VerbForm=Part 0 root
5 . . PUNCT . _ 4 punct"""


def f1(own: str, *names: str, gold: str = GOLD) -> list[float]:
    """F1 of some scores of an own reading, all of which are checked."""
    scores = score_as_udtools(conllu(*gold.split("\n")), conllu(*own.split("\n"))).scores
    return [scores[name].f1 for name in names]


def test_a_treebank_agrees_with_itself_in_everything() -> None:
    table = score_as_udtools(conllu(*GOLD.split("\n")), conllu(*GOLD.split("\n")))
    assert {score.f1 for score in table.scores.values()} == {1.0}
    assert table.left_out == {}


def test_features_count_in_any_order_and_only_those_of_the_shared_task() -> None:
    own = GOLD.replace("Definite=Def|PronType=Art", "PronType=Art|Definite=Def").replace("Number=Plur", "Number=Sing")
    own = own.replace("VerbForm=Part", "Clusivity=In|VerbForm=Part|Voice=Pass").replace("PUNCT . _", "PUNCT . Style=X")
    assert f1(own, "ufeats", "alltags") == [3 / 5, 3 / 5]  # `dogs` has another value, `fed` one too many


def test_alltags_needs_both_tags_and_the_features() -> None:
    own = GOLD.replace("DET DT", "PRON DT").replace("NOUN NNS", "NOUN NN").replace("Tense=Past", "Tense=Pres")
    assert f1(own, "upos", "xpos", "ufeats", "alltags") == [4 / 5, 4 / 5, 4 / 5, 2 / 5]


def test_subtypes_of_relations_are_ignored() -> None:
    own = GOLD.replace("nsubj:pass", "nsubj:outer").replace("aux:pass", "aux").replace("0 root", "0 root:x")
    assert f1(own, "las", "clas", "mlas", "blex") == [1.0] * 4


def test_clas_counts_content_words_by_the_relations_of_each_side() -> None:
    own = GOLD.replace("4 aux:pass", "4 advmod").replace("4 punct", "4 dep").replace("4 nsubj:pass", "4 obj")
    table = score_as_udtools(conllu(*GOLD.split("\n")), conllu(*own.split("\n")))
    assert table.scores["clas"] == Score(gold=2, own=4, correct=1, aligned=2)
    assert table.scores["uas"].f1 == 1.0


def test_mlas_asks_for_tags_features_and_the_function_words_of_a_content_word() -> None:
    assert f1(GOLD.replace("DET DT", "PRON DT"), "clas", "mlas", "blex") == [1.0, 1 / 2, 1.0]
    assert f1(GOLD.replace("Tense=Past", "Tense=Pres"), "clas", "mlas") == [1.0, 1 / 2]
    assert f1(GOLD.replace("PronType=Art 2 det", "PronType=Art 4 det"), "clas", "mlas") == [1.0, 0.0]
    assert f1(GOLD.replace("2 det", "2 case"), "clas", "mlas") == [1.0, 1 / 2]
    assert f1(GOLD.replace("4 punct", "4 cc"), "clas", "mlas") == [1.0, 1 / 2]  # one function word too many
    assert f1(GOLD.replace("VerbForm=Part", "VerbForm=Ger"), "clas", "mlas", "blex") == [1.0, 1 / 2, 1.0]


def test_mlas_asks_for_the_very_function_words_and_not_for_others_like_them() -> None:
    gold = """1 a a DET DT _ 2 det
2 dog dog NOUN NN _ 3 nsubj
3 saw see VERB VBD _ 0 root
4 a a DET DT _ 5 det
5 cat cat NOUN NN _ 3 obj"""
    own = gold.replace("2 det", "9 det").replace("5 det", "2 det").replace("9 det", "5 det")
    assert f1(own, "upos", "ufeats", "clas", "mlas", gold=gold) == [1.0, 1.0, 1.0, 1 / 3]


def test_blex_asks_for_the_lemma_of_a_content_word_alone() -> None:
    own = GOLD.replace("dogs dog", "dogs Dog").replace("were be", "were were")
    assert f1(own, "lemmas", "clas", "mlas", "blex") == [3 / 5, 1.0, 1.0, 1 / 2]


def test_a_lemma_that_the_treebank_leaves_open_takes_any() -> None:
    gold = GOLD.replace("dogs dog", "dogs _").replace("were be", "were _")
    assert f1(GOLD, "lemmas", "blex", gold=gold) == [1.0, 1.0]
    assert f1(gold, "lemmas", "blex") == [3 / 5, 1 / 2]  # but not the other way round


def test_a_head_is_right_where_the_words_match_and_a_split_word_takes_its_dependents_with_it() -> None:
    own = """1 The the DET DT Definite=Def|PronType=Art 2 det
2 do do NOUN NNS Number=Plur 5 nsubj:pass
3 gs g NOUN NNS Number=Plur 2 flat
4 were be AUX VBD Mood=Ind|Tense=Past 5 aux:pass
5 fed feed VERB VBN VerbForm=Part 0 root
6 . . PUNCT . _ 5 punct"""
    assert f1(own, "words", "upos", "uas") == [2 * 4 / 11, 2 * 4 / 11, 2 * 3 / 11]
    assert f1(own, "mlas") == [2 * 1 / 5]  # `fed` keeps `were`; `do`, `gs` and `fed` are content words


def test_a_root_of_another_sentence_is_no_root_here() -> None:
    gold = "1 Go go VERB _ _ 0 root\n2 now now ADV _ _ 1 advmod"
    own = "1 Go go VERB _ _ 0 root\n\n1 now now ADV _ _ 0 root"
    assert f1(own, "sentences", "words", "uas", gold=gold) == [0.0, 1.0, 1 / 2]


def test_multiword_tokens_of_either_side_are_tokens_whose_words_match_by_form() -> None:
    gold = "1-2 Don't\n1 Do do AUX _ _ 3 aux\n2 n't not PART _ _ 3 advmod\n3 go go VERB _ _ 0 root"
    plain = "\n".join(gold.split("\n")[1:])
    assert f1(plain, "tokens", "words", "las", gold=gold) == [2 * 1 / 5, 1.0, 1.0]
    assert f1(gold, "tokens", "words", "las", gold=plain) == [2 * 1 / 5, 1.0, 1.0]
    assert f1(gold.replace("1 Do", "1 DO"), "tokens", "words", gold=gold) == [1.0, 1.0]
    assert f1(gold.replace("2 n't", "2 not"), "tokens", "words", gold=gold) == [1.0, 2 / 3]


def rows(*units: str) -> str:
    """A sentence of words without values, all hanging from the first; `cd=b+cd` is a multiword token."""
    lines: list[str] = []
    number = 1
    for unit in units:
        token, _, words = unit.partition("=")
        forms = words.split("+") if words else [token]
        lines += [f"{number}-{number + len(forms) - 1} {token}"] if words else []
        for form in forms:
            lines.append(f"{number} {form} _ _ _ _ {'0 root' if number == 1 else '1 dep'}")
            number += 1
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("gold", "own", "matching"),
    [
        (["x", "cd=xc+d"], ["xc", "d"], 1),  # `xc` begins before the multiword token: it is passed by
        (["p", "qr", "s"], ["pq", "rs=qr+s"], 1),  # on this side, too
        (["ab", "cd=a+b+cd"], ["a", "b", "cd"], 2),  # two words do: the second is compared all the same
        (["ab", "cd=ab+cd"], ["a", "b", "cd"], 1),
    ],
)
def test_one_word_that_begins_before_a_multiword_token_is_passed_by_and_no_more(
    gold: list[str], own: list[str], matching: int
) -> None:
    table = score_as_udtools(conllu(*rows(*gold).split("\n")), conllu(*rows(*own).split("\n")))
    assert table.scores["words"].correct == matching


def test_spaces_in_a_word_are_no_characters_outside_of_multiword_tokens() -> None:
    gold = "1 10~000 _ NUM _ _ 2 nummod\n2 m m NOUN _ _ 0 root"
    own = "1-1 10000\n1 10~000 _ NUM _ _ 2 nummod\n2 m m NOUN _ _ 0 root"
    assert f1(gold.replace("10~000", "10000"), "words", gold=gold) == [1.0]
    assert f1(own, "tokens", "words", gold=gold) == [1.0, 1 / 2]


def test_scores_that_need_a_column_without_values_are_left_out_with_the_reason() -> None:
    sentences = list(read_conllu(conllu(*GOLD.split("\n"))))
    table = score_sentences(sentences, sentences, ["upos", "xpos", "deprel"])
    assert list(table.scores) == ["tokens", "sentences", "words", "upos", "xpos", "uas", "las", "clas"]
    assert table.left_out == {
        "ufeats": "nothing predicts feats here",
        "alltags": "nothing predicts feats here",
        "lemmas": "nothing predicts lemma here",
        "mlas": "nothing predicts feats here",
        "blex": "nothing predicts lemma here",
    }
    assert table.about("upos") == {"tokens": 1.0, "sentences": 1.0, "words": 1.0, "upos": 1.0}


def test_a_column_that_the_treebank_leaves_empty_stands_in_the_way_of_its_own_score_alone() -> None:
    gold = "1 Oui oui INTJ _ _ 0 root\n2 ! ! PUNCT _ _ 1 punct"
    own = list(read_conllu(conllu(*gold.replace("oui INTJ", "_ ADV").split("\n"))))
    table = score_sentences(read_conllu(conllu(*gold.split("\n"))), own, ["upos", "deprel"])
    assert list(table.left_out) == ["xpos", "ufeats", "lemmas", "blex"]
    assert (table.scores["alltags"].f1, table.scores["mlas"].f1) == (1 / 2, 0.0)


def test_two_empty_sides_score_zero() -> None:
    assert {score.f1 for score in score_sentences([], []).scores.values()} == {0.0}


FEATURES = ["Case=Nom", "Case=Acc", "Number=Sing", "NumForm=Digit", "Own=Yes"]
RELATIONS = ["nsubj", "nsubj:pass", "obl", "det", "case", "aux:pass", "cc", "punct"]


def random_reading(draw: random.Random, units: list[list[tuple[str, list[str]]]]) -> str:
    """CoNLL-U with a random tree and random values over given tokens: (form, words of a multiword token)."""
    lines = []
    for sentence in units:
        forms = [form for token, words in sentence for form in words or [token]]
        order = draw.sample(range(1, len(forms) + 1), len(forms))
        heads = {word: draw.choice(order[:place]) if place else 0 for place, word in enumerate(order)}
        number = 1
        for token, words in sentence:
            if words:
                lines.append("\t".join([f"{number}-{number + len(words) - 1}", token, *"________"]))
            for form in words or [token]:
                feats = "|".join(draw.sample(FEATURES, draw.randint(0, 2))) or "_"
                tags = [draw.choice("_ab"), draw.choice(["NOUN", "VERB"]), draw.choice("_X"), feats]
                deprel = draw.choice(RELATIONS) if heads[number] else "root"
                lines.append("\t".join([str(number), form, *tags, str(heads[number]), deprel, "_", "_"]))
                number += 1
        lines.append("")
    return "\n".join(lines) + "\n"


def random_units(draw: random.Random, text: str) -> list[list[tuple[str, list[str]]]]:
    """Split a text anywhere into sentences of tokens, some of several words that look like others of the text."""
    sentences: list[list[tuple[str, list[str]]]] = [[]]
    while text:
        size = draw.randint(1, 4)
        token, text = text[:size], text[size:]
        others = [token, token[0], token[-1].upper(), *token, draw.choice(text or token), f"{token[0]} {token[-1]}"]
        words = draw.choices(others, k=draw.randint(1, 3)) if draw.random() < 0.35 else []
        if not words and len(token) > 1 and draw.random() < 0.1:
            token = f"{token[0]}\u00a0{token[1:]}"
        sentences[-1].append((token, words))
        if text and draw.random() < 0.25:
            sentences.append([])
    return sentences


@settings(max_examples=200)
@given(st.randoms(use_true_random=False), st.text("abİß", min_size=1, max_size=25), st.booleans())
def test_every_score_of_every_reading_is_that_of_udtools(draw: random.Random, text: str, same: bool) -> None:
    units = random_units(draw, text)
    score_as_udtools(random_reading(draw, units), random_reading(draw, units if same else random_units(draw, text)))


@settings(max_examples=50)
@given(st.randoms(use_true_random=False), st.text("abcde", min_size=1, max_size=25))
def test_attachment_of_gold_words_is_that_of_udtools(draw: random.Random, text: str) -> None:
    units = random_units(draw, text)
    gold, own = random_reading(draw, units), random_reading(draw, units)
    metric = Attachment()
    for sentence, other in zip(read_conllu(gold), read_conllu(own), strict=True):
        metric.update(GoldTree(tree_of(sentence)), tree_of(other))
    expected = scores_of_udtools(gold, own)
    assert metric.result()["uas"] == expected["uas"]["f1"]
    assert metric.result()["las"] == expected["las"]["f1"]


def tree_of(sentence: Sentence) -> Tree:
    return Tree([token.head or 0 for token in sentence.tokens], [str(token.deprel) for token in sentence.tokens])
