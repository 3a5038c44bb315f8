"""Inflection of English nouns, verbs and adjectives, and the choice between `a` and `an`."""

from __future__ import annotations

VOWELS = "aeiou"

IRREGULAR_PLURALS = {
    "child": "children", "man": "men", "woman": "women", "mouse": "mice", "goose": "geese", "tooth": "teeth",
    "foot": "feet", "sheep": "sheep", "fish": "fish", "knife": "knives", "wolf": "wolves", "leaf": "leaves",
    "shelf": "shelves", "thief": "thieves", "loaf": "loaves", "half": "halves", "wife": "wives", "scarf": "scarves",
    "calf": "calves", "person": "people", "potato": "potatoes", "tomato": "tomatoes", "hero": "heroes",
    "fisherman": "fishermen", "postman": "postmen",
}  # fmt: skip

IRREGULAR_VERBS = {
    # lemma: (past, past participle)
    "be": ("was", "been"), "have": ("had", "had"), "do": ("did", "done"), "go": ("went", "gone"),
    "see": ("saw", "seen"), "eat": ("ate", "eaten"), "give": ("gave", "given"), "take": ("took", "taken"),
    "write": ("wrote", "written"), "read": ("read", "read"), "drive": ("drove", "driven"), "ride": ("rode", "ridden"),
    "speak": ("spoke", "spoken"), "break": ("broke", "broken"), "steal": ("stole", "stolen"),
    "choose": ("chose", "chosen"), "wake": ("woke", "woken"), "wear": ("wore", "worn"), "tear": ("tore", "torn"),
    "sing": ("sang", "sung"), "swim": ("swam", "swum"), "drink": ("drank", "drunk"), "ring": ("rang", "rung"),
    "begin": ("began", "begun"), "run": ("ran", "run"), "come": ("came", "come"), "become": ("became", "become"),
    "buy": ("bought", "bought"), "bring": ("brought", "brought"), "think": ("thought", "thought"),
    "teach": ("taught", "taught"), "catch": ("caught", "caught"), "sell": ("sold", "sold"), "tell": ("told", "told"),
    "say": ("said", "said"), "pay": ("paid", "paid"), "find": ("found", "found"), "hold": ("held", "held"),
    "keep": ("kept", "kept"), "sleep": ("slept", "slept"), "leave": ("left", "left"), "lose": ("lost", "lost"),
    "send": ("sent", "sent"), "lend": ("lent", "lent"), "build": ("built", "built"), "make": ("made", "made"),
    "meet": ("met", "met"), "feed": ("fed", "fed"), "lead": ("led", "led"), "win": ("won", "won"),
    "hear": ("heard", "heard"), "stand": ("stood", "stood"), "sit": ("sat", "sat"), "fall": ("fell", "fallen"),
    "feel": ("felt", "felt"), "fly": ("flew", "flown"), "draw": ("drew", "drawn"), "grow": ("grew", "grown"),
    "know": ("knew", "known"), "throw": ("threw", "thrown"), "blow": ("blew", "blown"),
    "forget": ("forgot", "forgotten"),
    "hide": ("hid", "hidden"), "bite": ("bit", "bitten"), "put": ("put", "put"), "cut": ("cut", "cut"),
    "shut": ("shut", "shut"), "hit": ("hit", "hit"), "hurt": ("hurt", "hurt"), "let": ("let", "let"),
    "cost": ("cost", "cost"), "bear": ("bore", "borne"), "rise": ("rose", "risen"), "shine": ("shone", "shone"),
    "spend": ("spent", "spent"), "understand": ("understood", "understood"), "sweep": ("swept", "swept"),
    "light": ("lit", "lit"), "fight": ("fought", "fought"), "weep": ("wept", "wept"), "get": ("got", "gotten"),
    "shake": ("shook", "shaken"), "forgive": ("forgave", "forgiven"), "show": ("showed", "shown"),
    "sew": ("sewed", "sewn"), "lie": ("lay", "lain"), "hang": ("hung", "hung"), "dig": ("dug", "dug"),
    "stick": ("stuck", "stuck"), "spread": ("spread", "spread"), "split": ("split", "split"),
}  # fmt: skip

