"""What would steer a terminal is shown as an escape; what people write in any script stays as it is."""

from __future__ import annotations

import io
import unicodedata

import pytest

from jmt.safety.printable import PrintableStream, on_one_line, printable

STEERING = {
    "colour": ("\x1b[31mred", r"\x1b[31mred"),
    "title": ("\x1b]0;mine\x07", r"\x1b]0;mine\x07"),
    "C1": ("\x9b31m", r"\u009b31m"),
    "delete": ("a\x7f", r"a\u007f"),
    "overwriting": ("good\rbad\b", r"good\x0dbad\x08"),
    "override": ("\u202etxt.exe", r"\u202etxt.exe"),
    "isolate": ("\u2066a\u2069", r"\u2066a\u2069"),
    "mark": ("a\u200fb\u061c", r"a\u200fb\u061c"),
    "zero width": ("pay\u200bpal\ufeff", r"pay\u200bpal\ufeff"),
    "soft hyphen": ("pay\xadpal", r"pay\u00adpal"),
    "line separator": ("a\u2028b", r"a\u2028b"),
    "tags": ("a\U000e0041", r"a\U000e0041"),
    "filler": ("a\u3164b\uffa0", r"a\u3164b\uffa0"),
    "half a pair": ("\ud83d", r"\ud83d"),
    "bytes of a file name": ("caf\udce9", r"caf\udce9"),
    "joiner among ASCII": ("ad\u200dmin", r"ad\u200dmin"),
    "joiner at an end": ("\u200cمی", r"\u200cمی"),
    "selectors that hide data": ("☺\ufe0f\ufe01\U000e0101", "☺\ufe0f\\ufe01\\U000e0101"),
}

DRAWN = [
    *(
        "größer",
        "日本\u3000語",
        "مرحبا بالعالم",
        "שלום עולם",
        "می\u200cخواهم",
        "क्\u200dष",
        "👩🏽\u200d💻",
        "❤\ufe0f\u200d🔥",
    ),
    *("葛\U000e0100飾", "e\u0301", "10\u00a0000", "\u0601", "a\tb\nc", ""),
]


@pytest.mark.parametrize("name", STEERING)
def test_what_steers_or_hides_is_shown_as_an_escape(name: str):
    text, shown = STEERING[name]

    assert printable(text) == shown


@pytest.mark.parametrize("text", DRAWN, ids=ascii)
def test_what_people_write_stays_as_it_is(text: str):
    assert printable(text) == text


def test_no_control_or_format_sign_of_unicode_passes_alone():
    signs = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    passed = [sign for sign in signs if printable(f"a{sign}b") == f"a{sign}b" and sign not in "\n\t"]

    assert {unicodedata.name(sign).split()[0] for sign in passed} <= {"ARABIC", "SYRIAC", "KAITHI"}  # those are drawn
    assert "\u061c" not in passed
    assert printable("".join(signs)).isprintable() is False  # the drawn ones and the line end
    assert "\x1b" not in printable("".join(signs))


def test_a_name_stays_on_its_line():
    assert on_one_line("a\nb\tc\x1b") == r"a\nb\tc\x1b"


def test_a_stream_lets_bars_draw_their_line_anew_and_nothing_else():
    under = io.StringIO()
    stream = PrintableStream(under)
    for text in ("\r 50%", "\n\x1b[A", "x\ry", "\r\x1b[31mred\r"):
        stream.write(text)

    assert under.getvalue() == "\r 50%\n\x1b[Ax\\x0dy\r\\x1b[31mred\\x0d"
