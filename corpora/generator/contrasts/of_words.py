"""Frames about what words mean: hypernyms, antonyms, adjectives, comparison."""

from __future__ import annotations

from corpora.generator.contrasts.frames import Frame

FRAMES = [
    Frame("hypernyms", "train", "p: person; c d: chain", """
        The {p} is looking at {c.low.a}. | The {p} is looking at {c.mid.a}. | E
        The {p} is looking at {c.top.a}. | The {p} is looking at {c.mid.a}. | N
        The {p} is looking at {c.mid.a}. | The {p} is looking at {c.top.a}. | E
        The {p} is looking at {d.mid.a}. | The {p} is looking at {c.top.a}. | N
        The {p} is looking at an old {c.low}. | The {p} is looking at {c.low.a}. | E
        The {p} is looking at an old {c.mid}. | The {p} is looking at {c.low.a}. | N
        """),
    Frame("hypernyms", "train", "n: name; c: chain", """
        {n} hasn't seen {c.top.a} today. | {n} hasn't seen {c.mid.a} today. | E
        {n} hasn't seen {c.low.a} today. | {n} hasn't seen {c.mid.a} today. | N
        {n} has seen {c.low.a} today. | {n} has seen {c.mid.a} today. | E
        {n} has seen {c.top.a} today. | {n} has seen {c.mid.a} today. | N
        """),
    Frame("hypernyms", "train", "l: place; c d: chain", """
        There are some {c.low.s} {l}. | There are some {c.mid.s} {l}. | E
        There are some {c.top.s} {l}. | There are some {c.mid.s} {l}. | N
        There are some {c.mid.s} {l}. | There are some {c.top.s} {l}. | E
        There are some {d.mid.s} {l}. | There are some {c.top.s} {l}. | N
        """),
    Frame("hypernyms", "train", "n: name; c d: chain", """
        {n} painted {c.low.a}. | {n} painted {c.mid.a}. | E
        {n} painted {c.top.a}. | {n} painted {c.mid.a}. | N
        {n} painted {c.mid.a}. | {n} painted {c.top.a}. | E
        {n} painted {d.mid.a}. | {n} painted {c.top.a}. | N
        """),
    Frame("hypernyms", "train", "p: person; c d: chain", """
        The {p} didn't see {c.top.a}. | The {p} didn't see {c.low.a}. | E
        The {p} didn't see {d.top.a}. | The {p} didn't see {c.low.a}. | N
        The {p} didn't see {c.mid.a}. | The {p} didn't see {c.low.a}. | E
        The {p} didn't see {d.mid.a}. | The {p} didn't see {c.low.a}. | N
        """),
    Frame("hypernyms", "train", "n m: name; c d: chain", """
        {n} talked about {c.low.a} and {m} about {d.low.a}. | {m} talked about {d.mid.a}. | E
        {n} talked about {d.low.a} and {m} about {c.low.a}. | {m} talked about {d.mid.a}. | N
        {n} talked about {c.low.a} and {m} about {d.low.a}. | {n} talked about {d.mid.a}. | N
        {n} talked about {d.low.a} and {m} about {c.low.a}. | {n} talked about {d.mid.a}. | E
        """),
    Frame("hypernyms", "test", "p: person; c d: chain", """
        The {p} photographed {c.low.a}. | The {p} photographed {c.mid.a}. | E
        The {p} photographed {c.top.a}. | The {p} photographed {c.mid.a}. | N
        The {p} photographed {c.mid.a}. | The {p} photographed {c.top.a}. | E
        The {p} photographed {d.mid.a}. | The {p} photographed {c.top.a}. | N
        """),
    Frame("hypernyms", "test", "n: name; c d: chain", """
        {n} drew no {c.top}. | {n} drew no {c.mid}. | E
        {n} drew no {c.low}. | {n} drew no {c.mid}. | N
        {n} drew no {c.mid}. | {n} drew no {c.low}. | E
        {n} drew no {d.low}. | {n} drew no {c.low}. | N
        """),
    Frame("antonyms", "train", "s t: state", """
        The {s.sub} is {s.a} and the {t.sub} is {t.b}. | The {s.sub} is {s.a}. | E
        The {s.sub} is {s.b} and the {t.sub} is {t.a}. | The {s.sub} is {s.a}. | C
        The {s.sub} is {s.a} and the {t.sub} is {t.b}. | The {t.sub} is {t.a}. | C
        The {s.sub} is {s.b} and the {t.sub} is {t.a}. | The {t.sub} is {t.a}. | E
        The {s.sub} is {s.a} and the {t.sub} is {t.b}. | The {t.sub} isn't {t.a}. | E
        The {s.sub} is {s.b} and the {t.sub} is {t.a}. | The {t.sub} isn't {t.a}. | C
        """),
    Frame("antonyms", "train", "s: state", """
        The {s.sub} is no longer {s.a}, it is {s.b} now. | The {s.sub} is {s.b} now. | E
        The {s.sub} is no longer {s.b}, it is {s.a} now. | The {s.sub} is {s.b} now. | C
        The {s.sub} is no longer {s.a}, it is {s.b} now. | The {s.sub} is {s.a} now. | C
        The {s.sub} is no longer {s.b}, it is {s.a} now. | The {s.sub} is {s.a} now. | E
        """),
    Frame("antonyms", "train", "s: state; p: person; a: act", """
        The {s.sub} was {s.a} while the {p} was {a.ing}. | The {s.sub} was {s.b}. | C
        The {s.sub} was {s.b} while the {p} was {a.ing}. | The {s.sub} was {s.b}. | E
        The {s.sub} was {s.a} while the {p} was {a.ing}. | The {s.sub} wasn't {s.b}. | E
        The {s.sub} was {s.b} while the {p} was {a.ing}. | The {s.sub} wasn't {s.b}. | C
        """),
    Frame("antonyms", "train", "s: state", """
        The {s.sub} used to be {s.a} but is {s.b} today. | Today the {s.sub} is {s.b}. | E
        The {s.sub} used to be {s.b} but is {s.a} today. | Today the {s.sub} is {s.b}. | C
        The {s.sub} used to be {s.a} but is {s.b} today. | Today the {s.sub} is {s.a}. | C
        The {s.sub} used to be {s.b} but is {s.a} today. | Today the {s.sub} is {s.a}. | E
        """),
    Frame("antonyms", "train", "s: state; n m: name", """
        {n}'s {s.sub} is {s.a} and {m}'s {s.sub} is {s.b}. | {m}'s {s.sub} is {s.b}. | E
        {n}'s {s.sub} is {s.b} and {m}'s {s.sub} is {s.a}. | {m}'s {s.sub} is {s.b}. | C
        {n}'s {s.sub} is {s.a} and {m}'s {s.sub} is {s.b}. | {m}'s {s.sub} is {s.a}. | C
        {n}'s {s.sub} is {s.b} and {m}'s {s.sub} is {s.a}. | {m}'s {s.sub} is {s.a}. | E
        """),
    Frame("antonyms", "train", "s: state; n: name", """
        {n} says that the {s.sub} is {s.a}. | {n} calls the {s.sub} {s.a}. | E
        {n} says that the {s.sub} is {s.b}. | {n} calls the {s.sub} {s.a}. | C
        {n} says that the {s.sub} is {s.a}. | {n} calls the {s.sub} {s.b}. | C
        {n} says that the {s.sub} is {s.b}. | {n} calls the {s.sub} {s.b}. | E
        """),
    Frame("antonyms", "test", "s: state", """
        Of the two {s.sub.s}, the first is {s.a} and the second is {s.b}. | The first {s.sub} is {s.a}. | E
        Of the two {s.sub.s}, the first is {s.b} and the second is {s.a}. | The first {s.sub} is {s.a}. | C
        Of the two {s.sub.s}, the first is {s.a} and the second is {s.b}. | The second {s.sub} is {s.a}. | C
        Of the two {s.sub.s}, the first is {s.b} and the second is {s.a}. | The second {s.sub} is {s.a}. | E
        """),
    Frame("antonyms", "test", "s: state; p: person", """
        The {s.sub} stayed {s.a}, as the {p} wanted. | The {s.sub} did not become {s.b}. | E
        The {s.sub} became {s.b}, as the {p} wanted. | The {s.sub} did not become {s.b}. | C
        The {s.sub} stayed {s.a}, as the {p} wanted. | The {s.sub} became {s.b}. | C
        The {s.sub} became {s.b}, as the {p} wanted. | The {s.sub} became {s.b}. | E
        """),
    Frame("adjectives", "train", "p: person; z: look; x: color; t: thing", """
        The {p} is holding a {x} {t}. | The {p} is holding {t.a}. | E
        The {p} is holding something {x}. | The {p} is holding {t.a}. | N
        The {p} is holding a {z} {x} {t}. | The {p} is holding a {x} {t}. | E
        The {p} is holding a {z} {t}. | The {p} is holding a {x} {t}. | N
        """),
    Frame("adjectives", "train", "n: name; x y: color; t u: thing", """
        {n} has a {x} {t} and a {y} {u}. | {n} has a {x} {t}. | E
        {n} has a {y} {t} and a {x} {u}. | {n} has a {x} {t}. | N
        {n} has a {x} {t} and a {y} {u}. | {n} has a {y} {t}. | N
        {n} has a {y} {t} and a {x} {u}. | {n} has a {y} {t}. | E
        """),
    Frame("adjectives", "train", "l: place; z: look; x: color; t: thing", """
        There are some {z} {x} {t.s} {l}. | There are some {x} {t.s} {l}. | E
        There are some {t.s} {l}. | There are some {x} {t.s} {l}. | N
        There are some {x} {t.s} {l}. | There are some {t.s} {l}. | E
        There are some {x} things {l}. | There are some {t.s} {l}. | N
        """),
    Frame("adjectives", "train", "n: name; x y: color; t u: thing", """
        {n} bought a {x} {t} and a {y} {u}. | The {u} {n} bought is {y}. | E
        {n} bought a {y} {t} and a {x} {u}. | The {u} {n} bought is {y}. | C
        {n} bought a {x} {t} and a {y} {u}. | The {t} {n} bought is {y}. | C
        {n} bought a {y} {t} and a {x} {u}. | The {t} {n} bought is {y}. | E
        """),
    Frame("adjectives", "train", "p: person; z: look; x: color; t: thing", """
        The {p} needs a {z} {x} {t}. | The {p} needs a {x} {t}. | E
        The {p} needs a {z} {t}. | The {p} needs a {x} {t}. | N
        The {p} needs {t.a} that is {z}. | The {p} needs {t.a}. | E
        The {p} needs a thing that is {z}. | The {p} needs {t.a}. | N
        """),
    Frame("adjectives", "train", "p: person; z: look; x: color; t: thing", """
        The {p} has the {z} {t}, and the {t} is {x}. | The {p} has a {z} {x} {t}. | E
        The {p} has the {z} {t}, and the wall is {x}. | The {p} has a {z} {x} {t}. | N
        """),
    Frame("adjectives", "test", "n: name; x y: color; t: thing", """
        The {t} that {n} lost is {x}, not {y}. | {n} lost a {x} {t}. | E
        The {t} that {n} lost is {y}, not {x}. | {n} lost a {x} {t}. | C
        The {t} that {n} lost is {x}, not {y}. | {n} lost a {y} {t}. | C
        The {t} that {n} lost is {y}, not {x}. | {n} lost a {y} {t}. | E
        """),
    Frame("adjectives", "test", "p: person; z: look; x: color; t: thing", """
        The {p} wants a {z} {x} {t}. | The {p} wants a {z} {t}. | E
        The {p} wants a {x} {t}. | The {p} wants a {z} {t}. | N
        The {p} wants a {z} {t}. | The {p} wants {t.a}. | E
        The {p} wants something {z}. | The {p} wants {t.a}. | N
        """),
    Frame("comparison", "train", "n m: name; c: comparative", """
        {n} is {c.more} than {m}. | {m} is {c.less} than {n}. | E
        {m} is {c.more} than {n}. | {m} is {c.less} than {n}. | C
        {n} is {c.more} than {m}. | {n} is {c.less} than {m}. | C
        {m} is {c.more} than {n}. | {n} is {c.less} than {m}. | E
        """),
    Frame("comparison", "train", "p q r: person; c: comparative", """
        The {p} is {c.more} than the {q}, and the {q} is {c.more} than the {r}. | The {p} is {c.more} than the {r}. | E
        The {r} is {c.more} than the {q}, and the {q} is {c.more} than the {p}. | The {p} is {c.more} than the {r}. | C
        The {p} is {c.more} than the {q}, and the {q} is {c.more} than the {r}. | The {r} is {c.more} than the {p}. | C
        The {r} is {c.more} than the {q}, and the {q} is {c.more} than the {p}. | The {r} is {c.more} than the {p}. | E
        """),
    Frame("comparison", "train", "n m k: name; c: comparative", """
        {n} is {c.more} than {m}, but {c.less} than {k}. | {k} is {c.more} than {n}. | E
        {n} is {c.less} than {m}, but {c.more} than {k}. | {k} is {c.more} than {n}. | C
        {n} is {c.more} than {m}, but {c.less} than {k}. | {m} is {c.more} than {n}. | C
        {n} is {c.less} than {m}, but {c.more} than {k}. | {m} is {c.more} than {n}. | E
        """),
    Frame("comparison", "train", "n m: name; c: comparative", """
        {n} is {c.more} than {m}. | {m} isn't {c.more} than {n}. | E
        {m} is {c.more} than {n}. | {m} isn't {c.more} than {n}. | C
        {n} is {c.more} than {m}. | {n} isn't {c.more} than {m}. | C
        {m} is {c.more} than {n}. | {n} isn't {c.more} than {m}. | E
        """),
    Frame("comparison", "train", "n m k: name; c: comparative", """
        {n} is {c.more} than both {m} and {k}. | {k} is {c.less} than {n}. | E
        {n} is {c.less} than both {m} and {k}. | {k} is {c.less} than {n}. | C
        {n} is {c.more} than both {m} and {k}. | {k} is {c.more} than {n}. | C
        {n} is {c.less} than both {m} and {k}. | {k} is {c.more} than {n}. | E
        """),
    Frame("comparison", "train", "n: name; p: person; c: comparative", """
        None of the {p.s} is {c.more} than {n}. | Some of the {p.s} are {c.more} than {n}. | C
        Each of the {p.s} is {c.more} than {n}. | Some of the {p.s} are {c.more} than {n}. | E
        None of the {p.s} is {c.more} than {n}. | Not one {p} is {c.more} than {n}. | E
        Each of the {p.s} is {c.more} than {n}. | Not one {p} is {c.more} than {n}. | C
        """),
    Frame("comparison", "test", "n m: name; c: comparative", """
        Nobody in the family is {c.more} than {n}, not even {m}. | {m} is {c.more} than {n}. | C
        Everybody in the family is {c.more} than {n}, even {m}. | {m} is {c.more} than {n}. | E
        Nobody in the family is {c.more} than {n}, not even {m}. | {m} is not {c.more} than {n}. | E
        Everybody in the family is {c.more} than {n}, even {m}. | {m} is not {c.more} than {n}. | C
        """),
    Frame("comparison", "test", "p q: person; c: comparative", """
        Of the two, it is the {p} who is {c.more}, not the {q}. | The {p} is {c.more} than the {q}. | E
        Of the two, it is the {q} who is {c.more}, not the {p}. | The {p} is {c.more} than the {q}. | C
        Of the two, it is the {p} who is {c.more}, not the {q}. | The {q} is {c.more} than the {p}. | C
        Of the two, it is the {q} who is {c.more}, not the {p}. | The {q} is {c.more} than the {p}. | E
        """),
]  # fmt: skip
