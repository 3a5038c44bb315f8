"""Adjectives and adverbs by what they describe, with words held out for dev and for test.

A row reads `class: shared words | only in dev | only in test`.  `MODIFIES` says which noun classes take which rows.
"""

from __future__ import annotations

ADJECTIVES = """
human: old young tall clever kind brave shy polite lazy proud famous friendly rich poor tired happy sad angry nervous
 strong calm honest quiet careful rude loyal surprised worried | cheerful fearless stubborn talkative thoughtful courageous | graceful careless curious ambitious energetic sensible
animal: old young big small fat thin wild hungry tame friendly fast slow noisy tired | playful furry restless | ferocious sleepy harmless
thing: big small heavy light old new cheap expensive beautiful ugly dirty clean strange red blue green white black
 simple |  colorful enormous rusty breakable | fashionable gigantic shiny priceless
garment: long short warm light old new cheap expensive red blue green white black clean dirty thin | woolen colorful | silky fashionable
edible: fresh sweet warm cold delicious sour ripe cheap small | juicy crunchy | flavorful
dish: fresh warm hot cold delicious cheap spicy | tasteless crunchy | flavorful salty
drink: cold hot warm fresh sweet cheap | refreshing | drinkable
place: quiet busy large small old new dark crowded empty clean lonely famous beautiful modern | spacious windowless picturesque | peaceful luxurious abandoned
event: long short boring exciting important noisy interesting quiet late early famous | memorable tiresome | spectacular joyful
tool: big small heavy light old new cheap useful clean sharp dirty | rusty | shiny
text: long short old new boring interesting strange important famous useful | readable | unreadable
vehicle: old new fast slow cheap expensive big small dirty clean red blue white | enormous | fashionable
furniture: old new big small heavy light wooden cheap ugly white black | colorful | gigantic
idea: good bad new strange simple difficult interesting wise important clear serious useful dangerous | reasonable pointless ingenious | questionable hopeless sensational
organization: large small new rich powerful local foreign famous private | successful influential | profitable international
plant: tall old small beautiful green wild dry | leafy fragrant | thorny colorless
waters: deep cold wide calm clear dirty long | shallow | bottomless
"""  # noqa: E501 - a table reads best with one class per line

MODIFIES = {
    "person": "human", "kin": "human", "animal": "animal", "fruit": "edible", "vegetable": "edible", "dish": "dish",
    "food": "dish", "drink": "drink", "text": "text", "musical": "thing", "vehicle": "vehicle", "vessel": "vehicle",
    "tool": "tool", "small": "thing", "garment": "garment", "building": "place", "outdoor": "place",
    "path": "place", "site": "place", "waters": "waters", "room": "place", "furniture": "furniture", "opening": "thing",
    "plant": "plant", "event": "event", "outing": "event", "speech": "idea", "plan": "idea", "issue": "idea",
    "organization": "organization", "part": "thing",
}  # fmt: skip

ORDER = {
    "old": 2, "new": 2, "young": 2, "modern": 2, "red": 3, "blue": 3, "green": 3, "white": 3, "black": 3, "wooden": 4,
    "woolen": 4, "silky": 4, "local": 4, "foreign": 4, "private": 4, "big": 1, "small": 1, "large": 1, "tall": 1,
    "long": 1, "short": 1, "fat": 1, "thin": 1, "heavy": 1, "light": 1, "wide": 1, "deep": 1,
}  # fmt: skip
"""Place of an adjective among several; words that are not here come first, and two of one place do not meet."""

EMOTIONS = "glad sorry happy sad angry sure afraid proud surprised certain | delighted hopeful | thankful doubtful"
"""Adjectives that take a that-clause."""

ABLE = "ready able eager likely afraid happy free willing | reluctant | unwilling"
"""Adjectives that take an infinitive whose subject is the subject of the copula."""

EASE = "easy hard difficult dangerous fun important useful possible | impossible | pleasant"
"""Adjectives of `it is ADJ to ...`."""

HYPHENATED = (("well", "know"), ("well", "pay"), ("well", "dress"), ("much", "love"))
"""Adverb and verb of adjectives with a hyphen (`a well-known singer`)."""

UNGRADABLE = frozenset(
    "red blue green white black wooden woolen silky local foreign private enormous gigantic delicious abandoned"
    " priceless windowless bottomless ferocious furry unreadable readable extraordinary colorless tasteless drinkable"
    " late early surprised worried modern".split()
)
"""Adjectives without degrees."""

MANNER = {
    "motion": "quickly slowly quietly carefully happily fast together | nervously fearlessly | silently recklessly",
    "voice": "loudly happily quietly sadly politely beautifully angrily | cheerfully softly | joyfully bitterly",
    "repose": "quietly together peacefully happily | comfortably patiently | silently uneasily",
    "effort": "well badly hard slowly happily quickly together alone | gracefully diligently | eagerly tirelessly",
    "handling": "carefully quickly slowly gently easily quietly | patiently skillfully | eagerly stubbornly",
}
"""Adverbs of manner by what is done."""

MANNER_OF = {
    "voice": "laugh sing shout cry bark smile answer complain whisper giggle whistle talk",
    "repose": "sleep wait rest sit stand lie live",
    "effort": "dance swim work study cook read play drink travel grow train practice",
    "handling": "open close clean carry repair wash paint write read copy cut move polish inspect examine pick",
}
"""Verbs that take each row; verbs of motion take theirs by frame."""

FREQUENCY = "often always sometimes usually never rarely seldom | occasionally | frequently"

SENTENCE_ADVERBS = (
    "fortunately suddenly perhaps finally however recently clearly sadly meanwhile"
    " | surprisingly | luckily unfortunately"
)

DEGREE = "very too quite so really rather | extremely | unusually"
