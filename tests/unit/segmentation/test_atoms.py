"""What is an atom, what stands before it, and which atoms belong to the one before."""

from __future__ import annotations

import unicodedata

import pytest

from jmt.segmentation.atoms import Gap, Spacing, atoms_of
from jmt.segmentation.reading import read_atoms


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("don't 3rd", ["don", "'", "t", "3", "rd"]),
        ("e\u0301té x²", ["e\u0301té", "x", "²"]),
        ("日本語か", ["日", "本", "語", "か"]),
        ("\u0e01\u0e33", ["\u0e01", "\u0e33"]),
        ("한국어", ["한국어"]),
        ("🇫🇷🇩🇪🇫", ["🇫🇷", "🇩🇪", "🇫"]),
        ("👩\u200d👩\u200d👧!", ["👩\u200d👩\u200d👧", "!"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("❤\ufe0f.", ["❤\ufe0f", "."]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("Donau\u00addampf", ["Donau\u00addampf"]),
        ("🏴\U000e0067\U000e0062\U000e007f!", ["🏴\U000e0067\U000e0062\U000e007f", "!"]),
        ("2²³½Ⅻ", ["2", "²", "³", "½", "Ⅻ"]),
        ("a\x00b\u200bc", ["a", "b", "\u200b", "c"]),
        ("", []),
    ],
)
def test_a_text_is_made_of_letters_digits_and_signs(text: str, forms: list[str]):
    assert [text[start:end] for start, end in atoms_of(text)] == forms


@pytest.mark.parametrize(
    "script",
    "ไทย ລາວ བོད မြန်မာ ខ្មែរ ᥖᥭ ᦅᦱ ᨲᨶᩫ ⺮⺾ 々〆 〡〢 ひら カナ ㇰㇱ 漢字 㐀㐁 ꧠꧢ 豈更 ｶﾅ 𛀁𛀂 𠀀𠀁".split(),
)
def test_every_character_of_a_script_without_spaces_is_an_atom_with_its_marks(script: str):
    bases = [character for character in script if not unicodedata.category(character).startswith("M")]

    assert len(bases) > 1
    assert [script[start] for start, _ in atoms_of(script)] == bases


@pytest.mark.parametrize(
    ("gap", "spacing"),
    [
        ("", Spacing.NOTHING),
        (" ", Spacing.SPACE),
        ("\u00a0", Spacing.SPACE),
        ("\u3000", Spacing.SPACE),
        ("  ", Spacing.MORE),
        ("\t", Spacing.MORE),
        ("\x00", Spacing.MORE),
        ("\x1f", Spacing.MORE),
        ("\n", Spacing.LINE_END),
        ("\r\n", Spacing.LINE_END),
        ("\r", Spacing.LINE_END),
        ("\u2028", Spacing.LINE_END),
        ("\x85", Spacing.LINE_END),
        ("\x0b", Spacing.LINE_END),
        ("\x0c", Spacing.LINE_END),
        (" \n ", Spacing.LINE_END),
        ("\n\n", Spacing.PARAGRAPH),
        ("\r\n \r\n", Spacing.PARAGRAPH),
        ("\r\r", Spacing.PARAGRAPH),
        ("\r\r\n", Spacing.LINE_END),
        ("\u2029", Spacing.PARAGRAPH),
    ],
)
def test_a_gap_means_the_same_in_one_piece_or_in_many(gap: str, spacing: Spacing):
    whole, parts = Gap(), Gap()
    whole.add(gap)
    for character in gap:
        parts.add(character)

    assert whole.spacing == parts.spacing == spacing
    read = [atom for part in read_atoms([f"a{gap}", "(b"]) for atom in part]
    assert [(atom.form, atom.spacing) for atom in read] == [
        ("a", Spacing.PARAGRAPH),
        ("(", spacing),
        ("b", Spacing.NOTHING),
    ]
    assert read[1].gap == (gap if spacing is Spacing.SPACE else "")


def test_the_rest_of_a_run_that_is_too_long_stays_with_it():
    read = [atom for part in read_atoms(["a" * 100 + "1" * 50 + "b" + "." + "\u0301" * 20 + "c"]) for atom in part]

    assert [(atom.form[0], len(atom.form), atom.stuck) for atom in read] == [
        ("a", 48, False),
        ("a", 48, True),
        ("a", 4, True),
        ("1", 48, False),
        ("1", 2, True),
        ("b", 1, False),
        (".", 9, False),
        ("\u0301", 9, True),
        ("\u0301", 3, True),
        ("c", 1, False),
    ]


def test_a_character_that_is_an_atom_is_not_the_rest_of_one_before_it():
    read = [atom for part in read_atoms(["\u0e01" + "\u0e34" * 47 + "\u0e02"]) for atom in part]

    assert [(len(atom.form), atom.stuck) for atom in read] == [(48, False), (1, False)]


def test_a_byte_order_mark_at_the_beginning_alone_is_left_out():
    for pieces in (["\ufeffa\ufeff"], ["\ufeff", "a", "\ufeff"]):
        assert [(atom.form, atom.start) for part in read_atoms(pieces) for atom in part] == [("a", 1), ("\ufeff", 2)]
