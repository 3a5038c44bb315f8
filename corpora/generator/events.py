"""Random clauses, one frame of verbs at a time, with settings (tense, aspect, mood and a time that fits)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from corpora.generator import adjectives as adjective_tables
from corpora.generator import names as name_tables
from corpora.generator.lexicon import Noun, Verb, nouns_of, verbs_of
from corpora.generator.meaning import Clause, Inflection, Np, Pp, Time
from corpora.generator.sampling import Sampler

PLACES = (
    ("in", ("outdoor", "room", "building")),
    ("in", ("outdoor", "room")),
    ("near", ("building", "waters", "path")),
    ("at", ("station", "school", "market", "hotel", "library", "museum", "factory")),
    ("on", ("path", "site")),
    ("behind", ("building",)),
)

CONTRACTED_RATE = 0.7
"""How often an auxiliary leans on the pronoun before it (`she's`), where it may."""

PAST, PRESENT, FUTURE = "past", "present", "future"


def setting(sampler: Sampler, *, state: bool = False, habitual: bool = True) -> tuple[Inflection, Time | None]:
    """Return an inflection and, now and then, a time adverbial that agrees with it."""
    kinds = [(past_setting, 34.0), (present_setting, 25.0 if habitual else 0.0), (modal_setting, 16.0)]
    kinds += [(perfect_setting, 17.0), (progressive_setting, 0.0 if state else 13.0)]
    chosen = sampler.weighted(kinds)
    if state and chosen is present_setting:
        return Inflection("present"), None
    return chosen(sampler)


def past_setting(sampler: Sampler) -> tuple[Inflection, Time | None]:
    """Simple past: `yesterday`, `two years ago`, `on May 5, 1987`."""
    return Inflection("past"), past_time(sampler) if sampler.chance(0.35) else None


def present_setting(sampler: Sampler) -> tuple[Inflection, Time | None]:
    """Simple present: habits, often with an adverb of frequency."""
    if sampler.chance(0.4):
        return Inflection("present", adverb=sampler.word(adjective_tables.FREQUENCY)), None
    return Inflection("present"), habit_time(sampler) if sampler.chance(0.5) else None


def modal_setting(sampler: Sampler) -> tuple[Inflection, Time | None]:
    """A modal verb, sometimes with the perfect."""
    modal = sampler.pick(("will", "will", "will", "can", "could", "should", "must", "may", "might", "would"))
    if modal in ("could", "should", "must", "may", "might") and sampler.chance(0.2):
        return Inflection("past", modal=modal, perfect=True), None
    time = future_time(sampler) if modal in ("will", "should", "may") and sampler.chance(0.35) else None
    return Inflection("present", modal=modal, contracted=modal == "will" and sampler.chance(CONTRACTED_RATE)), time


def perfect_setting(sampler: Sampler) -> tuple[Inflection, Time | None]:
    """Present or past perfect."""
    tense = sampler.pick((PRESENT, PRESENT, PAST))
    adverb = sampler.pick(("already", "just", "never", "recently", "often")) if sampler.chance(0.3) else ""
    return Inflection(tense, perfect=True, adverb=adverb, contracted=sampler.chance(CONTRACTED_RATE)), None


def progressive_setting(sampler: Sampler) -> tuple[Inflection, Time | None]:
    """Present or past progressive."""
    tense = sampler.pick((PRESENT, PAST))
    time = Time("adverb", ("now",)) if tense == PRESENT and sampler.chance(0.25) else None
    adverb = sampler.pick(("still", "always")) if time is None and sampler.chance(0.1) else ""
    return Inflection(tense, progressive=True, adverb=adverb, contracted=sampler.chance(CONTRACTED_RATE)), time


def past_time(sampler: Sampler) -> Time:
    """Return a time in the past."""
    month = sampler.pick(name_tables.MONTHS.split())
    day = str(sampler.number(1, 28))
    year = str(sampler.number(1960, 2019))
    count = sampler.pick(("two", "three", "four", "five", "ten", "a"))
    unit = sampler.pick(("year", "week", "month", "day"))
    return sampler.weighted((
        (Time("noun", ("yesterday",)), 3),
        (Time("noun", ("last", sampler.pick(("week", "year", "month", "night", "summer", "winter")))), 4),
        (Time("ago", (count, unit if count == "a" else unit + "s")), 3),
        (Time("day", ("on", sampler.pick(name_tables.WEEKDAYS.split()))), 3),
        (Time("month", ("in", month, year) if sampler.chance(0.5) else ("in", month)), 2),
        (Time("year", ("in", year)), 2),
        (Time("date", ("on", month, day, year) if sampler.chance(0.5) else ("on", month, day)), 2),
        (clock_time(sampler), 2),
        (Time("part", sampler.pick((("in", "the", "morning"), ("in", "the", "evening"), ("at", "night")))), 1),
    ))  # fmt: skip


def clock_time(sampler: Sampler) -> Time:
    """Return `at 7:30`, `at seven` or `at 7 a.m.`"""
    hour = sampler.number(1, 12)
    shape = sampler.number(0, 2)
    if shape == 0:
        return Time("year", ("at", f"{hour}:{sampler.pick(('15', '30', '45', '05', '20'))}"))
    if shape == 1:
        return Time("year", ("at", sampler.pick("two three four five six seven eight nine ten eleven".split())))
    return Time("clock", ("at", str(hour), sampler.pick(("a.m.", "p.m."))))


LASTING = frozenset("sleep work wait rest dance swim study travel play cook read".split())
"""Verbs whose event may last for a given time."""


def duration(sampler: Sampler) -> Time:
    """Return `for two hours` or `for a week`."""
    count = sampler.pick(("two", "three", "five", "ten", "a"))
    unit = sampler.pick(("minute", "day", "week", "month"))
    return Time("span", ("for", count, unit if count == "a" else unit + "s"))


def habit_time(sampler: Sampler) -> Time:
    """Return a time that repeats."""
    return sampler.weighted((
        (Time("noun", ("every", sampler.pick(("day", "morning", "week", "summer", "evening", "year")))), 4),
        (Time("day", ("on", sampler.pick(("Mondays", "Fridays", "Saturdays", "Sundays")))), 2),
        (Time("part", sampler.pick((("in", "the", "morning"), ("in", "the", "evening"), ("at", "night")))), 2),
        (clock_time(sampler), 1),
    ))  # fmt: skip


def future_time(sampler: Sampler) -> Time:
    """Return a time to come."""
    return sampler.weighted((
        (Time("noun", (sampler.pick(("tomorrow", "tonight")),)), 3),
        (Time("noun", ("next", sampler.pick(("week", "year", "month", "summer")))), 3),
        (Time("adverb", ("soon",)), 2),
        (Time("day", ("on", sampler.pick(name_tables.WEEKDAYS.split()))), 2),
    ))  # fmt: skip


def place(sampler: Sampler) -> Pp:
    """Return a place where people do things."""
    preposition, classes = sampler.pick(PLACES)
    if "outdoor" in classes and sampler.chance(0.1):
        return Pp("in", sampler.city())
    return Pp(preposition, sampler.simple(*classes))


def oblique(sampler: Sampler, options: Sequence[tuple[str, tuple[str, ...]]]) -> Pp:
    """Return one of a verb's prepositional complements."""
    preposition, classes = sampler.pick(tuple(options))
    return Pp(preposition, distinct(sampler, classes))


