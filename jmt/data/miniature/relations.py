"""Which words mean the same, more, or the contrary: what entailment and relatedness of the pairs rest on.

No word that `nouns`, `verbs` or `adjectives` hold out for dev or test may stand here: pairs teach with shared words.
"""

from __future__ import annotations

NOUN_SYNONYMS = {
    "sofa": "couch", "gift": "present", "shop": "store", "car": "automobile", "bicycle": "bike", "doctor": "physician",
    "teacher": "instructor", "child": "kid", "picture": "image", "cup": "mug", "stone": "rock", "forest": "wood",
    "writer": "author", "student": "pupil", "story": "tale", "mistake": "error", "hat": "cap", "rabbit": "bunny",
    "lawyer": "attorney", "thief": "robber", "boat": "vessel", "road": "street", "boy": "lad", "pig": "hog",
    "movie": "film", "rope": "cord", "tailor": "dressmaker", "hall": "lobby", "hotel": "inn", "rumor": "gossip",
    "coat": "cloak", "bag": "sack", "meeting": "gathering", "contest": "match", "sailor": "seaman", "plane": "jet",
}  # fmt: skip

VERB_SYNONYMS = {
    "buy": "get", "repair": "fix", "close": "shut", "begin": "start", "watch": "observe", "help": "assist",
    "shout": "yell", "choose": "select", "draw": "sketch", "carry": "haul", "clean": "tidy", "cook": "prepare",
    "build": "construct", "finish": "complete", "wash": "rinse", "chase": "pursue", "answer": "respond",
    "cut": "slice", "find": "discover", "cancel": "abandon", "hurry": "rush", "meet": "encounter", "reject": "dismiss",
    "throw": "toss", "cry": "weep", "smell": "sniff", "hide": "conceal", "copy": "reproduce", "attend": "visit",
}  # fmt: skip

PHRASE_SYNONYMS = {
    # (verb, particle) <-> one verb: paraphrases that share fewer words
    ("put", "on"): "don", ("throw", "away"): "discard", ("take", "off"): "remove", ("pick", "up"): "lift",
    ("write", "down"): "note", ("call", "off"): "cancel", ("give", "up"): "abandon", ("call", "up"): "phone",
    ("cut", "down"): "fell", ("send", "back"): "return", ("find", "out"): "learn", ("tear", "down"): "demolish",
    ("work", "out"): "solve", ("knock", "over"): "topple",
}  # fmt: skip

OBLIQUE_SYNONYMS = {
    # (verb, preposition) <-> transitive verb
    ("talk", "about"): "discuss", ("look", "at"): "watch", ("wait", "for"): "await", ("listen", "to"): "hear",
    ("look", "for"): "seek", ("search", "for"): "seek", ("laugh", "at"): "mock",
}  # fmt: skip

ADJECTIVE_SYNONYMS = {
    "big": "large", "small": "little", "fast": "quick", "clever": "smart", "sad": "unhappy", "quiet": "silent",
    "rich": "wealthy", "beautiful": "pretty", "difficult": "hard", "brave": "bold", "tired": "weary", "strange": "odd",
    "famous": "renowned", "angry": "furious", "cheap": "inexpensive", "kind": "nice", "hungry": "starving",
    "thin": "slim", "old": "aged", "new": "recent", "strong": "powerful", "boring": "dull", "delicious": "tasty",
    "dirty": "filthy", "rude": "impolite", "calm": "relaxed", "wise": "sound", "ugly": "hideous", "lonely": "solitary",
}  # fmt: skip

ADJECTIVE_ANTONYMS = {
    "big": "small", "hot": "cold", "rich": "poor", "happy": "sad", "clean": "dirty", "tall": "short", "long": "short",
    "fast": "slow", "strong": "weak", "heavy": "light", "cheap": "expensive", "quiet": "noisy", "polite": "rude",
    "brave": "cowardly", "wide": "narrow", "deep": "shallow", "warm": "cool", "fresh": "stale", "simple": "complex",
    "good": "bad", "beautiful": "ugly", "early": "late", "fat": "thin", "wild": "tame", "large": "tiny",
    "interesting": "boring", "empty": "crowded", "honest": "dishonest", "careful": "hasty", "friendly": "hostile",
}  # fmt: skip

VERB_ANTONYMS = {
    "open": "close", "buy": "sell", "find": "lose", "accept": "reject", "remember": "forget", "build": "destroy",
    "join": "leave", "lock": "unlock", "push": "pull", "win": "lose", "laugh": "cry", "praise": "blame",
    "invite": "exclude", "enter": "leave", "hire": "fire", "love": "hate", "clean": "dirty", "trust": "doubt",
}  # fmt: skip

PARTICLE_ANTONYMS = {
    ("turn", "on"): ("turn", "off"), ("put", "on"): ("take", "off"), ("pick", "up"): ("put", "down"),
    ("come", "back"): ("go", "away"), ("sit", "down"): ("stand", "up"),
}  # fmt: skip

HYPERNYMS = {
    # class of nouns: the word above all of them
    "person": "person", "animal": "animal", "fruit": "fruit", "vegetable": "vegetable", "musical": "instrument",
    "vehicle": "vehicle", "tool": "tool", "garment": "garment", "building": "building", "vessel": "ship",
}  # fmt: skip
NO_HYPERNYM = frozenset({"child", "ship", "thief", "guest", "visitor"})
"""Words that their class's hypernym does not suit well."""

VERB_HYPERNYMS = {
    "devour": "eat", "sprint": "run", "stroll": "walk", "chop": "cut", "polish": "clean", "hug": "touch",
    "sip": "drink", "murder": "kill", "whisper": "speak", "scribble": "write", "bake": "cook", "sketch": "draw",
    "hurry": "go", "crawl": "move", "swim": "move", "steal": "take", "grab": "take", "kiss": "touch", "climb": "move",
}  # fmt: skip
