"""Adjectives and adverbs by what they describe, with words held out for dev and for test.

A row reads `class: shared words | only in dev | only in test`.  `MODIFIES` says which noun classes take which rows.
"""

from __future__ import annotations

ADJECTIVES = """
human: old young tall clever kind brave shy polite lazy proud famous friendly rich poor tired happy sad angry nervous strong calm honest quiet careful rude loyal | cheerful fearless stubborn talkative thoughtful courageous | graceful careless curious ambitious energetic sensible
animal: old young big small fat thin wild hungry tame friendly fast slow noisy tired | playful furry restless | ferocious sleepy harmless
thing: big small heavy light old new cheap expensive beautiful ugly dirty clean wooden strange red blue green white black round long short simple | colorful enormous rusty breakable | fashionable gigantic shiny priceless
garment: long short warm light old new cheap expensive red blue green white black clean dirty thin | woolen colorful | silky fashionable
edible: fresh sweet warm hot cold delicious sour ripe cheap spicy | tasteless crunchy | flavorful salty
drink: cold hot warm fresh sweet cheap | refreshing | drinkable
place: quiet busy large small old new dark crowded empty clean lonely famous beautiful cheap modern | spacious windowless picturesque | peaceful luxurious abandoned
event: long short boring exciting important noisy interesting quiet late early famous | memorable tiresome | spectacular joyful
idea: good bad new strange simple difficult interesting wise important clear serious useful dangerous | reasonable pointless ingenious | questionable hopeless sensational
organization: large small new rich powerful local foreign famous private | successful influential | profitable international
plant: tall old small beautiful green wild dry | leafy fragrant | thorny colorless
water: deep cold wide calm clear dirty long | shallow | bottomless
quality: great | remarkable | extraordinary
"""  # noqa: E501 - a table reads best with one class per line

MODIFIES = {
    "person": "human", "kin": "human", "animal": "animal", "fruit": "edible", "vegetable": "edible", "dish": "edible",
    "food": "edible", "drink": "drink", "text": "idea", "musical": "thing", "vehicle": "thing", "vessel": "thing",
    "tool": "thing", "small": "thing", "garment": "garment", "building": "place", "outdoor": "place",
    "surface": "place", "water": "water", "room": "place", "furniture": "thing", "opening": "thing", "plant": "plant",
    "event": "event", "outing": "event", "speech": "idea", "idea": "idea", "organization": "organization",
    "part": "thing", "quality": "quality", "topic": "idea",
}  # fmt: skip

NOT_ATTRIBUTIVE = frozenset({"late", "early", "kind", "light", "clear"})
"""Words that are kept out of noun phrases of some classes, where they would mean something else."""

EMOTIONS = "glad sorry happy sad angry sure afraid proud surprised certain | delighted hopeful | thankful doubtful"
"""Adjectives that take a that-clause."""

ABLE = "ready able eager likely afraid happy free willing | reluctant | unwilling"
"""Adjectives that take an infinitive whose subject is the subject of the copula."""

EASE = "easy hard difficult dangerous fun important useful possible | impossible | pleasant"
"""Adjectives of `it is ADJ to ...`."""

NATIONALITIES = "French German Italian Spanish Chinese Greek | Norwegian Brazilian | Canadian Egyptian"

PARTICIPLES = "broken stolen forgotten lost painted closed locked torn washed baked burned | polished | unopened"
"""Past participles before a noun."""

MANNER = {
    "motion": "quickly slowly quietly carefully happily fast together | nervously fearlessly | silently recklessly",
    "voice": "loudly happily quietly sadly politely beautifully angrily | cheerfully softly | joyfully bitterly",
    "repose": "quietly well badly together peacefully | comfortably patiently | silently uneasily",
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
    "fortunately suddenly perhaps finally however recently clearly sadly meanwhile | surprisingly | luckily unfortunately"
)

DEGREE = "very too quite so really rather | extremely | unusually"
