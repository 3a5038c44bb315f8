"""What tests write into the page, and what they let the service answer."""

from __future__ import annotations

from typing import Any

LOOKS = {"light": ("light", 1120), "dark": ("dark", 1120), "narrow": ("light", 360)}
"""Colour scheme and width of the screen in CSS pixels, by a name."""

THREE = "Did it rain all night? The cellar stayed dry. Nobody, not even the cat, had noticed."
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '"><script>window.hacked=1</script>',
    "</textarea><svg onload=alert(1)>",
    "javascript:alert(1) ${alert(1)} {{alert(1)}}",
    "'; touch hacked; echo '",
    "\u202egnirts\u202c שלום 👩‍👩‍👧‍👦 e" + "\u0301" * 200,
    "a" * 3000,
]
ONE_TAG = {"name": "colour", "kind": "tagger", "level": 1, "reads": [], "labels": ["<b>red</b>", "blue"]}


LATER = {"title": "Too many requests", "status": 429, "detail": "too much is waiting already", "request_id": "r1"}
REFUSALS: list[tuple[int, Any, dict[str, str], str]] = [
    (429, LATER, {"Retry-After": "1"}, "The service is busy"),
    (503, {"detail": "the model is warming up"}, {"Retry-After": "1"}, "not ready. It says: the model is warming up"),
    (500, {"detail": "a fault", "request_id": "r2"}, {}, "failed with status 500. It says: a fault. .*log is r2"),
    (504, {}, {}, "took too long"),
    (413, {"title": "Text too long", "detail": "100001 characters"}, {}, "Text too long: 100001 characters"),
    (502, None, {}, "failed with status 502"),
    (200, None, {}, "cannot read"),
    (200, {"documents": []}, {}, "cannot read"),
]
"""Status, body (None: no JSON), headers, and what the page says of it."""

CROWDED: dict[str, Any] = {
    "model": {
        "name": "crowded",
        "language": "en",
        "revision": "sha256:0",
        "tasks": [
            {"name": "xpos", "kind": "tagger", "level": 1, "reads": [], "labels": ["A", "NFP-LONG"]},
            {
                "name": "chunk",
                "kind": "tagger",
                "level": 2,
                "reads": [],
                "labels": ["O", "B-CONJUNCTION-LIKE", "I-CONJUNCTION-LIKE"],
            },
            {"name": "dep", "kind": "parser", "level": 3, "reads": [], "labels": ["root", "nmod:unmarked"]},
        ],
    },
    "answer": {
        "tasks": ["xpos", "chunk", "dep"],
        "ran": ["xpos", "chunk", "dep"],
        "documents": [
            {
                "sentences": [
                    {
                        "tokens": [
                            {"id": at, "text": "i", "xpos": "NFP-LONG" if at % 3 else "A", "head": head}
                            | {"deprel": "nmod:unmarked" if head else "root"}
                            for at, head in enumerate([2, 3, 4, 5, 0, 5, 6, 7, 12, 9, 8, 5], start=1)
                        ],
                        "spans": {
                            "chunk": [
                                {"label": "CONJUNCTION-LIKE", "first": first, "last": last}
                                for first, last in [(1, 1), (2, 3), (4, 4), (5, 5), (6, 8), (9, 9), (10, 11), (12, 12)]
                            ]
                        },
                    }
                ]
            }
        ],
    },
}
"""A model and an answer of words that are narrower than every label about them, with arcs that cross."""


def sentence_of(words: list[str], heads: list[int] | None = None, label: str = "dep") -> dict[str, Any]:
    """A sentence as the service gives it to the model of `CROWDED`; left out, every word hangs on the one before it."""
    governors = heads or list(range(len(words)))
    tokens = [
        {"id": at, "text": word, "xpos": "A", "head": head, "deprel": label if head else "root"}
        for at, (word, head) in enumerate(zip(words, governors, strict=True), start=1)
    ]
    return {"tokens": tokens, "spans": {"chunk": [{"label": "NP", "first": 1, "last": min(2, len(words))}]}}


def answer_of(*sentences: dict[str, Any]) -> dict[str, Any]:
    """An answer of the service that holds these sentences."""
    tasks = CROWDED["answer"]["tasks"]
    return {"tasks": tasks, "ran": tasks, "documents": [{"sentences": list(sentences)}]}


PAIRED: dict[str, Any] = {
    "model": {
        **CROWDED["model"],
        "tasks": [*CROWDED["model"]["tasks"], {"name": "same", "kind": "pair_regressor", "level": 4, "labels": []}],
    },
    "answer": answer_of(sentence_of(["a", "b"])),
    "judgement": {
        "tasks": ["same"],
        "ran": ["same"],
        "judgements": [{"first": "a", "values": {"same": 0.5}}],
        "usage": {"tokens": 2},
    },
}
"""A model that judges pairs, too, and what it says of all."""

NAMED = {
    "\u200d": "[ZWJ]",
    "\u202eevil": "[RLO]evil",
    "\u2067a\u2069": "[RLI]a[PDI]",
    "a\u200eb\u200fc\u061cd": "a[LRM]b[RLM]c[ALM]d",
    "soft\u00adhyphen": "soft[SHY]hyphen",
    "\ufeffbom": "[BOM]bom",
    "a\u200b\u200b\u200bb": "a[ZWSP ×3]b",
    "\x00\x1b[31m\x7f\x85": "[NUL][ESC][31m[DEL][NEL]",
    "hi\U000e0068\U000e0069": "hi[TAG hi]",
    "\ufe0f": "[VS16]",
    "a\ufe01\U000e0100\ufe02": "a[VS ×3]",
    "\u2800": "[BLANK]",
    "\u3164": "[HF]",
    "a\u00a0b": "a[NBSP]b",
    "\u2028": "[LSEP]",
    "\ufffe": "[U+FFFE]",
    "pay\u200dpal": "pay[ZWJ]pal",
    "👩\u200d\u200d👧": "👩[ZWJ ×2]👧",
    "🏴\U000e0065\U000e0076\U000e0069\U000e006c\U000e007f": "🏴[TAG evil]",
    "می\u200c\u200cرود": "می\u200c[ZWNJ]رود",
}
"""Words with invisible characters, and how they are shown."""

SHAPED = [
    "👩\u200d👩\u200d👧",
    "👩🏽\u200d🚀",
    "❤\ufe0f",
    "1\ufe0f\u20e3",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
]
SHAPED += ["می\u200cخواهم", "क्\u200dष", "ශ්\u200dරී", "葛\U000e0100", "ᠠ\u180b", "e\u0301"]
"""Words in which invisible characters do what they are for: shown as they stand."""

DIRECTIONS = {
    "החתול ישב על הספה .": "rtl",
    "ذهب الولد إلى المدرسة .": "rtl",
    "Windows 11 פועל היטב מאוד ( C++ ) .": "rtl",
    "He said שלום twice .": "ltr",
    "https://example.org/a/very/long/address הוא אתר": "rtl",
    "שלום hello": "rtl",
    "hello שלום": "ltr",
    "3 , 14 !": "ltr",
    "\u202eevil text": "ltr",
    "ސަލާމް ދުނިޔެ": "rtl",
    "你好 世界": "ltr",
}
"""Sentences, and where they are read from: as most of their words, then as the first."""
