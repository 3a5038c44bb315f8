"""Expansions make exactly the words that they were found for, and nothing of what they do not fit."""

from __future__ import annotations

from itertools import product

import pytest

from jmt.segmentation.expansion import expand, expansions_of


@pytest.mark.parametrize(
    ("form", "words", "expansion"),
    [
        ("didn't", ("did", "n't"), "cut *+3"),
        ("GONNA", ("GON", "NA"), "cut *+2"),
        ("dal", ("da", "il"), "end 1  +il"),
        ("Du", ("De", "le"), "all du de+le"),
        ("AU", ("À", "LE"), "all au à+le"),
        ("darlo", ("dare", "lo"), "end 2 e +lo"),
        ("vámonos", ("vamos", "nos"), "all vámonos vamos+nos"),
        ("lhomme", ("le", "homme"), "begin 1 le+ "),
        ("İyiydi", ("İyi", "idi"), "end 3  +idi"),
        ("İSTANBULda", ("İSTANBUL", "da"), "cut *+2"),
        ("Straßes", ("Straß", "es"), "cut *+2"),
        ("ŉtoets", ("ŉ", "toets"), "cut 1+*"),
        ("ΣΤΟΥΣ", ("ΣΕ", "ΤΟΥΣ"), "all στους σε+τους"),
        ("a+b", ("a", "+b"), "cut 1+*"),
    ],
)
def test_words_are_made_of_a_form_and_its_capitals(form: str, words: tuple[str, ...], expansion: str):
    assert expand(expansion, form) == words
    assert expansion in expansions_of(form, words)


@pytest.mark.parametrize(
    ("form", "words", "expansions"),
    [
        ("du", ("de", "le"), ["all du de+le"]),
        ("dal", ("da", "il"), ["end 1  +il", "all dal da+il"]),
        ("al", ("a", "lal"), ["begin 0 a+ l", "all al a+lal"]),
        ("lhomme", ("le", "homme"), ["begin 1 le+ ", "all lhomme le+homme"]),
        ("abcdefgh", ("abxyz", "c"), ["all abcdefgh abxyz+c"]),
        ("abcdefgh", ("c", "xyzgh"), ["all abcdefgh c+xyzgh"]),
        ("abcdefgh", ("abcdxy", "c"), ["end 4 xy +c", "all abcdefgh abcdxy+c"]),
        ("abcdefgh", ("c", "xyefgh"), ["begin 4 c+ xy", "all abcdefgh c+xyefgh"]),
    ],
)
def test_an_expansion_for_many_forms_shares_a_stem_with_its_words(
    form: str, words: tuple[str, ...], expansions: list[str]
):
    assert expansions_of(form, words) == expansions


def test_one_capital_alone_is_the_first_letter_of_its_words_and_no_more():
    assert expand("all a b+c", "A") == ("B", "c")
    assert expand("all ab ǆa+c", "Ab") == ("ǅa", "c")


def texts_of(letters: str, most: int) -> list[str]:
    return ["".join(chosen) for size in range(1, most + 1) for chosen in product(letters, repeat=size)]


def test_whatever_is_found_makes_the_words_it_was_found_for():
    """Every form of up to four letters and every two words of up to three, capitals and `İ` among them."""
    for form in texts_of("aBİ", 4):
        for words in product(texts_of("aBİ", 3), repeat=2):
            for expansion in expansions_of(form, words):
                assert expand(expansion, form) == words


def test_two_words_are_said_whenever_they_only_part_the_form_or_share_its_case():
    for form in texts_of("abc", 4):
        for cut in range(1, len(form)):
            assert f"cut {cut}+*" in expansions_of(form, (form[:cut], form[cut:]))
        for words in product(texts_of("ab", 2), repeat=2):
            assert expansions_of(form, words) != []


def test_a_cut_is_one_of_all_ways_to_part_a_form():
    for form in texts_of("ab", 5):
        parted = {(form[:i], form[i:j], form[j:]) for i in range(1, len(form)) for j in range(i + 1, len(form))}
        made = {
            expand(f"cut {'+'.join(parts)}", form)
            for known in product("123", repeat=2)
            for parts in (["*", *known], [known[0], "*", known[1]], [*known, "*"])
        }

        assert made - {None} == parted


@pytest.mark.parametrize(
    "expansion",
    [
        "",
        "cut",
        "cut 1+1",
        "cut *+*",
        "cut *+9",
        "cut 0+*",
        "cut x+*",
        "cut +*",
        "end",
        "end 9 e +lo",
        "end 2 e +lo",
        "begin 2 de+ l",
        "end -1 e +lo",
        "end 2 e +",
        "begin x de+ l",
        "begin 9 de+ l",
        "all du",
        "all wort a+b",
        "all ab a+",
        "turn ab a+b",
        "end 1 e",
        "all ab  a+b",
    ],
)
def test_what_does_not_fit_makes_no_words(expansion: str):
    assert expand(expansion, "ab") is None


@pytest.mark.parametrize("form", ["a b", "1\u00a0000", " ab", ""])
def test_a_form_with_white_space_is_left_whole(form: str):
    assert expand("cut 1+*", form) is None
    assert expand("end 1 e +lo", form) is None
    assert expansions_of(form, (form[:1], form[1:])) == []


@pytest.mark.parametrize("words", [("a", ""), ("a b", "c"), ("a+", "x")])
def test_words_that_cannot_be_written_are_left_out(words: tuple[str, str]):
    assert expansions_of("abc", words) == []
