"""Lemmas and features of the embedded corpus: whole, consistent, by the rules of English, and those of EWT."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpora.generator import morphology
from jmt.formats.conllu import read_treebank
from tests.unit.corpora.miniature_files import SPLITS, Token, committed, treebank

EVERY = [(text, token) for split in SPLITS for text, tokens in treebank(split) for token in tokens]
FINITE = {"VBD": "Past", "VBZ": "Pres", "VBP": "Pres"}
PLAIN = {"ADP", "SCONJ", "CCONJ", "PUNCT", "SYM"}


def features(token: Token) -> str:
    """Return the features of a word as one string; `_` for none."""
    return "|".join(f"{name}={value}" for name, value in token.feats.items()) or "_"


def of_class(*classes: str) -> Iterator[tuple[str, Token]]:
    """Yield (text of its sentence, word) for every word of the classes."""
    return ((text, token) for text, token in EVERY if token.upos in classes)


def test_features_stand_in_the_order_of_their_names() -> None:
    for text, token in EVERY:
        assert list(token.feats) == sorted(token.feats, key=str.lower), (text, token)


def test_every_word_has_a_lemma_and_only_names_and_i_have_a_capital_in_it() -> None:
    for text, token in EVERY:
        assert token.lemma.strip(" _"), (text, token)
        assert token.upos == "PROPN" or token.lemma in ("I", token.lemma.lower()), (text, token)


def test_every_verb_has_a_verb_form_and_every_finite_one_its_tense_mood_number_and_person() -> None:
    for text, token in of_class("VERB", "AUX"):
        feats = token.feats
        if token.xpos in FINITE:
            expected = {"Mood": "Ind", "Tense": FINITE[token.xpos], "VerbForm": "Fin"}
            assert {name: feats[name] for name in expected} == expected, (text, token)
            assert set(feats) == {*expected, "Number", "Person"}, (text, token)
        elif token.xpos == "MD":
            assert feats == {"VerbForm": "Fin"}, (text, token)
        elif token.xpos == "VB":
            assert feats in ({"VerbForm": "Inf"}, {"Mood": "Imp", "VerbForm": "Fin"}), (text, token)
        elif token.xpos == "VBG":
            assert feats in ({"VerbForm": "Ger"}, {"Tense": "Pres", "VerbForm": "Part"}), (text, token)
        else:
            assert {**feats, "Voice": "Pass"} == {"Tense": "Past", "VerbForm": "Part", "Voice": "Pass"}, (text, token)


def test_a_third_person_singular_present_has_its_tag() -> None:
    for text, token in of_class("VERB", "AUX"):
        if token.xpos in ("VBZ", "VBP"):
            third = token.feats["Number"] == "Sing" and token.feats["Person"] == "3"
            assert (token.xpos == "VBZ") == third, (text, token)


def test_a_finite_verb_has_the_number_and_person_of_its_pronoun() -> None:
    checked = 0
    for split in SPLITS:
        for text, tokens in treebank(split):
            for token in tokens:
                if token.deprel not in ("nsubj", "nsubj:pass") or token.feats.get("Case") != "Nom":
                    continue
                group = [word for number, word in enumerate(tokens, start=1) if token.head in (number, word.head)]
                finite = [word for word in group if word.xpos in FINITE and word.deprel in ("aux", "aux:pass", "cop")]
                verb = finite[0] if finite else tokens[token.head - 1]
                if verb.xpos not in FINITE or any(word.deprel == "conj" for word in group if word.xpos == "PRP"):
                    continue
                assert verb.feats["Person"] == token.feats["Person"], text
                assert verb.feats["Number"] == token.feats.get("Number", "Sing"), text
                checked += 1
    assert checked > 700


def test_a_passive_participle_says_so_and_an_active_one_does_not() -> None:
    for split in SPLITS:
        for text, tokens in treebank(split):
            for number, token in enumerate(tokens, start=1):
                if token.xpos == "VBN" and token.upos == "VERB":
                    relations = {word.deprel for word in tokens if word.head == number}
                    passive = "aux:pass" in relations or token.deprel in ("amod", "acl")
                    assert passive == ("Voice" in token.feats), (text, token)


def test_the_ing_form_is_a_participle_in_the_progressive_and_in_adverbial_clauses_and_else_a_gerund() -> None:
    for split in SPLITS:
        for text, tokens in treebank(split):
            for number, token in enumerate(tokens, start=1):
                if token.xpos == "VBG":
                    progressive = any(word.head == number and word.deprel == "aux" for word in tokens)
                    participle = progressive or token.deprel == "advcl"
                    assert participle == (token.feats["VerbForm"] == "Part"), (text, token)


def test_an_imperative_opens_its_clause_without_a_subject() -> None:
    for split in SPLITS:
        for text, tokens in treebank(split):
            for number, token in enumerate(tokens, start=1):
                if token.feats.get("Mood") == "Imp" and token.upos == "VERB":
                    relations = {word.deprel for word in tokens if word.head == number}
                    assert not relations & {"nsubj", "nsubj:pass", "mark"}, text


def test_nouns_have_number_and_adjectives_degree() -> None:
    for text, token in of_class("NOUN", "PROPN"):
        assert features(token) == f"Number={'Plur' if token.xpos.endswith('S') else 'Sing'}", (text, token)
    for text, token in of_class("ADJ"):
        assert token.feats["Degree"] == {"JJ": "Pos", "JJR": "Cmp", "JJS": "Sup"}[token.xpos], (text, token)


def test_words_that_do_not_inflect_have_no_features_and_are_their_own_lemma() -> None:
    for text, token in of_class(*PLAIN):
        assert (token.lemma, token.feats) == (token.form.lower(), {}), (text, token)


def test_a_closed_class_word_has_one_lemma_and_at_most_one_set_of_features_for_each_tag_and_use() -> None:
    uses: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
    for _, token in of_class("DET", "PRON", "PART", "NUM", "INTJ", "ADV"):
        case = token.feats.get("Case", ""), token.feats.get("PronType", "")
        uses[token.form.lower(), token.upos, token.xpos, *case].add((token.lemma, features(token)))
    assert all(len(ways) == 1 for ways in uses.values()), {use: ways for use, ways in uses.items() if len(ways) > 1}
    several = {use[:3] for use in uses if len([other for other in uses if other[:3] == use[:3]]) > 1}
    assert several <= {
        ("you", "PRON", "PRP"), ("it", "PRON", "PRP"), ("who", "PRON", "WP"), ("where", "ADV", "WRB"),
        ("whose", "PRON", "WP$"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("form", "xpos", "lemma", "feats"),
    [
        ("me", "PRP", "I", "Case=Acc|Number=Sing|Person=1|PronType=Prs"),
        ("his", "PRP$", "his", "Case=Gen|Gender=Masc|Number=Sing|Person=3|Poss=Yes|PronType=Prs"),
        ("herself", "PRP", "herself", "Case=Acc|Gender=Fem|Number=Sing|Person=3|PronType=Prs|Reflex=Yes"),
        ("'s", "PRP", "we", "Case=Acc|Number=Plur|Person=1|PronType=Prs"),
        ("n't", "RB", "not", "Polarity=Neg"),
        ("'s", "POS", "'s", "_"),
        ("'", "POS", "'s", "_"),
        ("an", "DT", "a", "Definite=Ind|PronType=Art"),
        ("ca", "MD", "can", "VerbForm=Fin"),
        ("'ll", "MD", "will", "VerbForm=Fin"),
        ("worse", "RBR", "badly", "Degree=Cmp"),
        ("fewer", "JJR", "few", "Degree=Cmp"),
        ("third", "JJ", "third", "Degree=Pos|NumForm=Word|NumType=Ord"),
        ("seven", "CD", "seven", "NumForm=Word|NumType=Card"),
        ("never", "RB", "never", "PronType=Neg"),
        ("mondays", "NNPS", "Monday", "Number=Plur"),
    ],
)
def test_words_that_one_must_know_have_the_lemmas_and_features_of_ewt(
    form: str, xpos: str, lemma: str, feats: str
) -> None:
    found = {(token.lemma, features(token)) for _, token in EVERY if (token.form.lower(), token.xpos) == (form, xpos)}
    assert found == {(lemma, feats)}


FORMS: dict[str, Callable[[str], str]] = {
    "NNS": morphology.plural, "VBZ": morphology.third_person, "VBD": morphology.past, "VBN": morphology.participle,
    "VBG": morphology.gerund, "JJ": str, "NN": str, "VB": str, "VBP": str, "RB": str, "NNP": str,
}  # fmt: skip


def test_inflecting_the_lemma_gives_the_form_back() -> None:
    checked = 0
    for text, token in of_class("NOUN", "VERB", "ADJ", "ADV", "PROPN"):
        if token.xpos in FORMS and token.lemma != "be":
            assert FORMS[token.xpos](token.lemma).lower() == token.form.lower(), (text, token)
            checked += 1
    assert checked > 15_000


def test_a_regular_ending_is_cut_off_by_the_rules_of_spelling() -> None:
    """Without the generator's tables: the form is the lemma, perhaps changed at its end, and the ending."""
    endings = {"NNS": "s", "VBZ": "s", "VBG": "ing"}
    irregular = set()
    for _, token in of_class("NOUN", "VERB"):
        if token.xpos in endings:
            stem = token.form.lower().removesuffix(endings[token.xpos])
            ways = {
                stem,
                stem.removesuffix("e"),
                stem + "e",
                stem[:-1],
                stem.removesuffix("ie") + "y",
                stem[:-1] + "ie",
            }
            if token.lemma not in ways:
                irregular.add(token.form.lower())
    assert irregular <= {
        "are", "children", "geese", "has", "is", "knives", "men", "mice", "scarves", "shelves", "thieves", "wolves",
        "women", "postmen", "fishermen", "'s",
    }, irregular  # fmt: skip