DOUBLING = frozenset(
    "stop plan hop jog hug grab chat clap nod rob rub step skip drop shop slip trip wrap pin ship drum swim run sit put"
    " cut shut hit let get begin forget win dig spin admit prefer refer permit split scrub trim hum chop wag scrub"
    " scrap".split()
)
"""Verbs that double their last letter before -ed and -ing."""

IRREGULAR_COMPARISON = {
    "good": ("better", "best"), "bad": ("worse", "worst"), "far": ("farther", "farthest"), "well": ("better", "best"),
    "little": ("less", "least"), "many": ("more", "most"), "much": ("more", "most"), "badly": ("worse", "worst"),
}  # fmt: skip

SOUNDS_LIKE_VOWEL = ("honest", "hour", "heir")
SOUNDS_LIKE_CONSONANT = ("uni", "use", "usual", "one", "euro", "ukulele", "utensil")


def plural(noun: str) -> str:
    """Return the plural of a noun."""
    if noun in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[noun]
    return _with_s(noun)


def _with_s(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2] not in VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def third_person(verb: str) -> str:
    """Return the third person singular present (`watches`)."""
    return {"be": "is", "have": "has", "do": "does", "go": "goes"}.get(verb) or _with_s(verb)


def _stem(verb: str) -> str:
    return verb + verb[-1] if verb in DOUBLING else verb


def past(verb: str) -> str:
    """Return the past tense."""
    return IRREGULAR_VERBS[verb][0] if verb in IRREGULAR_VERBS else _regular_past(verb)


def participle(verb: str) -> str:
    """Return the past participle."""
    return IRREGULAR_VERBS[verb][1] if verb in IRREGULAR_VERBS else _regular_past(verb)


def _regular_past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in VOWELS:
        return verb[:-1] + "ied"
    return _stem(verb) + "ed"


def gerund(verb: str) -> str:
    """Return the -ing form."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and verb not in ("be", "see", "dye") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    return _stem(verb) + "ing"


def verb_form(lemma: str, tag: str, *, person: int = 3, plural: bool = False) -> str:
    """Return the form of a verb for a PTB tag; person and number matter to `be` alone."""
    if lemma == "be" and tag in ("VBP", "VBD", "VBZ"):
        if tag == "VBD":
            return "were" if plural or person == 2 else "was"
        return "are" if plural or person == 2 else "am" if person == 1 else "is"
    forms = {"VBZ": third_person, "VBD": past, "VBN": participle, "VBG": gerund}
    return forms[tag](lemma) if tag in forms else lemma


def is_short(adjective: str) -> bool:
    """Tell whether the adjective compares with -er and -est rather than with more and most."""
    if adjective in IRREGULAR_COMPARISON:
        return True
    nuclei = sum(
        letter in VOWELS and (at == 0 or adjective[at - 1] not in VOWELS) for at, letter in enumerate(adjective)
    )
    silent = adjective.endswith("e") and nuclei > 1
    ends_in_y = adjective.endswith("y")
    return nuclei + ends_in_y - silent <= 1 or (ends_in_y and nuclei + 1 <= 2)


def compare(adjective: str, degree: str) -> str:
    """Return the comparative ("er") or superlative ("est") of a short adjective."""
    if adjective in IRREGULAR_COMPARISON:
        return IRREGULAR_COMPARISON[adjective][0 if degree == "er" else 1]
    if adjective.endswith("e"):
        return adjective + degree[1:]
    if adjective.endswith("y") and adjective[-2] not in VOWELS:
        return adjective[:-1] + "i" + degree
    doubles = adjective[-1] in "bdgmnt" and adjective[-2] in VOWELS and adjective[-3:-2] not in tuple(VOWELS)
    return adjective + (adjective[-1] if doubles and len(adjective) <= 4 else "") + degree


def indefinite(next_word: str) -> str:
    """Return `a` or `an` as the sound of the next word asks."""
    lower = next_word.lower()
    if lower.startswith(SOUNDS_LIKE_VOWEL) or lower in ("8", "11", "18") or (lower[:1] == "8"):
        return "an"
    if lower.startswith(SOUNDS_LIKE_CONSONANT):
        return "a"
    return "an" if lower[:1] in VOWELS else "a"
