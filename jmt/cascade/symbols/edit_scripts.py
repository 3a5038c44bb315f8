"""Lemmas as edits of forms: a script says how a form's case changes, and what its beginning and end are replaced by.

    lower *          Houses stay as they are, in lower case        keep *-1       McDonalds -> McDonald
    lower *-3+y      studies -> study                              upper *        us -> US
    title *          NATO -> Nato                                  lower -2+b*    `-` counts letters that go, `+` adds
    =be              the whole lemma, where nothing of the form is in it

As in UDPipe 2 (Straka 2018), where a classifier chooses among the scripts of training.  What is added is written out;
a backslash, a star and what cannot be printed stand there as `\\{hexadecimal code point};`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_LONGEST = 100
"""Characters; longer forms and lemmas are not compared with each other, which takes the product of their lengths."""

_CASINGS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "title": lambda form: form[:1].upper() + form[1:].lower(),
    "keep": lambda form: form,
    "upper": str.upper,
}
"""How the case of a form changes before it is edited; of several that leave as much of it, the first is written."""

_WHOLE = "="
_EDITS = re.compile(
    r"(?P<casing>lower|title|keep|upper) (?:-(?P<first>[0-9]{1,3}))?(?:\+(?P<before>[^*]*))?"
    r"\*(?:-(?P<last>[0-9]{1,3}))?(?:\+(?P<after>[^*]*))?"
)
_ESCAPED = re.compile(r"\\\{([0-9a-f]{1,6});")


@lru_cache(maxsize=2**16)
def script_of(form: str, lemma: str) -> str:
    """Return the script that turns a form into its lemma: `apply(script_of(form, lemma), form) == lemma` always.

    Of the casings that may come first, the one whose form shares the longest substring with the lemma; the rest of the
    form is what changes.
    """
    best, stem = "", 0
    if max(len(form), len(lemma)) <= _LONGEST:
        for name, cased in _CASINGS.items():
            changed = cased(form)
            start, place, length = _longest_common_substring(changed, lemma)
            inside = start > 0 or place > 0
            if length > stem and not (inside and length == 1):  # one letter that both happen to have is no stem
                best, stem = f"{name} {_edits(changed, lemma, start, place, length)}", length
    return best or _WHOLE + _escape(lemma)


@lru_cache(maxsize=2**16)
def apply(script: str, form: str) -> str:
    """Return what a script makes of a form.

    A script that takes away all of a form, or more, changes its case alone; what is no script at all changes nothing.
    """
    if script.startswith(_WHOLE):
        return _unescape(script[1:])
    parts = _EDITS.fullmatch(script)
    if parts is None:
        return form
    cased = _CASINGS[parts["casing"]](form)
    first, last = int(parts["first"] or 0), int(parts["last"] or 0)
    if first + last >= len(cased):
        return cased
    stem = cased[first : len(cased) - last]
    return _unescape(parts["before"] or "") + stem + _unescape(parts["after"] or "")


def fits(script: str, form: str) -> bool:
    """Tell whether a script writes a whole lemma or leaves something of a form."""
    parts = _EDITS.fullmatch(script)
    if parts is None:
        return script.startswith(_WHOLE)
    return int(parts["first"] or 0) + int(parts["last"] or 0) < len(_CASINGS[parts["casing"]](form))


def _edits(form: str, lemma: str, start: int, place: int, length: int) -> str:
    """Write what surrounds the stem: `length` characters from `start` in the form and from `place` in the lemma."""
    after_form, after_lemma = form[start + length :], lemma[place + length :]
    return f"{_edit(start, lemma[:place])}*{_edit(len(after_form), after_lemma)}"


def _edit(removed: int, added: str) -> str:
    return (f"-{removed}" if removed else "") + (f"+{_escape(added)}" if added else "")


def _longest_common_substring(form: str, lemma: str) -> tuple[int, int, int]:
    """Return where the first longest common substring starts in both, and its length."""
    best = (0, 0, 0)
    lengths = [0] * (len(lemma) + 1)  # of the common substrings that end at the letter of the form before
    for end, letter in enumerate(form, start=1):
        row = [0] * (len(lemma) + 1)
        for other_end, other in enumerate(lemma, start=1):
            if letter == other:
                row[other_end] = length = lengths[other_end - 1] + 1
                if length > best[2]:
                    best = (end - length, other_end - length, length)
        lengths = row
    return best


def _escape(text: str) -> str:
    return "".join(
        letter if letter.isprintable() and letter not in "\\*" else f"\\{{{ord(letter):x};" for letter in text
    )


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), text)
