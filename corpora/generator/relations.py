"""Which words mean the same, more, or the contrary: what entailment and relatedness of the pairs rest on.

No word that `nouns`, `verbs` or `adjectives` hold out for dev or test may stand here: pairs teach with shared words.
"""

from __future__ import annotations

NOUN_SYNONYMS = {
    "sofa": "couch", "gift": "present", "shop": "store", "car": "automobile", "bicycle": "bike", "doctor": "physician",
    "teacher": "instructor", "child": "kid", "picture": "image", "cup": "mug", "stone": "rock", "forest": "wood",
    "writer": "author", "student": "pupil", "story": "tale", "mistake": "error", "rabbit": "bunny", "cook": "chef",
    "lawyer": "attorney", "thief": "robber", "road": "street", "boy": "lad", "pig": "hog", "rope": "cord",
    "hotel": "inn", "bag": "sack", "meeting": "gathering", "taxi": "cab", "truck": "lorry", "luggage": "baggage",
    "newspaper": "paper", "hospital": "clinic", "theater": "playhouse", "factory": "plant", "farm": "ranch",
    "sea": "ocean", "garden": "yard", "harbor": "port", "question": "query", "answer": "reply", "idea": "notion",
    "plan": "scheme", "result": "outcome", "chair": "seat", "woman": "lady",
}  # fmt: skip

VERB_SYNONYMS = {
    "buy": "acquire", "repair": "fix", "close": "shut", "begin": "start", "watch": "observe", "help": "assist",
    "shout": "yell", "draw": "sketch", "carry": "haul", "clean": "scrub", "cook": "prepare", "hide": "conceal",
    "build": "construct", "finish": "complete", "wash": "rinse", "chase": "pursue", "cut": "chop", "find": "discover",
    "cancel": "scrap", "hurry": "rush", "meet": "encounter", "reject": "dismiss", "cry": "weep", "smell": "sniff",
    "copy": "reproduce", "steal": "snatch", "publish": "print", "phone": "ring", "hire": "employ",
}  # fmt: skip

PHRASE_SYNONYMS = {
    # (verb, particle) <-> one verb: paraphrases that share fewer words
    ("put", "on"): "don", ("throw", "away"): "discard", ("take", "off"): "remove", ("pick", "up"): "lift",
    ("write", "down"): "note", ("call", "off"): "cancel", ("give", "up"): "drop", ("call", "up"): "phone",
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
    "famous": "renowned", "angry": "furious", "cheap": "inexpensive", "kind": "nice", "thin": "slim",
    "strong": "powerful", "boring": "dull", "delicious": "tasty", "dirty": "filthy", "rude": "impolite",
    "ugly": "hideous", "important": "significant", "noisy": "loud", "heavy": "weighty",
}  # fmt: skip

ADJECTIVE_ANTONYMS = {
    "big": "small", "hot": "cold", "rich": "poor", "happy": "sad", "clean": "dirty", "tall": "short", "long": "short",
    "fast": "slow", "strong": "weak", "heavy": "light", "cheap": "expensive", "quiet": "noisy", "polite": "rude",
    "brave": "cowardly", "wide": "narrow", "warm": "cool", "fresh": "stale", "simple": "complex",
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
    "vehicle": "vehicle", "tool": "tool", "garment": "garment", "building": "building",
    "vessel": "vessel", "plant": "plant",
}  # fmt: skip
NO_HYPERNYM = frozenset({"child", "guest", "visitor", "bank", "tree", "bush"})
"""Words that their class's hypernym does not suit well."""

VERB_HYPERNYMS = {
    "hurry": "go", "walk": "go", "drive": "go", "run": "go", "travel": "go", "steal": "take", "borrow": "take",
    "sketch": "draw", "nurse": "help", "guide": "lead", "chase": "follow", "saw": "cut", "bite": "hurt", "race": "run",
    "crawl": "move", "jump": "move", "burn": "damage", "break": "damage",
    "stroke": "touch",
}  # fmt: skip
"""What one also does who does this; for verbs of motion after a preposition of direction."""
