"""Frames about what is said to be possible, not to be: modality."""

from __future__ import annotations

from corpora.generator.contrasts.frames import Frame

FRAMES = [
    Frame("modality", "train", "p: person; a: act", """
        The {p} may be {a.ing}. | The {p} is {a.ing}. | N
        The {p} is clearly {a.ing}. | The {p} is {a.ing}. | E
        The {p} may not be {a.ing}. | The {p} isn't {a.ing}. | N
        The {p} is clearly not {a.ing}. | The {p} isn't {a.ing}. | E
        """),
    Frame("modality", "train", "n: name; a: act", """
        Perhaps {n} {a.past}. | {n} {a.past}. | N
        Of course {n} {a.past}. | {n} {a.past}. | E
        Perhaps {n} didn't {a.base}. | {n} didn't {a.base}. | N
        Of course {n} didn't {a.base}. | {n} didn't {a.base}. | E
        """),
    Frame("modality", "train", "t: thing; l: place", """
        The {t} could be {l}. | The {t} is {l}. | N
        The {t} is still {l}. | The {t} is {l}. | E
        """),
    Frame("modality", "train", "p: person; t: thing; l: place", """
        The {p} can see {t.a} {l}. | There is {t.a} {l}. | E
        The {p} expects {t.a} {l}. | There is {t.a} {l}. | N
        """),
    Frame("modality", "test", "p: person; l: place", """
        The {p} might be {l}. | The {p} is {l}. | N
        The {p} is definitely {l}. | The {p} is {l}. | E
        The {p} might not be {l}. | The {p} isn't {l}. | N
        The {p} is definitely not {l}. | The {p} isn't {l}. | E
        """),
    Frame("modality", "test", "n: name; a: act", """
        Possibly {n} {a.past}. | {n} {a.past}. | N
        Luckily {n} {a.past}. | {n} {a.past}. | E
        Possibly {n} didn't {a.base}. | {n} didn't {a.base}. | N
        Luckily {n} didn't {a.base}. | {n} didn't {a.base}. | E
        """),
]  # fmt: skip