def distinct(sampler: Sampler, classes: Sequence[str], role: str = "object") -> Np:
    """Return a noun phrase that is no first or second person pronoun, which objects of many verbs dislike."""
    np = sampler.np(classes, role)
    while np.pronoun in ("I", "we", "you"):
        np = sampler.np(classes, role)
    return np


def is_plural(np: Np | None) -> bool:
    """Tell whether the noun phrase means several."""
    return np is not None and (np.plural or bool(np.others) or np.pronoun in ("we", "they"))


def manner(sampler: Sampler, frame: str, verb: str) -> str:
    """Return an adverb of manner that suits the verb, or "" where none does."""
    if frame == "motion":
        return sampler.word(adjective_tables.MANNER["motion"])
    rows = [row for row, verbs in adjective_tables.MANNER_OF.items() if verb in verbs.split()]
    return sampler.word(adjective_tables.MANNER[sampler.pick(rows)]) if rows else ""


def clashes(subject: Np, other: Np) -> bool:
    """Tell whether two arguments would be the same person or thing."""
    if subject.pronoun and other.pronoun:
        same = subject.pronoun == other.pronoun
        first = {"I", "we"}
        return same or (subject.pronoun in first and other.pronoun in first)
    if subject.noun and other.noun:
        return subject.noun.lemma == other.noun.lemma
    return bool(subject.name) and subject.name == other.name


