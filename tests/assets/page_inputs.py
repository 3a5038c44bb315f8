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
