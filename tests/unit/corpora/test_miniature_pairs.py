"""The embedded pairs: labels and scores follow from the derivation, classes balance, words alone do not suffice."""

from __future__ import annotations

from collections import Counter
from statistics import correlation

import pytest

from corpora.generator import derivations, relations
from corpora.generator.lexicon import Entry, adjectives, nouns, verbs
from corpora.generator.pairs import REVERSED, WEIGHTS, judgement
from tests.unit.corpora.miniature_files import SPLITS, Pair, pairs

EVERY = [pair for split in SPLITS for pair in pairs(split)]


def words(sentence: str) -> set[str]:
    return set(sentence.lower().rstrip(".").replace("n't", " n't").replace(",", "").split())


def overlap(pair: Pair) -> float:
    first, second = words(pair.first), words(pair.second)
    return len(first & second) / len(first | second)


def negated(sentence: str) -> bool:
    return bool(words(sentence) & {"n't", "not", "nobody", "no"})


def main_derivation(pair: Pair) -> str:
    return pair.derivation.split("+")[0]


def test_scores_are_in_the_range_of_sick_with_one_decimal() -> None:
    assert all(1.0 <= pair.relatedness <= 5.0 for pair in EVERY)
    assert all(round(pair.relatedness, 1) == pair.relatedness for pair in EVERY)


def test_every_derivation_is_in_every_split() -> None:
    expected = {name for name, _ in WEIGHTS if name != "equivalent"}
    for split in SPLITS:
        assert expected <= {main_derivation(pair) for pair in pairs(split)}


def test_the_label_follows_from_the_derivation() -> None:
    for pair in EVERY:
        name = main_derivation(pair)
        if name in derivations.EQUIVALENT:
            assert pair.entailment == "ENTAILMENT", pair
        elif name == "unrelated" or derivations.CHANGING[REVERSED.get(name, name)].effect == "other":
            assert pair.entailment == "NEUTRAL", pair
        elif derivations.CHANGING[REVERSED.get(name, name)].effect == "contrary":
            assert pair.entailment == "CONTRADICTION", pair
        else:
            one_way = "NEUTRAL" if name in REVERSED else "ENTAILMENT"
            other_way = "ENTAILMENT" if name in REVERSED else "NEUTRAL"
            assert pair.entailment == (other_way if negated(pair.first) else one_way), pair


def test_direction_and_negation_decide_between_weaker_and_stronger() -> None:
    assert judgement("weaker", reverse=False, negative=False) == "ENTAILMENT"
    assert judgement("weaker", reverse=True, negative=False) == "NEUTRAL"
    assert judgement("weaker", reverse=False, negative=True) == "NEUTRAL"
    assert judgement("weaker", reverse=True, negative=True) == "ENTAILMENT"


def test_the_score_is_five_less_the_costs_of_the_edits() -> None:
    table = derivations.EQUIVALENT | derivations.CHANGING
    for pair in EVERY:
        names = pair.derivation.split("+")
        if names == ["unrelated"]:
            assert pair.relatedness < 2
            continue
        cost = sum(table[REVERSED.get(name, name)].cost + (0.2 if name in REVERSED else 0.0) for name in names)
        assert pair.relatedness == pytest.approx(max(1.0, 5.0 - cost), abs=0.051), pair


def test_the_classes_are_reasonably_balanced() -> None:
    for split in SPLITS:
        counts = Counter(pair.entailment for pair in pairs(split))
        assert all(0.25 <= count / len(pairs(split)) <= 0.42 for count in counts.values()), (split, counts)
        assert len(counts) == 3


def test_roles_swap_over_the_same_words_and_paraphrases_share_few() -> None:
    means = {}
    for name in ("role_swap", "negation", "synonym"):
        chosen = [overlap(pair) for pair in EVERY if main_derivation(pair) == name]
        means[name] = sum(chosen) / len(chosen)
    assert means["role_swap"] > means["synonym"] + 0.2
    assert means["negation"] > means["synonym"]


def test_word_overlap_alone_is_a_poor_guide() -> None:
    dev = pairs("dev")
    assert correlation([overlap(pair) for pair in dev], [pair.relatedness for pair in dev]) < 0.7
    bins: dict[tuple[int, bool, bool], Counter[str]] = {}
    for pair in pairs("train"):
        place = int(overlap(pair) * 10), negated(pair.first), negated(pair.second)
        bins.setdefault(place, Counter())[pair.entailment] += 1
    guesses = [
        bins.get((int(overlap(pair) * 10), negated(pair.first), negated(pair.second)), Counter({"NEUTRAL": 1}))
        for pair in dev
    ]
    right = sum(guess.most_common(1)[0][0] == pair.entailment for guess, pair in zip(guesses, dev, strict=True))
    assert right / len(dev) < 0.70


def test_a_negation_in_one_sentence_is_no_sure_sign_of_contradiction() -> None:
    odd = [pair.entailment for pair in EVERY if negated(pair.first) and negated(pair.second)]
    assert len(odd) > 50
    assert Counter(odd)["CONTRADICTION"] < len(odd) / 2


def test_the_pairs_use_no_word_that_is_held_out_of_the_treebank() -> None:
    held: list[Entry] = [*nouns(), *verbs(), *(entry for row in adjectives().values() for entry in row)]
    kept_out = {entry.lemma for entry in held if entry.split != "all"}
    tables = (
        relations.NOUN_SYNONYMS, relations.VERB_SYNONYMS, relations.ADJECTIVE_SYNONYMS, relations.ADJECTIVE_ANTONYMS,
        relations.VERB_ANTONYMS, relations.HYPERNYMS, relations.VERB_HYPERNYMS,
    )  # fmt: skip
    assert not {word for table in tables for pair in table.items() for word in pair} & kept_out
    assert not {word for pair in EVERY for sentence in pair[:2] for word in words(sentence)} & kept_out
