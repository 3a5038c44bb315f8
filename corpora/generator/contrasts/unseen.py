"""Frames about what no training pair is about: a third of the phenomena, in test alone."""

from __future__ import annotations

from corpora.generator.contrasts.frames import Frame

FRAMES = [
    Frame("monotonicity", "test", "p q: person; z y: mood; a: act", """
        Every {p} is {a.ing}. | Every {z} {p} is {a.ing}. | E
        Every {y} {p} is {a.ing}. | Every {z} {p} is {a.ing}. | N
        Every {p} and every {q} is {a.ing}. | Every {p} is {a.ing}. | E
        Every {z} {p} is {a.ing}. | Every {p} is {a.ing}. | N
        """),
    Frame("monotonicity", "test", "p q: person; z y: mood; a: act", """
        No {p} {a.past}. | No {z} {p} {a.past}. | E
        No {y} {p} {a.past}. | No {z} {p} {a.past}. | N
        No {p} and no {q} {a.past}. | No {p} {a.past}. | E
        No {z} {p} {a.past}. | No {p} {a.past}. | N
        """),
    Frame("monotonicity", "test", "p: person; y z: mood; a: act", """
        Some {z} {p.s} are {a.ing}. | Some {p.s} are {a.ing}. | E
        Some {z} people are {a.ing}. | Some {p.s} are {a.ing}. | N
        Some {y} and {z} {p.s} are {a.ing}. | Some {z} {p.s} are {a.ing}. | E
        Some {y} {p.s} are {a.ing}. | Some {z} {p.s} are {a.ing}. | N
        """),
    Frame("disjunction", "test", "p q: person; a: act", """
        The {p} and the {q} are {a.ing}, both of them. | The {p} is {a.ing}. | E
        The {p} or the {q} is {a.ing}, I don't know which. | The {p} is {a.ing}. | N
        The {p} and the {q} are {a.ing}, both of them. | The {q} is {a.ing}. | E
        The {p} or the {q} is {a.ing}, I don't know which. | The {q} is {a.ing}. | N
        """),
    Frame("disjunction", "test", "n: name; t u: thing", """
        {n} lost {t.a} or {u.a}, and it wasn't {u.a}. | {n} lost {t.a}. | E
        {n} lost {t.a} or {u.a}, and it wasn't {t.a}. | {n} lost {t.a}. | C
        {n} lost {t.a} or {u.a}, and it wasn't {u.a}. | {n} lost {u.a}. | C
        {n} lost {t.a} or {u.a}, and it wasn't {t.a}. | {n} lost {u.a}. | E
        """),
    Frame("implicatives", "test", "p: person; v: task", """
        The {p} managed to {v.base}. | The {p} {v.past}. | E
        The {p} failed to {v.base}. | The {p} {v.past}. | C
        The {p} managed to {v.base}. | The {p} did not {v.base}. | C
        The {p} failed to {v.base}. | The {p} did not {v.base}. | E
        """),
    Frame("implicatives", "test", "n: name; v: task", """
        {n} remembered to {v.base}. | {n} {v.past}. | E
        {n} forgot to {v.base}. | {n} {v.past}. | C
        {n} remembered to {v.base}. | {n} didn't {v.base}. | C
        {n} forgot to {v.base}. | {n} didn't {v.base}. | E
        """),
    Frame("factives", "test", "n: name; p: person; a: act", """
        {n} knows that the {p} is {a.ing}. | The {p} is {a.ing}. | E
        {n} believes that the {p} is {a.ing}. | The {p} is {a.ing}. | N
        {n} knows that the {p} isn't {a.ing}. | The {p} isn't {a.ing}. | E
        {n} believes that the {p} isn't {a.ing}. | The {p} isn't {a.ing}. | N
        """),
    Frame("factives", "test", "p q: person; l: place", """
        The {p} has noticed that the {q} is {l}. | The {q} is {l}. | E
        The {p} has dreamt that the {q} is {l}. | The {q} is {l}. | N
        It is a fact that the {q} is {l}. | The {q} is {l}. | E
        It is a rumour that the {q} is {l}. | The {q} is {l}. | N
        """),
    Frame("exceptions", "test", "n: name; a: act", """
        Everybody but {n} {a.past}. | {n} {a.past}. | C
        Everybody, even {n}, {a.past}. | {n} {a.past}. | E
        Everybody but {n} {a.past}. | {n} didn't {a.base}. | E
        Everybody, even {n}, {a.past}. | {n} didn't {a.base}. | C
        """),
    Frame("exceptions", "test", "n: name; p: person; l: place", """
        Nobody except the {p} was {l}. | The {p} was {l}. | E
        Nobody, not even the {p}, was {l}. | The {p} was {l}. | C
        Nobody except the {p} was {l}. | The {p} wasn't {l}. | C
        Nobody, not even the {p}, was {l}. | The {p} wasn't {l}. | E
        """),
    Frame("conditionals", "test", "p q: person; a b: act", """
        Since the {p} is {a.ing}, the {q} is {b.ing}. | The {q} is {b.ing}. | E
        If the {p} is {a.ing}, the {q} is {b.ing}. | The {q} is {b.ing}. | N
        Since the {p} is {a.ing}, the {q} is {b.ing}. | The {p} is {a.ing}. | E
        If the {p} is {a.ing}, the {q} is {b.ing}. | The {p} is {a.ing}. | N
        """),
    Frame("conditionals", "test", "n m: name; l k: place", """
        {n} is {l} because {m} is {k}. | {n} is {l}. | E
        {n} is {l} whenever {m} is {k}. | {n} is {l}. | N
        {n} is {l} because {m} is {k}. | {m} is {k}. | E
        {n} is {l} whenever {m} is {k}. | {m} is {k}. | N
        """),
    Frame("arithmetic", "test", "s r: sum; t: thing; p: person", """
        The {p} had {s.x} {t.s} and got {s.y} more. | Now the {p} has {s.total} {t.s}. | E
        The {p} had {r.x} {t.s} and got {r.y} more. | Now the {p} has {s.total} {t.s}. | C
        The {p} had {s.x} {t.s} and got {s.y} more. | Now the {p} has {r.total} {t.s}. | C
        The {p} had {r.x} {t.s} and got {r.y} more. | Now the {p} has {r.total} {t.s}. | E
        """),
    Frame("arithmetic", "test", "s r: sum; p q: person; l: place", """
        {s.x} {p.s} and {s.y} {q.s} are {l}. | {s.total} people are {l}. | E
        {r.x} {p.s} and {r.y} {q.s} are {l}. | {s.total} people are {l}. | C
        {s.x} {p.s} and {s.y} {q.s} are {l}. | {r.total} people are {l}. | C
        {r.x} {p.s} and {r.y} {q.s} are {l}. | {r.total} people are {l}. | E
        """),
    Frame("possession", "test", "n: name; k: kin; x: color; t: thing", """
        {n}'s {k} owns a {x} {t}. | {n} owns a {x} {t}. | N
        {n}, who has {k.a}, owns a {x} {t}. | {n} owns a {x} {t}. | E
        {n}'s {k} owns a {x} {t}. | The {k} of {n} owns a {x} {t}. | E
        {n}, who has {k.a}, owns a {x} {t}. | The {k} of {n} owns a {x} {t}. | N
        """),
    Frame("possession", "test", "p: person; k: kin; a: act", """
        The {p}'s {k} is {a.ing}. | The {p} is {a.ing}. | N
        The {p} with the {k} is {a.ing}. | The {p} is {a.ing}. | E
        The {p}'s {k} is {a.ing}. | The {k} of the {p} is {a.ing}. | E
        The {p} with the {k} is {a.ing}. | The {k} of the {p} is {a.ing}. | N
        """),
]  # fmt: skip
