"""What users write and treebanks seldom hold, made of what they do hold: a segmenter learns from some of it.

    Vienna            ->  Vienna.Harbour        one token; so is a host with capitals
    approximately 5   ->  approx. 5             an abbreviation, which ends no sentence
    the plan. Then    ->  the B. Then           a letter, which does
    harbour           ->  #harbour
    Great job! See    ->  Great job! 😂 See     a sign of joy belongs to what is before it
    don't             ->  dont                  two words all the same

Each is drawn for so few places that the rest of the treebank says what is usual.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from jmt.cascade.symbols.examples import TaskExamples
from jmt.segmentation.atoms import Spacing
from jmt.segmentation.labels import FUSED, INSIDE, ONE_WORD, SENTENCE, TOKEN, AtomLabel, read_label, write_label
from jmt.segmentation.stretches import WHITE, parted
from jmt.training.seeds import derive_seed

_LONG, _LONGER = 4, 6
"""Letters of words that hosts are made of, and of those that are abbreviated."""
_OFTEN = 3
"""Times that a word begins a sentence, for it to be known as one that does."""
_EMOJI = "😀😁😂😃😄😅😆😉😊😋😎😍😘🙂🤗🤔😏😢😭😱😡😳🙏👍👎👏💪🔥🎉🎂💯💕💔😴🤣🥰🙌✨😩🤷"
_APOSTROPHES = "'’"
_CLITICS = frozenset({"t", "s", "m", "d", "re", "ve", "ll"})
_VOWELS = "aeiou"


class _Atom(NamedTuple):
    """An atom, what stands before it, and what is said of it."""

    spacing: Spacing
    form: str
    border: int
    expansion: str = ONE_WORD


class _Words(NamedTuple):
    """What is known of the words of a treebank."""

    forms: frozenset[str]
    """Every atom, in lower case."""
    long: Sequence[str]
    """Those that hosts and names are made of."""
    starters: frozenset[str]
    """Those that begin sentences."""
    expansions: dict[str, str]
    """How an atom that is several words is expanded, where training saw that."""


class _Made(NamedTuple):
    """What stands in the place of some atoms."""

    atoms: list[_Atom]
    length: int
    """How many it stands for."""


_Change = Callable[[Sequence[_Atom], int, _Words, random.Random], _Made | None]


def with_rare_tokens(paragraphs: TaskExamples, share: float, seed: int) -> TaskExamples:
    """Return the paragraphs of a treebank with rare tokens in some places, which follow from the seed.

    `share`, in [0, 1], is how many of the usual number; with 0 the paragraphs are returned as they are.
    """
    if not share:
        return paragraphs
    rows = [
        [_atom_of(item, label) for item, label in zip(items, labels, strict=True)]  # type: ignore[arg-type]
        for items, labels in zip(paragraphs.inputs, paragraphs.gold, strict=True)
    ]
    words = _words_of(rows)
    draw = random.Random(derive_seed(seed, "rare tokens", paragraphs.task))
    changed = [list(_changed(row, words, share, draw)) for row in rows]
    inputs = [[WHITE[atom.spacing] + atom.form for atom in row] for row in changed]
    gold = [[write_label(AtomLabel(atom.border, atom.expansion)) for atom in row] for row in changed]
    return TaskExamples(paragraphs.task, paragraphs.kind, inputs, gold)


def _atom_of(item: str, label: str) -> _Atom:
    said = read_label(label)
    return _Atom(*parted(item), said.border, said.expansion)


def _words_of(rows: Sequence[Sequence[_Atom]]) -> _Words:
    forms = Counter(atom.form.lower() for row in rows for atom in row)
    starts = Counter(atom.form.lower() for row in rows for atom in row if atom.border == SENTENCE)
    starters = frozenset(form for form, count in starts.items() if count >= _OFTEN)
    long = sorted(form for form in forms if form.isalpha() and len(form) >= _LONG and form not in starters)
    expansions = {atom.form.lower(): atom.expansion for row in rows for atom in row if atom.expansion and atom.border}
    return _Words(frozenset(forms), long, starters, expansions)


def _changed(row: Sequence[_Atom], words: _Words, share: float, draw: random.Random) -> Iterator[_Atom]:
    place = 0
    while place < len(row):
        chance, made = draw.random() / share, None
        for change, rate in _CHANGES:
            chance -= rate
            if chance < 0:
                made = change(row, place, words, draw)
                break
        yield from made.atoms if made else [row[place]]
        place += made.length if made else 1


def _is_word(row: Sequence[_Atom], place: int, letters: int) -> bool:
    """Tell whether a token that begins no sentence is one long word, with a space before it."""
    atom = row[place]
    alone = place + 1 == len(row) or row[place + 1].border != INSIDE
    said = atom.border == TOKEN and atom.spacing is Spacing.SPACE and atom.expansion == ONE_WORD
    return said and alone and len(atom.form) >= letters and atom.form.isalpha()


def _host(row: Sequence[_Atom], place: int, words: _Words, draw: random.Random) -> _Made | None:
    if not _is_word(row, place, _LONG) or not words.long:
        return None
    write = draw.choice((str.capitalize, str.capitalize, str.lower, str))
    parts = [row[place].form, *draw.choices(words.long, k=draw.choice((1, 1, 2)))]
    atoms = [row[place]._replace(form=write(parts[0]))]
    for part in parts[1:]:
        atoms += [_Atom(Spacing.NOTHING, ".", INSIDE), _Atom(Spacing.NOTHING, write(part), INSIDE)]
    return _Made(atoms, 1)


def _abbreviation(row: Sequence[_Atom], place: int, words: _Words, draw: random.Random) -> _Made | None:
    if not _is_word(row, place, _LONGER) or place + 1 == len(row):
        return None
    after = row[place + 1]
    goes_on = after.border == TOKEN and after.spacing is Spacing.SPACE and after.form.isalnum()
    form = row[place].form[: draw.choice((2, 3, 3, 4, 4, 5, 6))].rstrip(_VOWELS)
    if not goes_on or len(form) < 2 or form.lower() in words.forms:
        return None
    return _Made([row[place]._replace(form=form), _Atom(Spacing.NOTHING, ".", INSIDE)], 1)


def _letter(row: Sequence[_Atom], place: int, words: _Words, draw: random.Random) -> _Made | None:
    if not _is_word(row, place, 1) or place + 2 >= len(row):
        return None
    stop, after = row[place + 1 : place + 3]
    ends = stop.form == "." and stop.spacing is Spacing.NOTHING and after.border == SENTENCE
    if not ends or after.form.lower() not in words.starters:
        return None
    return _Made([row[place]._replace(form=draw.choice("ABCDEFGHKLMNPQRSTUVWXYZ"))], 1)


def _hashtag(row: Sequence[_Atom], place: int, words: _Words, draw: random.Random) -> _Made | None:
    if not _is_word(row, place, _LONG):
        return None
    form = row[place].form + draw.choice(("", "", draw.choice(words.long).capitalize() if words.long else ""))
    return _Made([row[place]._replace(form="#"), _Atom(Spacing.NOTHING, form, INSIDE)], 1)


def _emoji(row: Sequence[_Atom], place: int, _words: _Words, draw: random.Random) -> _Made | None:
    atom = row[place]
    after_stop = place > 0 and row[place - 1].form in (".", "!", "?")
    if atom.border != SENTENCE or atom.spacing is not Spacing.SPACE or not after_stop:
        return None
    return _Made([_Atom(Spacing.SPACE, draw.choice(_EMOJI), TOKEN), atom], 1)


def _clitic(row: Sequence[_Atom], place: int, words: _Words, _draw: random.Random) -> _Made | None:
    atoms = row[place : place + 3]
    if len(atoms) < 3 or atoms[0].border == INSIDE or not atoms[0].form.isalpha():
        return None
    word, apostrophe, clitic = atoms
    joined = apostrophe.border == clitic.border == INSIDE and apostrophe.spacing is clitic.spacing is Spacing.NOTHING
    if not joined or apostrophe.form not in _APOSTROPHES or clitic.form.lower() not in _CLITICS:
        return None
    said, _, length = clitic.expansion.partition("*+")
    if said != f"{FUSED}cut " or not length.isdigit():
        return None
    form = word.form + clitic.form
    expansion = words.expansions.get(form.lower(), f"{said}*+{int(length) - 1}")
    return _Made([word._replace(form=form, expansion=expansion)], 3)


_CHANGES: tuple[tuple[_Change, float], ...] = (
    (_host, 0.003),
    (_abbreviation, 0.02),
    (_letter, 0.03),
    (_hashtag, 0.001),
    (_emoji, 0.03),
    (_clitic, 0.08),
)
"""Each with how often it is tried; most places do not fit."""
