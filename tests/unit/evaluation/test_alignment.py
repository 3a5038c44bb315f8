"""Own words against gold words: cases by hand, and random splits against a second reading of the rules.

That every pair is the one udtools finds, its scores show: test_conll18.py.
"""

from __future__ import annotations

import itertools
import random

import pytest

from jmt.document import MultiwordToken, Sentence, Token
from jmt.errors import InputError
from jmt.evaluation.alignment import Alignment, align, lay_out_words, same_spans


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


def pairs_of(gold: Sentence, own: Sentence) -> list[tuple[int, int]]:
    return align([gold], [own]).pairs


def matched(gold: Sentence, own: Sentence) -> list[tuple[str, str]]:
    both = align([gold], [own])
    return [(both.gold.tokens[one].text, both.own.tokens[other].text) for one, other in both.pairs]


def test_the_same_words_all_match_whatever_the_sentences() -> None:
    both = align(
        [sentence("She", "left", "."), sentence("Why", "?")], [sentence("She", "left"), sentence(".", "Why", "?")]
    )
    assert both.pairs == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]
    assert same_spans(both.gold.sentence_spans, both.own.sentence_spans) == 0
    assert both.own_counts == [3, 2]


def test_a_split_word_and_merged_words_match_nothing() -> None:
    gold = sentence("a", "well-known", "ice", "cream", "shop")
    assert pairs_of(gold, sentence("a", "well", "-", "known", "icecream", "shop")) == [(0, 0), (4, 5)]


def test_words_that_overlap_only_partly_do_not_match() -> None:
    assert pairs_of(sentence("ab", "cd", "e"), sentence("abc", "d", "e")) == [(2, 2)]


def test_words_of_a_multiword_token_match_by_form() -> None:
    gold = sentence("I", ("don't", ["Do", "n't"]), "know")
    assert pairs_of(gold, sentence("I", "do", "n't", "know")) == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert matched(gold, sentence("I", "don't", "know")) == [("I", "I"), ("know", "know")]
    assert matched(gold, sentence("I", "do", "n", "'t", "know")) == [("I", "I"), ("Do", "do"), ("know", "know")]


def test_a_multiword_token_of_our_own_matches_words_and_other_multiword_tokens_by_form() -> None:
    own = sentence("I", ("don't", ["do", "N'T"]), "know")
    assert pairs_of(sentence("I", "do", "n't", "know"), own) == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert pairs_of(sentence("I", ("don't", ["do", "n't"]), "know"), own) == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert matched(sentence("I", "don't", "know"), own) == [("I", "I"), ("know", "know")]


def test_multiword_tokens_of_both_sides_that_overlap_make_one_stretch() -> None:
    gold = sentence(("abc", ["a", "bx", "c"]), ("def", ["d", "ex", "f"]))
    own = sentence(("ab", ["a", "b"]), ("cd", ["c", "d"]), ("ef", ["e", "f"]))
    assert matched(gold, own) == [("a", "a"), ("c", "c"), ("d", "d"), ("f", "f")]


def test_a_word_that_sticks_out_of_a_stretch_takes_part_only_where_another_one_makes_it() -> None:
    assert matched(sentence(("abc", ["a", "cd"]), "d"), sentence("ab", "cd")) == []
    assert matched(sentence(("abc", ["a", "cd"]), "d"), sentence("a", "b", "cd")) == [("a", "a")]


def test_a_multiword_token_that_is_not_its_words_does_not_shift_what_follows() -> None:
    words = [("la", "la"), ("porte", "porte"), ("jardin", "jardin")]
    whole, split = sentence("la", "porte", "du", "jardin"), sentence("la", "porte", ("du", ["de", "le"]), "jardin")
    assert matched(split, whole) == matched(whole, split) == words


def test_a_word_that_reaches_into_a_multiword_token_is_left_out() -> None:
    gold, own = sentence("x", ("cannot", ["can", "not"]), "y"), sentence("xcan", "not", "y")
    assert matched(gold, own) == matched(own, gold) == [("not", "not"), ("y", "y")]


