"""Expansions: how an atom or token becomes several words (`du`: `de`, `le`) or tokens (`gonna`: `gon`, `na`).

An expansion is a short text that fits many forms, so that it can be predicted for forms that training never saw:

    cut *+3        cut before the last three letters (`didn't`, `wouldn't`: `n't`)
    cut 1+*        cut behind the first letter
    end 2 e +lo    the last two letters become `e`, then comes the word `lo`
    begin 1 de+ l  the word `de`, then the form with its first letter replaced by `l`
    all du de+le   this form alone

Letters are compared in lower case, one by one; words take over the capitals of the form.  A form with white space in
it is left whole: no word holds any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_LEAST_STEM = 2
"""Letters that a form and its word must share, for an expansion to be about what differs."""
_MOST_CHANGE = 6
"""Letters that such an expansion may take away and put in."""


def expansions_of(form: str, words: Sequence[str]) -> list[str]:
    """Return the expansions that make these words of a form; none where no one can."""
    if any(text.split() != [text] for text in (form, *words)):
        return []
    if "".join(words) == form:
        lengths = [str(len(word)) for word in words]
        found = ["cut " + "+".join([*lengths[:free], "*", *lengths[free + 1 :]]) for free in range(len(words))]
    elif "+" in "".join(words):
        return []
    else:
        low, lower = _lower(form), [_lower(word) for word in words]
        found = [*_changed_end(low, lower), *_changed_beginning(low, lower), f"all {low} {'+'.join(lower)}"]
    return [expansion for expansion in found if expand(expansion, form) == tuple(words)]


def _lower(word: str) -> str:
    """Return a word in lower case, as long as it is: `İ`, which alone would become two code points, stays."""
    return "İ".join(part.lower() for part in word.split("İ"))


def _changed_end(form: str, words: Sequence[str]) -> Iterator[str]:
    """Yield the expansion in which the first word is the form with another end."""
    shared = _shared(form, words[0])
    removed, added = len(form) - shared, words[0][shared:]
    if shared >= _LEAST_STEM and removed + len(added) <= _MOST_CHANGE:
        yield f"end {removed} {added} +{'+'.join(words[1:])}"


def _changed_beginning(form: str, words: Sequence[str]) -> Iterator[str]:
    """Yield the expansion in which the last word is the form with another beginning."""
    shared = _shared(form[::-1], words[-1][::-1])
    removed, added = len(form) - shared, words[-1][: len(words[-1]) - shared]
    if shared >= _LEAST_STEM and removed + len(added) <= _MOST_CHANGE:
        yield f"begin {removed} {'+'.join(words[:-1])}+ {added}"


def _shared(one: str, other: str) -> int:
    """Return how many letters two words have in common from their beginning."""
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return count


def expand(expansion: str, form: str) -> tuple[str, ...] | None:
    """Return the words of a form, None where the expansion does not fit it or is none."""
    way, _, rest = expansion.partition(" ")
    if form.split() != [form]:
        return None
    if way == "cut":
        return _cut(rest, form)
    parts = rest.split(" ")
    if way == "all" and len(parts) == 2 and parts[0] == _lower(form):
        return _in_case_of(form, parts[1].split("+"))
    if len(parts) != 3 or not parts[0].isdecimal() or int(parts[0]) >= len(form):
        return None
    removed = int(parts[0])
    if way == "end":
        return _in_case_of(form, [form[: len(form) - removed] + parts[1], *parts[2].split("+")[1:]])
    if way == "begin":
        return _in_case_of(form, [*parts[1].split("+")[:-1], parts[2] + form[removed:]])
    return None


def _cut(lengths: str, form: str) -> tuple[str, ...] | None:
    """Return the parts of a form, all but one of a known length."""
    parts = lengths.split("+")
    known = [int(part) if part.isdecimal() else 0 for part in parts]
    free = len(form) - sum(known)
    if parts.count("*") != 1 or free < 1 or known.count(0) != 1:
        return None
    words, start = [], 0
    for length in known:
        end = start + (length or free)
        words.append(form[start:end])
        start = end
    return tuple(words)


def _in_case_of(form: str, words: Sequence[str]) -> tuple[str, ...] | None:
    """Give words the capitals of the form: all, the first one, or none."""
    if not all(words):
        return None
    if form.isupper() and len(form) > 1:
        return tuple(word.upper() for word in words)
    first = words[0][0].title() + words[0][1:] if form[0].isupper() else words[0]
    return (first, *words[1:])
