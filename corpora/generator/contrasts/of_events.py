"""Frames about who does what, where and when: roles, passive, place, time, order, relative clauses."""

from __future__ import annotations

from corpora.generator.contrasts.frames import Frame

FRAMES = [
    Frame("roles", "train", "p q: person; v: deed; l: place", """
        The {p} is {v.ing} the {q} {l}. | The {p} is {v.ing} the {q}. | E
        The {q} is {v.ing} the {p} {l}. | The {p} is {v.ing} the {q}. | C
        The {p} is {v.ing} the {q} {l}. | The {q} is {v.ing} the {p}. | C
        The {q} is {v.ing} the {p} {l}. | The {q} is {v.ing} the {p}. | E
        """),
    Frame("roles", "train", "p q: person; l: place", """
        The {p} is standing behind the {q} {l}. | The {p} is standing behind the {q}. | E
        The {q} is standing behind the {p} {l}. | The {p} is standing behind the {q}. | C
        The {p} is standing behind the {q} {l}. | The {p} is standing in front of the {q}. | C
        The {q} is standing behind the {p} {l}. | The {p} is standing in front of the {q}. | E
        """),
    Frame("roles", "train", "n m: name; o: office", """
        {n} is the {o} of {m}. | {n} is {m}'s {o}. | E
        {m} is the {o} of {n}. | {n} is {m}'s {o}. | C
        {n} is the {o} of {m}. | {m} is {n}'s {o}. | C
        {m} is the {o} of {n}. | {m} is {n}'s {o}. | E
        """),
    Frame("roles", "test", "n m: name", """
        {n} beat {m} in the final. | {n} won against {m}. | E
        {m} beat {n} in the final. | {n} won against {m}. | C
        {n} beat {m} in the final. | {m} won against {n}. | C
        {m} beat {n} in the final. | {m} won against {n}. | E
        """),
    Frame("roles", "test", "p q: person; v: deed", """
        It is the {p} who is {v.ing} the {q}. | The {p} is {v.ing} the {q}. | E
        It is the {q} who is {v.ing} the {p}. | The {p} is {v.ing} the {q}. | C
        It is the {p} who is {v.ing} the {q}. | The {q} is {v.ing} the {p}. | C
        It is the {q} who is {v.ing} the {p}. | The {q} is {v.ing} the {p}. | E
        """),
    Frame("roles", "test", "n m: name", """
        Like many others, {n} works for {m}. | {n} works for {m}. | E
        Like many others, {m} works for {n}. | {n} works for {m}. | C
        Like many others, {n} works for {m}. | {m} is the one who employs {n}. | E
        Like many others, {m} works for {n}. | {m} is the one who employs {n}. | C
        """),
    Frame("passive", "train", "p q: person; v: deed", """
        The {p} is {v.ing} the {q}. | The {q} is being {v.pp} by the {p}. | E
        The {q} is {v.ing} the {p}. | The {q} is being {v.pp} by the {p}. | C
        The {p} is {v.ing} the {q}. | The {p} is being {v.pp} by the {q}. | C
        The {q} is {v.ing} the {p}. | The {p} is being {v.pp} by the {q}. | E
        """),
    Frame("passive", "train", "p q: person; v: deed; l: place", """
        The {q} is being {v.pp} by the {p} {l}. | The {p} is {v.ing} the {q}. | E
        The {p} is being {v.pp} by the {q} {l}. | The {p} is {v.ing} the {q}. | C
        The {q} is being {v.pp} by the {p} {l}. | The {q} is {v.ing} the {p}. | C
        The {p} is being {v.pp} by the {q} {l}. | The {q} is {v.ing} the {p}. | E
        """),
    Frame("passive", "train", "n m: name; v: deed", """
        Right now, {n} is {v.ing} {m}. | {m} is being {v.pp} by {n}. | E
        Right now, {m} is {v.ing} {n}. | {m} is being {v.pp} by {n}. | C
        Right now, {n} is {v.ing} {m}. | {n} is being {v.pp} by {m}. | C
        Right now, {m} is {v.ing} {n}. | {n} is being {v.pp} by {m}. | E
        """),
    Frame("passive", "test", "p q: person; v: deed", """
        It is the {p} who is being {v.pp} by the {q}. | The {q} is {v.ing} the {p}. | E
        It is the {q} who is being {v.pp} by the {p}. | The {q} is {v.ing} the {p}. | C
        It is the {p} who is being {v.pp} by the {q}. | The {p} is {v.ing} the {q}. | C
        It is the {q} who is being {v.pp} by the {p}. | The {p} is {v.ing} the {q}. | E
        """),
    Frame("passive", "test", "n m: name; v: deed", """
        The photo shows {n} being {v.pp} by {m}. | In the photo, {m} is {v.ing} {n}. | E
        The photo shows {m} being {v.pp} by {n}. | In the photo, {m} is {v.ing} {n}. | C
        The photo shows {n} being {v.pp} by {m}. | In the photo, {n} is {v.ing} {m}. | C
        The photo shows {m} being {v.pp} by {n}. | In the photo, {n} is {v.ing} {m}. | E
        """),
    Frame("place", "train", "p: person; a: act; l k: place", """
        Right now the {p} is {a.ing} {l}. | The {p} is {l}. | E
        Right now the {p} is {a.ing} {k}. | The {p} is {l}. | C
        Right now the {p} is {a.ing} {l}. | The {p} is {k}. | C
        Right now the {p} is {a.ing} {k}. | The {p} is {k}. | E
        """),
    Frame("place", "train", "n m: name; l k: place", """
        {n} spent the day {l}, and {m} spent it {k}. | {n} was {l} that day. | E
        {n} spent the day {k}, and {m} spent it {l}. | {n} was {l} that day. | C
        {n} spent the day {l}, and {m} spent it {k}. | {m} was {l} that day. | C
        {n} spent the day {k}, and {m} spent it {l}. | {m} was {l} that day. | E
        """),
    Frame("place", "train", "t u: thing; l k: place", """
        The {t} is {l} and the {u} is {k}. | The {t} is {l}. | E
        The {t} is {k} and the {u} is {l}. | The {t} is {l}. | C
        The {t} is {l} and the {u} is {k}. | The {u} isn't {l}. | E
        The {t} is {k} and the {u} is {l}. | The {u} isn't {l}. | C
        """),
    Frame("place", "test", "p: person; l k: place", """
        You will find the {p} {l} rather than {k}. | You won't find the {p} {k}. | E
        You will find the {p} {k} rather than {l}. | You won't find the {p} {k}. | C
        You will find the {p} {l} rather than {k}. | You will find the {p} {k}. | C
        You will find the {p} {k} rather than {l}. | You will find the {p} {k}. | E
        """),
    Frame("place", "test", "t: thing; l k: place", """
        The {t} was brought from the {l.noun} to the {k.noun}. | Originally, the {t} was {l}. | E
        The {t} was brought from the {k.noun} to the {l.noun}. | Originally, the {t} was {l}. | C
        The {t} was brought from the {l.noun} to the {k.noun}. | Originally, the {t} was {k}. | C
        The {t} was brought from the {k.noun} to the {l.noun}. | Originally, the {t} was {k}. | E
        """),
    Frame("time", "train", "e f: event; d g: day", """
        The {e} was on {d}, and the {f} was on {g}. | The {e} was on {d}. | E
        The {e} was on {g}, and the {f} was on {d}. | The {e} was on {d}. | C
        The {e} was on {d}, and the {f} was on {g}. | The {f} was on {d}. | C
        The {e} was on {g}, and the {f} was on {d}. | The {f} was on {d}. | E
        """),
    Frame("time", "train", "e: event; d g: day", """
        The {e} will take place on {d}, not on {g}. | The {e} will take place on {g}. | C
        The {e} will take place on {g}, not on {d}. | The {e} will take place on {g}. | E
        The {e} will take place on {d}, not on {g}. | The {e} will not take place on {g}. | E
        The {e} will take place on {g}, not on {d}. | The {e} will not take place on {g}. | C
        """),
    Frame("time", "train", "n: name; d g: day", """
        {n} arrived on {d} and left on {g}. | {n} left on {g}. | E
        {n} arrived on {g} and left on {d}. | {n} left on {g}. | C
        {n} arrived on {d} and left on {g}. | {n} arrived on {g}. | C
        {n} arrived on {g} and left on {d}. | {n} arrived on {g}. | E
        """),
    Frame("time", "test", "e: event; d g: day", """
        The {e} was moved from {d} to {g}. | The {e} is now on {g}. | E
        The {e} was moved from {g} to {d}. | The {e} is now on {g}. | C
        The {e} was moved from {d} to {g}. | The {e} is now on {d}. | C
        The {e} was moved from {g} to {d}. | The {e} is now on {d}. | E
        """),
    Frame("time", "test", "n: name; e: event; d g: day", """
        {n} missed the {e}, which was on {d}. | The {e} was held on {d}. | E
        {n} missed the {e}, which was on {g}. | The {e} was held on {d}. | C
        {n} missed the {e}, which was on {d}. | The {e} was not held on {d}. | C
        {n} missed the {e}, which was on {g}. | The {e} was not held on {d}. | E
        """),
    Frame("order", "train", "p q: person; a b: act", """
        The {p} {a.past} before the {q} {b.past}. | The {q} {b.past} after the {p} {a.past}. | E
        The {p} {a.past} after the {q} {b.past}. | The {q} {b.past} after the {p} {a.past}. | C
        The {p} {a.past} before the {q} {b.past}. | The {q} {b.past} before the {p} {a.past}. | C
        The {p} {a.past} after the {q} {b.past}. | The {q} {b.past} before the {p} {a.past}. | E
        """),
    Frame("order", "train", "n m: name; l: place", """
        {n} arrived {l} before {m}. | {m} arrived {l} after {n}. | E
        {m} arrived {l} before {n}. | {m} arrived {l} after {n}. | C
        {n} arrived {l} before {m}. | {n} arrived {l} after {m}. | C
        {m} arrived {l} before {n}. | {n} arrived {l} after {m}. | E
        """),
    Frame("order", "train", "e f: event", """
        After the {e} came the {f}. | The {e} came earlier than the {f}. | E
        After the {f} came the {e}. | The {e} came earlier than the {f}. | C
        After the {e} came the {f}. | The {f} came earlier than the {e}. | C
        After the {f} came the {e}. | The {f} came earlier than the {e}. | E
        """),
    Frame("order", "test", "n: name; a b: act", """
        Before {a.ing}, {n} {b.past}. | {n} {a.past} after {b.ing}. | E
        After {a.ing}, {n} {b.past}. | {n} {a.past} after {b.ing}. | C
        Before {a.ing}, {n} {b.past}. | {n} {a.past} before {b.ing}. | C
        After {a.ing}, {n} {b.past}. | {n} {a.past} before {b.ing}. | E
        """),
    Frame("order", "test", "e f: event", """
        Once the {e} was over, the {f} began. | The {f} began after the {e}. | E
        Once the {f} was over, the {e} began. | The {f} began after the {e}. | C
        Once the {e} was over, the {f} began. | The {e} began after the {f}. | C
        Once the {f} was over, the {e} began. | The {e} began after the {f}. | E
        """),
    Frame("relatives", "train", "p q: person; a: act", """
        The {p} who saw the {q} is {a.ing}. | The {p} is {a.ing}. | E
        The {q} who saw the {p} is {a.ing}. | The {p} is {a.ing}. | N
        The {p} that the {q} saw is {a.ing}. | The {p} is {a.ing}. | E
        The {q} that the {p} saw is {a.ing}. | The {p} is {a.ing}. | N
        """),
    Frame("relatives", "train", "p q: person; a: act", """
        The {p} is sitting beside the {q}, who is {a.ing}. | The {q} is {a.ing}. | E
        The {q} is sitting beside the {p}, who is {a.ing}. | The {q} is {a.ing}. | N
        The {p} is sitting beside the {q}, who is {a.ing}. | The {p} is {a.ing}. | N
        The {q} is sitting beside the {p}, who is {a.ing}. | The {p} is {a.ing}. | E
        """),
    Frame("relatives", "train", "n m: name; t: thing; l: place", """
        {n}, who called {m}, found {t.a} {l}. | {n} found {t.a}. | E
        {m}, who called {n}, found {t.a} {l}. | {n} found {t.a}. | N
        {n}, who called {m}, found {t.a} {l}. | {m} called {n}. | N
        {m}, who called {n}, found {t.a} {l}. | {m} called {n}. | E
        """),
    Frame("relatives", "test", "n: name; k: kin; a b: act", """
        {n}, whose {k} is {a.ing}, is {b.ing}. | {n} is {b.ing}. | E
        {n}, whose {k} is {b.ing}, is {a.ing}. | {n} is {b.ing}. | N
        {n}, whose {k} is {a.ing}, is {b.ing}. | {n} is {a.ing}. | N
        {n}, whose {k} is {b.ing}, is {a.ing}. | {n} is {a.ing}. | E
        """),
    Frame("relatives", "test", "p q: person; a: act", """
        The {p} waiting for the {q} is {a.ing}. | The {p} is {a.ing}. | E
        The {q} waiting for the {p} is {a.ing}. | The {p} is {a.ing}. | N
        The {p} waiting for the {q} is {a.ing}. | The {q} is {a.ing}. | N
        The {q} waiting for the {p} is {a.ing}. | The {q} is {a.ing}. | E
        """),
]  # fmt: skip
