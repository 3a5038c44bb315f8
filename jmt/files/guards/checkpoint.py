"""What the JSON files of a checkpoint may say, beyond their schema: sane numbers, names, labels that fit.

The configuration's own models refuse unknown keys and wrong types; here is what they cannot see, such as a billion
levels, which would be a billion turns of a loop before any memory is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

MOST_LABELS = 10_000
"""Of one task."""

MOST_FORMS = 50_000
"""Forms of one task whose labels in training are remembered."""

LONGEST_LABEL = 200
MOST_SYMBOLS = 750_000
"""Words and n-grams of a vocabulary."""

_SAFE = r"(?:[^\\]|\\\{(?:5c|2a);)*"  # text whose escapes stand for nothing but a backslash and a star

_FORMS = {
    "lemmatizer": re.compile(rf"={_SAFE}|(?:lower|title|keep|upper) (?!.*\*.*\*){_SAFE}\*{_SAFE}"),
    "morphology": re.compile(r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]|[^\[=|][^=|]*=[^|]*"),
}
"""Of labels by the kind of task: edit scripts that add nothing unprintable; values, and bundles of them in brackets."""

_GRADED = ("regressor", "pair_regressor")
"""Kinds of task whose labels are the whole numbers of a range."""

_TEMPERATURES = (0.05, 20.0)
"""Between which lies what the scores of a task are divided by before its confidences are made of them."""

_OTHER_BUNDLES = "[...]"

_LARGEST_COUNT = 2**53

LANGUAGE = re.compile(r"[a-z]{2,3}")
NO_LANGUAGE = "no code of two or three small letters, such as 'en' or 'grc'; 'xx' stands for no language in particular"

_MOST_LICENCES = 1_000


def check_language(language: str) -> None:
    """Refuse what is not a language code: the code names the module of spaCy that is imported."""
    if not LANGUAGE.fullmatch(language):
        raise ValueError(f"language = {language[:50]!r} is {NO_LANGUAGE}")


def check_labels(labels: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    """Refuse labels that do not belong to the tasks (name to kind), or that no corpus could have given."""
    if labels.keys() != kinds.keys():
        raise ValueError(f"labels.json has the tasks {', '.join(labels)[:200]}, config.json {', '.join(kinds)[:200]}")
    for task, names in labels.items():
        if not isinstance(names, list) or not 0 < len(names) <= MOST_LABELS:
            raise ValueError(f"labels.json: {task} needs a list of 1 to {MOST_LABELS:,} labels")
        wrong = [name for name in names if not (isinstance(name, str) and is_label(name, kinds[task]))]
        if wrong:
            raise ValueError(f"labels.json: {task}: {str(wrong[0])[:50]!r} is no label")
        if kinds[task] in _GRADED:
            _check_points(task, names)
        if kinds[task] == "morphology" and _OTHER_BUNDLES not in names:
            raise ValueError(
                f"labels.json: {task} needs the label {_OTHER_BUNDLES} of bundles without one of their own"
            )


def check_temperatures(temperatures: Any, kinds: Mapping[str, str]) -> None:
    """Refuse temperatures of what has no confidences, and those that make all of them alike, or no numbers."""
    if not isinstance(temperatures, Mapping):
        raise ValueError("config.json: temperatures is no object of tasks")
    low, high = _TEMPERATURES
    for task, temperature in temperatures.items():
        if kinds.get(task) in (None, "segmenter", *_GRADED):
            raise ValueError(f"config.json: temperatures: {task[:50]!r} is no task with confidences")
        if type(temperature) not in (int, float) or not low <= temperature <= high:
            raise ValueError(
                f"config.json: temperatures: {task[:50]!r} has {str(temperature)[:30]}, a number from {low} to {high} "
                "is expected"
            )


def is_label(name: str, kind: str = "") -> bool:
    """Tell whether a label of a task of a kind may be stored: short, printable, and in the form of its kind."""
    form = _FORMS.get(kind)
    return len(name) <= LONGEST_LABEL and name.isprintable() and (form is None or form.fullmatch(name) is not None)


def is_form(form: str) -> bool:
    """Tell whether a form may be stored with the labels that training saw on it."""
    return len(form) <= LONGEST_LABEL


def check_forms(forms: Any, labels: Mapping[str, Sequence[str]], kinds: Mapping[str, str]) -> None:
    """Refuse forms of tasks other than lemmatizers, and labels of forms that are no numbers of labels of the task."""
    if not isinstance(forms, Mapping):
        raise ValueError("vocabulary.json: forms is no object of tasks")
    for task, entries in forms.items():
        if kinds.get(task) != "lemmatizer" or not isinstance(entries, list) or len(entries) > MOST_FORMS:
            raise ValueError(
                f"vocabulary.json: forms: {task[:50]!r} is no lemmatizer with at most {MOST_FORMS:,} forms"
            )
        for entry in entries:
            form, *numbers = entry if isinstance(entry, list) and entry else [None]
            whole = numbers and all(type(number) is int for number in numbers)
            if not (
                whole and type(form) is str and is_form(form) and 0 <= min(numbers) <= max(numbers) < len(labels[task])
            ):
                raise ValueError(
                    f"vocabulary.json: forms: {str(entry)[:50]} is no form before numbers of labels of {task}"
                )


def _check_points(task: str, names: Sequence[str]) -> None:
    """Refuse the scale of a graded task unless it is whole numbers that follow each other."""
    if not all(re.fullmatch(r"-?[0-9]{1,6}", name) for name in names):
        raise ValueError(f"labels.json: {task} is graded: its labels are whole numbers")
    points = [int(name) for name in names]
    if points != list(range(points[0], points[0] + len(points))):
        raise ValueError(f"labels.json: {task} is graded: its labels are whole numbers that follow each other")


def check_symbols(entries: Any, what: str) -> None:
    """Refuse a vocabulary that is not a list of distinct symbols, each with its count."""
    if not isinstance(entries, list) or len(entries) > MOST_SYMBOLS:
        raise ValueError(f"vocabulary.json: {what} is no list of at most {MOST_SYMBOLS:,} symbols")
    for entry in entries:
        if not (isinstance(entry, list) and len(entry) == 2 and type(entry[0]) is str and type(entry[1]) is int):
            raise ValueError(f"vocabulary.json: {what}: {str(entry)[:50]} is no symbol with its count")
        if not 0 <= entry[1] <= _LARGEST_COUNT:
            raise ValueError(f"vocabulary.json: {what}: {str(entry)[:50]}: a count is from 0 to {_LARGEST_COUNT:,}")
    if len({symbol for symbol, _ in entries}) < len(entries):
        raise ValueError(f"vocabulary.json: {what}: a symbol stands there twice")


def check_card(card: Mapping[str, Any]) -> None:
    """Refuse licences of a card that are no texts, which are what others are told they may do, and corpora likewise.

    What a model that goes on from this one takes over, releases and the teacher, is an object, too.
    """
    licences = card.get("licences") or {}
    if not isinstance(licences, Mapping) or not all(isinstance(terms, str) for terms in licences.values()):
        raise ValueError("licences: an object is expected, of the licence of every corpus as a text")
    if len(licences) > _MOST_LICENCES:
        raise ValueError(f"licences: of {len(licences):,} corpora; at most {_MOST_LICENCES:,} are sensible")
    for key in ("releases", "distilled_from"):
        if not isinstance(card.get(key, {}), Mapping):
            raise ValueError(f"{key}: an object is expected")
    corpora, own = card.get("corpora", {}), card.get("own_corpora", {})
    if not isinstance(corpora, Mapping) or not all(isinstance(name, str) for name in corpora.values()):
        raise ValueError("corpora: an object is expected, of the names of every task's corpora as a text")
    if not isinstance(own, Mapping) or not all(isinstance(spec, Mapping) for spec in own.values()):
        raise ValueError("own_corpora: an object is expected, of what is told of every corpus as an object")
