"""Own words against gold words: cases by hand, and random splits against a second reading of the rules."""

from __future__ import annotations

import itertools
import random

import pytest

from jmt.document import MultiwordToken, Sentence, Token
from jmt.errors import InputError
from jmt.evaluation.alignment import Words, align_words, gold_words, own_words, span_f1


def sentence(*units: str | tuple[str, list[str]]) -> Sentence:
    """A sentence of words, and of multiword tokens as (written form, words)."""
    tokens: list[Token] = []
    ranges: list[MultiwordToken] = []
    for unit in units:
        forms = [unit] if isinstance(unit, str) else unit[1]
        if not isinstance(unit, str):
            ranges.append(MultiwordToken(len(tokens) + 1, len(tokens) + len(forms), unit[0]))
        tokens += [Token(len(tokens) + place, form) for place, form in enumerate(forms, start=1)]
    return Sentence(tokens, multiword_tokens=ranges)


def matched(gold: Words, own: Words) -> list[tuple[str, str]]:
    return [(gold.forms[one], own.forms[other]) for one, other in align_words(gold, own)]


def test_the_same_words_all_match_whatever_the_sentences() -> None:
    gold = gold_words([sentence("She", "left", "."), sentence("Why", "?")])
    own = own_words([["She", "left"], [".", "Why", "?"]])
    assert align_words(gold, own) == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]
    assert span_f1(gold.sentence_spans, own.sentence_spans).correct == 0


def test_a_split_word_and_merged_words_match_nothing() -> None:
    gold = gold_words([sentence("a", "well-known", "ice", "cream", "shop")])
    own = own_words([["a", "well", "-", "known", "icecream", "shop"]])
    assert align_words(gold, own) == [(0, 0), (4, 5)]


def test_words_that_overlap_only_partly_do_not_match() -> None:
    assert align_words(gold_words([sentence("ab", "cd", "e")]), own_words([["abc", "d", "e"]])) == [(2, 2)]


def test_words_of_a_multiword_token_match_by_form() -> None:
    gold = gold_words([sentence("I", ("don't", ["Do", "n't"]), "know")])
    assert align_words(gold, own_words([["I", "do", "n't", "know"]])) == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert matched(gold, own_words([["I", "don't", "know"]])) == [("I", "I"), ("know", "know")]
    assert matched(gold, own_words([["I", "do", "n", "'t", "know"]])) == [("I", "I"), ("Do", "do"), ("know", "know")]


def test_a_multiword_token_that_is_not_its_words_does_not_shift_what_follows() -> None:
    gold = gold_words([sentence("la", "porte", ("du", ["de", "le"]), "jardin")])
    assert matched(gold, own_words([["la", "porte", "du", "jardin"]])) == [
        ("la", "la"),
        ("porte", "porte"),
        ("jardin", "jardin"),
    ]


def test_a_word_that_reaches_into_a_multiword_token_is_left_out() -> None:
    gold = gold_words([sentence("x", ("cannot", ["can", "not"]), "y")])
    assert matched(gold, own_words([["xcan", "not", "y"]])) == [("not", "not"), ("y", "y")]


def test_tokens_count_a_multiword_token_once() -> None:
    gold = gold_words([sentence(("don't", ["do", "n't"]), "go")])
    own = own_words([["don't", "go"]])
    tokens = span_f1(gold.token_spans, own.token_spans)
    assert (tokens.gold, tokens.system, tokens.correct) == (2, 2, 2)
    assert len(gold) == 3


def test_spaces_inside_a_form_are_no_characters() -> None:
    assert align_words(gold_words([sentence("1 000", "m")]), own_words([["1", "000", "m"]])) == [(1, 2)]
    assert align_words(gold_words([sentence("1 000", "m")]), own_words([["1000", "m"]])) == [(0, 0), (1, 1)]


def test_different_texts_are_refused_with_the_place() -> None:
    with pytest.raises(InputError, match=r"character 4 .*'Sheleft'.*'Shelost'"):
        align_words(gold_words([sentence("She", "left")]), own_words([["She", "lost"]]))


def test_nothing_matches_nothing() -> None:
    assert align_words(gold_words([]), own_words([])) == []
    assert span_f1([], []).value == 0.0


def random_split(draw: random.Random, text: str) -> list[str]:
    cuts = sorted(draw.sample(range(1, len(text)), draw.randint(0, len(text) - 1))) if len(text) > 1 else []
    return [text[start:end] for start, end in itertools.pairwise([0, *cuts, len(text)])]


def test_without_multiword_tokens_equal_spans_match() -> None:
    draw = random.Random(1)
    for _ in range(300):
        text = "".join(draw.choices("ab", k=draw.randint(1, 12)))
        gold, own = gold_words([sentence(*random_split(draw, text))]), own_words([random_split(draw, text)])
        expected = [
            (one, other)
            for one, span in enumerate(gold.spans)
            for other, other_span in enumerate(own.spans)
            if span == other_span
        ]
        assert align_words(gold, own) == expected


def most_common_words(one: list[str], other: list[str]) -> int:
    """Length of a longest common subsequence, by trying all subsequences of the first."""
    for length in range(len(one), 0, -1):
        for chosen in itertools.combinations(one, length):
            rest = iter(other)
            if all(word in rest for word in chosen):
                return length
    return 0


def aligned_by_regions(gold: Words, own: Words) -> tuple[int, set[tuple[int, int]]]:
    """The rules told the other way round: regions around multiword tokens first, then equal spans outside of them.

    Returns how many words match inside regions, and the spans that match outside.
    """
    regions = sorted({span for span, multi in zip(gold.spans, gold.multiword, strict=True) if multi})
    inside = 0
    touched: list[tuple[int, int]] = []
    for start, end in regions:
        ours = [form.lower() for form, span in zip(gold.forms, gold.spans, strict=True) if span == (start, end)]
        theirs = [form.lower() for form, (a, b) in zip(own.forms, own.spans, strict=True) if start <= a and b <= end]
        inside += most_common_words(ours, theirs)
        touched.append((start, end))
    outside = {
        span
        for span, multi in zip(gold.spans, gold.multiword, strict=True)
        if not multi and span in own.spans and not any(a < span[1] and span[0] < b for a, b in touched)
    }
    return inside, outside


def test_with_multiword_tokens_forms_match_inside_and_spans_outside() -> None:
    draw = random.Random(2)
    inside_somewhere = 0
    for _ in range(400):
        # Every character is another one: the scorer may look one word back, and must find nothing there.
        text = "abcdefghijkl"[: draw.randint(2, 12)]
        units = [
            (part, draw.choice([list(part), [part[0].upper(), "x"], [part, part[-1]]])) if draw.random() < 0.4 else part
            for part in random_split(draw, text)
        ]
        gold, own = gold_words([sentence(*units)]), own_words([random_split(draw, text)])
        inside, outside = aligned_by_regions(gold, own)
        pairs = align_words(gold, own)
        assert {gold.spans[one] for one, _ in pairs if not gold.multiword[one]} == outside
        assert sum(gold.multiword[one] for one, _ in pairs) == inside
        assert all(gold.forms[one].lower() == own.forms[other].lower() for one, other in pairs if gold.multiword[one])
        inside_somewhere += inside
    assert inside_somewhere > 100
