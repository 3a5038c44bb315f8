"""Texts as no treebank has them, made by chance that follows from a number."""

from __future__ import annotations

import random
import sys

_PARTS = [
    "the", "Du", "du", "GONNA", "don't", "l'eau", "İSTANBUL", "İ", "ß", "ŉ", "Straße", "ΣΤΟΥΣ",
    "3.14", "1 000", "٣٤",
    "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇫🇷🇩🇪🇫", "👍🏽", "❤️", "\u200d", "\ufe0f", "🏽", "\U000e0067", "e\u0301",
    "Z" + "\u0351\u0362" * 30,
    "\u0301", "\u0e01\u0e33\u0e25\u0e31\u0e07", "日本語です。", "한국어", "שלום", "مرحبا\u200cها",
    "\u202eabc\u202c", "\u2066x\u2069", "\u200b", "\u00ad",
    "\ufeff", "\ue000", "\U0010ffff", "\ufffe", "\u0378", ".", "...", "?!", "(", "“", "--", "_",
    "$", "http://a.b/c?d=e", "a" * 60, "9" * 100,
    "x\u0301" * 40, "·", "½", "Ⅷ", "x²",
]  # fmt: skip
_SPACES = [
    "", "", "", " ", " ", " ", " ", "  ", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\t", "\u00a0",
    "\u3000", "\u2028", "\u2029", "\x00",
    "\x07", "\x85", "\x0b", "\x0c", "\x1c", "\x1f", " \n ", "\x00\n\x00\n",
]  # fmt: skip


def hostile_text(number: int) -> str:
    """Return one of endlessly many short texts."""
    draw = random.Random(number)
    if number % 5 == 0:  # any code points at all, halves of surrogate pairs left out
        codes = (
            draw.randrange(draw.choice([0x80, 0x400, 0x3000, sys.maxunicode + 1])) for _ in range(draw.randrange(40))
        )
        return "".join(chr(code) for code in codes if not 0xD800 <= code < 0xE000)
    parts = [draw.choice(_PARTS) + draw.choice(_SPACES) for _ in range(draw.randrange(30))]
    return draw.choice(["", "", "\ufeff", "\n", "\ufeff\ufeff"]) + "".join(parts)


def cuts_of(text: str, number: int) -> list[str]:
    """Return the pieces of a text that is cut by chance; some of them empty."""
    draw = random.Random(number)
    places = sorted(draw.randrange(len(text) + 1) for _ in range(draw.choice([0, 1, 3, len(text)])))
    return [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