def test_tokens_count_a_multiword_token_once() -> None:
    gold, own = lay_out_words([sentence(("don't", ["do", "n't"]), "go")]), lay_out_words([sentence("don't", "go")])
    assert gold.token_spans == own.token_spans == [(0, 5), (5, 7)]
    assert (len(gold), len(own)) == (3, 2)


def test_spaces_inside_a_form_are_no_characters() -> None:
    assert pairs_of(sentence("1 000", "m"), sentence("1", "000", "m")) == [(1, 2)]
    assert pairs_of(sentence("1 000", "m"), sentence("1000", "m")) == [(0, 0), (1, 1)]


def test_a_token_of_white_space_alone_matches_nothing_and_ends() -> None:
    assert matched(sentence("a", (" ", ["b", "c"]), "d"), sentence("a", "d")) == [("a", "a"), ("d", "d")]


def test_different_texts_are_refused_with_the_place() -> None:
    with pytest.raises(InputError, match=r"character 4 .*'Sheleft'.*'Shelost'"):
        align([sentence("She", "left")], [sentence("She", "lost")])


def test_different_texts_are_refused_with_the_line_of_the_gold_sentence() -> None:
    gold = [sentence("She", "left"), sentence("Why", "?"), sentence("So", ".")]
    gold[0].line, gold[1].line, gold[2].line = 1, 5, 9
    for own, line, place in (("Sheleft", 5, 7), ("SheleftWhy!So.", 5, 10), ("SheleftWhy?So.!", 9, 14)):
        with pytest.raises(InputError, match=f"^line {line} of the treebank: .* at character {place} "):
            align(gold, [sentence(own)])
    with pytest.raises(InputError, match=r"^gold and own words are not the same text: at character 0 "):
        align([], [sentence("So")])


def test_nothing_matches_nothing() -> None:
    assert align([], []).pairs == []
    assert same_spans([], []) == 0


def random_split(draw: random.Random, text: str) -> list[str]:
    cuts = sorted(draw.sample(range(1, len(text)), draw.randint(0, len(text) - 1))) if len(text) > 1 else []
    return [text[start:end] for start, end in itertools.pairwise([0, *cuts, len(text)])]


def test_without_multiword_tokens_equal_spans_match() -> None:
    draw = random.Random(1)
    for _ in range(300):
        text = "".join(draw.choices("ab", k=draw.randint(1, 12)))
        both = align([sentence(*random_split(draw, text))], [sentence(*random_split(draw, text))])
        assert both.pairs == [
            (one, other)
            for one, span in enumerate(both.gold.spans)
            for other, other_span in enumerate(both.own.spans)
            if span == other_span
        ]


def most_common_words(one: list[str], other: list[str]) -> int:
    """Length of a longest common subsequence, by trying all subsequences of the first."""
    for length in range(len(one), 0, -1):
        for chosen in itertools.combinations(one, length):
            rest = iter(other)
            if all(word in rest for word in chosen):
                return length
    return 0


def aligned_by_regions(both: Alignment) -> tuple[int, set[tuple[int, int]]]:
    """The rules told the other way round: regions around gold multiword tokens first, then equal spans outside of them.

    Returns how many words match inside regions, and the spans that match outside.
    """
    gold, own = both.gold, both.own
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
        gold, own = sentence(*units), sentence(*random_split(draw, text))
        both, turned = align([gold], [own]), align([own], [gold])
        inside, outside = aligned_by_regions(both)
        assert {both.gold.spans[one] for one, _ in both.pairs if not both.gold.multiword[one]} == outside
        pairs = [(both.gold.forms[one], both.own.forms[other]) for one, other in both.pairs if both.gold.multiword[one]]
        assert len(pairs) == inside
        assert all(form.lower() == other.lower() for form, other in pairs)
        assert len(turned.pairs) == len(both.pairs)  # whichever side the multiword tokens are on
        inside_somewhere += inside
    assert inside_somewhere > 100