@cache
def admits(classes: tuple[str, ...], noun: Noun) -> bool:
    """Tell whether the noun belongs to one of the classes."""
    return noun in nouns_of(classes)


def taking(sampler: Sampler, frame: str, noun: Noun, slot: str) -> Verb | None:
    """Return a verb of the frame that takes the noun as its subject or object, if there is one."""
    usable = [
        verb for verb in verbs_of(frame) if admits(getattr(verb, slot), noun) and verb.split in ("all", sampler.split)
    ]
    return sampler.entry(usable) if any(verb.split == "all" for verb in usable) else None


def framed(sampler: Sampler, frame: str, *, subject: Np | None = None) -> tuple[Clause, Verb]:
    """Return a clause of the frame in the simple past, and its verb."""
    verb = sampler.verb(frame)
    chosen = subject or sampler.np(verb.subjects, "subject")
    clause = Clause(verb.lemma, subject=chosen, particle=verb.particle)
    if verb.objects:
        target = sampler.np(verb.objects)
        if clashes(chosen, target):  # another verb, since some have one possible object only
            return framed(sampler, frame, subject=subject)
        clause = replace(clause, object=target)
        if verb.particle:
            clause = replace(clause, particle_last=bool(target.pronoun) or sampler.chance(0.4))
    if verb.obliques:
        pp = oblique(sampler, verb.obliques)
        if clashes(chosen, pp.object):
            return framed(sampler, frame, subject=subject)
        moved = frame == "ditransitive"
        clause = with_recipient(sampler, clause, pp) if moved else replace(clause, obliques=(pp,))
    return clause, verb


def with_recipient(sampler: Sampler, clause: Clause, pp: Pp) -> Clause:
    """Return the clause with its recipient before the object, or after it with a preposition."""
    human = pp.object.noun is None or pp.object.noun.human
    dative_verbs = ("donate", "demonstrate", "deliver", "recommend")
    double = human and clause.verb not in dative_verbs and sampler.chance(0.5)
    if double:
        return replace(clause, recipient=pp.object, double_object=True)
    return replace(clause, obliques=(pp,))


def event(sampler: Sampler, frame: str, *, subject: Np | None = None, modifiers: bool = True) -> Clause:
    """Return a clause of the frame with a random setting and perhaps a manner, a place and a time."""
    clause, verb = framed(sampler, frame, subject=subject)
    inflection, time = setting(sampler, state=verb.state)
    clause = replace(clause, inflection=inflection)
    if not modifiers:
        return clause
    animate = bool(clause.subject and (clause.subject.noun is None or clause.subject.noun.kind != "event"))
    if animate and sampler.chance(0.35):
        word = manner(sampler, frame, verb.lemma)
        alone = word == "together" and not is_plural(clause.subject)
        clause = replace(clause, manner="" if alone else word)
    takes_place = frame in ("intransitive", "transitive") and not verb.state and animate
    if takes_place and clause.complement is None and sampler.chance(0.25 if frame == "intransitive" else 0.12):
        clause = replace(clause, place=place(sampler))
    if time is None and frame == "intransitive" and verb.lemma in LASTING and sampler.chance(0.25):
        time = duration(sampler)
    if time is not None:
        clause = replace(clause, time=time, time_first=sampler.chance(0.2) and time.kind in ("noun", "ago", "year"))
    return clause