def test_two_words_that_are_written_together_are_a_multiword_token() -> None:
    for split in SPLITS:
        for block in committed(f"{split}.conllu").strip().split("\n\n"):
            rows = [line.split("\t") for line in block.split("\n") if not line.startswith("#")]
            words = {int(row[0]): row for row in rows if row[0].isdecimal()}
            inside = set()
            for row in rows:
                if "-" in row[0]:
                    first, last = map(int, row[0].split("-"))
                    assert row[1] == "".join(words[number][1] for number in range(first, last + 1)), block
                    assert all("SpaceAfter" not in words[number][9] for number in range(first, last + 1)), block
                    inside |= set(range(first, last))
            for number, row in words.items():
                together = "SpaceAfter=No" in row[9] or number in inside
                follower = words.get(number + 1)
                marks = "PUNCT SYM".split()
                if together and follower and row[3] not in marks and follower[3] not in marks:
                    assert number in inside, block


def test_the_contractions_of_everyday_english_occur_in_train() -> None:
    lines = committed("train.conllu").lower().split("\n")
    tokens = {line.split("\t")[1] for line in lines if line[:1].isdigit() and "-" in line.split("\t")[0]}
    assert {
        "don't", "didn't", "isn't", "can't", "won't", "cannot", "she's", "he's", "they're", "i've", "we'll", "they'd",
        "let's", "anna's",
    } <= tokens  # fmt: skip


@pytest.mark.parametrize("split", SPLITS)
def test_a_paragraph_is_a_handful_of_sentences_and_a_document_some_paragraphs(split: str) -> None:
    blocks = committed(f"{split}.conllu").strip().split("\n\n")
    documents = sum("# newdoc" in block for block in blocks)
    paragraphs = sum("# newpar" in block for block in blocks)
    assert blocks[0].startswith(f"# newdoc id = {split}-d1\n# newpar id = {split}-p1\n")
    assert all("# newpar" in block for block in blocks if "# newdoc" in block)
    assert 3 <= len(blocks) / paragraphs <= 6
    assert 3 <= paragraphs / documents <= 8


def test_the_lemmas_and_features_are_among_those_that_ewt_has_for_the_word() -> None:
    path = Path(os.environ.get("JMT_CORPORA", "")) / "ewt" / "en_ewt-ud-train.conllu"
    if not os.environ.get("JMT_CORPORA") or not path.exists():
        pytest.skip("JMT_CORPORA is not set, or holds no ewt: the real treebank is not here")
    lemmas: dict[tuple[str, str], set[str]] = defaultdict(set)
    feats: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in read_treebank(path):
        columns = (row[name] for name in ("tokens", "upos", "lemma", "feats"))
        for form, upos, lemma, features_of_word in zip(*columns, strict=True):
            lemmas[form.lower(), upos].add(lemma)
            feats[form.lower(), upos].add(features_of_word)
    known = [token for _, token in EVERY if (token.form.lower(), token.upos) in lemmas]
    assert len(known) / len(EVERY) > 0.9
    agreeing = [
        sum(wanted(token) in seen[token.form.lower(), token.upos] for token in known) / len(known)
        for seen, wanted in ((lemmas, lambda token: token.lemma), (feats, features))
    ]
    assert min(agreeing) >= 0.97, agreeing
