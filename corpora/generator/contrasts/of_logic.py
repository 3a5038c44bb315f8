"""Frames about the small words: negation, quantifiers, conjunction, numbers."""

from __future__ import annotations

from corpora.generator.contrasts.frames import Frame

FRAMES = [
    Frame("negation", "train", "p q: person; a b: act", """
        The {p} is {a.ing} and the {q} isn't {b.ing}. | The {p} is {a.ing}. | E
        The {p} isn't {a.ing} and the {q} is {b.ing}. | The {p} is {a.ing}. | C
        The {p} is {a.ing} and the {q} isn't {b.ing}. | The {q} is {b.ing}. | C
        The {p} isn't {a.ing} and the {q} is {b.ing}. | The {q} is {b.ing}. | E
        The {p} is {a.ing} and the {q} isn't {b.ing}. | The {q} is not {b.ing}. | E
        The {p} isn't {a.ing} and the {q} is {b.ing}. | The {q} is not {b.ing}. | C
        """),
    Frame("negation", "train", "t u: thing; l: place", """
        There is {t.a} {l}, but there is no {u} there. | There is {t.a} {l}. | E
        There is {u.a} {l}, but there is no {t} there. | There is {t.a} {l}. | C
        There is {t.a} {l}, but there is no {u} there. | There is no {u} {l}. | E
        There is {u.a} {l}, but there is no {t} there. | There is no {u} {l}. | C
        """),
    Frame("negation", "train", "n m: name; a b: act", """
        {n} {a.past} yesterday, but {m} didn't {b.base}. | {m} {b.past} yesterday. | C
        {m} {b.past} yesterday, but {n} didn't {a.base}. | {m} {b.past} yesterday. | E
        {n} {a.past} yesterday, but {m} didn't {b.base}. | {m} did not {b.base} yesterday. | E
        {m} {b.past} yesterday, but {n} didn't {a.base}. | {m} did not {b.base} yesterday. | C
        """),
    Frame("negation", "train", "p q: person; l: place", """
        Although the {p} is {l}, the {q} is not. | The {p} is {l}. | E
        Although the {q} is {l}, the {p} is not. | The {p} is {l}. | C
        Although the {p} is {l}, the {q} is not. | The {q} is {l}. | C
        Although the {q} is {l}, the {p} is not. | The {q} is {l}. | E
        """),
    Frame("negation", "train", "n m: name; t: thing", """
        {n} does not have {t.a}, unlike {m}. | {n} has {t.a}. | C
        {m} does not have {t.a}, unlike {n}. | {n} has {t.a}. | E
        {n} does not have {t.a}, unlike {m}. | {n} doesn't have {t.a}. | E
        {m} does not have {t.a}, unlike {n}. | {n} doesn't have {t.a}. | C
        """),
    Frame("negation", "train", "p: person; a b: act", """
        The {p} is {a.ing} without {b.ing}. | The {p} is {b.ing}. | C
        The {p} is {b.ing} without {a.ing}. | The {p} is {b.ing}. | E
        The {p} is {a.ing} without {b.ing}. | The {p} is not {b.ing}. | E
        The {p} is {b.ing} without {a.ing}. | The {p} is not {b.ing}. | C
        """),
    Frame("negation", "train", "n: name; a b: act", """
        Instead of {a.ing}, {n} {b.past}. | {n} {a.past}. | C
        Instead of {b.ing}, {n} {a.past}. | {n} {a.past}. | E
        Instead of {a.ing}, {n} {b.past}. | {n} didn't {a.base}. | E
        Instead of {b.ing}, {n} {a.past}. | {n} didn't {a.base}. | C
        """),
    Frame("negation", "test", "p q: person; a: act", """
        Neither the {p} nor the {q} is {a.ing}. | The {p} is {a.ing}. | C
        Both the {p} and the {q} are {a.ing}. | The {p} is {a.ing}. | E
        Neither the {p} nor the {q} is {a.ing}. | The {q} isn't {a.ing}. | E
        Both the {p} and the {q} are {a.ing}. | The {q} isn't {a.ing}. | C
        """),
    Frame("negation", "test", "p: person; a: act", """
        It is not true that the {p} is {a.ing}. | The {p} isn't {a.ing}. | E
        It is not true that the {p} isn't {a.ing}. | The {p} isn't {a.ing}. | C
        It is not true that the {p} is {a.ing}. | The {p} is {a.ing}. | C
        It is not true that the {p} isn't {a.ing}. | The {p} is {a.ing}. | E
        """),
    Frame("negation", "test", "n m: name; a: act", """
        {n} was {a.ing} and {m} never was. | {n} never was {a.ing}. | C
        {m} was {a.ing} and {n} never was. | {n} never was {a.ing}. | E
        {n} was {a.ing} and {m} never was. | {n} was {a.ing}. | E
        {m} was {a.ing} and {n} never was. | {n} was {a.ing}. | C
        """),
    Frame("quantifiers", "train", "p: person; a: act", """
        All of the {p.s} are {a.ing}. | Some of the {p.s} are {a.ing}. | E
        None of the {p.s} are {a.ing}. | Some of the {p.s} are {a.ing}. | C
        Each of the {p.s} is {a.ing}. | All of the {p.s} are {a.ing}. | E
        Some of the {p.s} are {a.ing}. | All of the {p.s} are {a.ing}. | N
        Not one of the {p.s} is {a.ing}. | None of the {p.s} are {a.ing}. | E
        Some of the {p.s} are {a.ing}. | None of the {p.s} are {a.ing}. | C
        """),
    Frame("quantifiers", "train", "p: person; a: act", """
        Not every {p} {a.past}. | At least one {p} didn't {a.base}. | E
        Every {p} {a.past}. | At least one {p} didn't {a.base}. | C
        All the {p.s} {a.past}. | Every {p} {a.past}. | E
        Not all the {p.s} {a.past}. | Every {p} {a.past}. | C
        """),
    Frame("quantifiers", "train", "p: person; l: place", """
        Most of the {p.s} are {l}. | Some of the {p.s} are {l}. | E
        None of the {p.s} are {l}. | Some of the {p.s} are {l}. | C
        All of the {p.s} are {l}. | Most of the {p.s} are {l}. | E
        Some of the {p.s} are {l}. | Most of the {p.s} are {l}. | N
        """),
    Frame("quantifiers", "train", "p: person; l: place", """
        No {p} is {l}. | There is {p.a} {l}. | C
        {p.a} is {l}. | There is {p.a} {l}. | E
        No {p} is {l}. | There isn't {p.a} {l}. | E
        {p.a} is {l}. | There isn't {p.a} {l}. | C
        """),
    Frame("quantifiers", "train", "p: person; a: act", """
        Several {p.s} are {a.ing}. | More than one {p} is {a.ing}. | E
        Exactly one {p} is {a.ing}. | More than one {p} is {a.ing}. | C
        Several {p.s} are {a.ing}. | Only one {p} is {a.ing}. | C
        Exactly one {p} is {a.ing}. | Only one {p} is {a.ing}. | E
        """),
    Frame("quantifiers", "train", "p: person; a: act", """
        Half of the {p.s} {a.past}. | Some of the {p.s} {a.past}. | E
        None of the {p.s} {a.past}. | Some of the {p.s} {a.past}. | C
        Half of the {p.s} {a.past}. | All of the {p.s} {a.past}. | C
        Every one of the {p.s} {a.past}. | All of the {p.s} {a.past}. | E
        """),
    Frame("quantifiers", "test", "p: person; a: act", """
        Nearly all {p.s} {a.past}. | Most {p.s} {a.past}. | E
        Few {p.s} {a.past}. | Most {p.s} {a.past}. | C
        Hardly any {p.s} {a.past}. | Few {p.s} {a.past}. | E
        Nearly all {p.s} {a.past}. | Few {p.s} {a.past}. | C
        """),
    Frame("quantifiers", "test", "p: person; a: act", """
        Both {p.s} are {a.ing}. | At least one of the two {p.s} is {a.ing}. | E
        Neither of the {p.s} is {a.ing}. | At least one of the two {p.s} is {a.ing}. | C
        Neither of the {p.s} is {a.ing}. | One of the two {p.s} is not {a.ing}. | E
        Both {p.s} are {a.ing}. | One of the two {p.s} is not {a.ing}. | C
        """),
    Frame("conjunction", "train", "p q r: person; a: act", """
        The {p} and the {q} are {a.ing}. | The {p} is {a.ing}. | E
        The {q} is {a.ing} next to the {p}. | The {p} is {a.ing}. | N
        The {p}, the {q} and the {r} are {a.ing}. | The {p} and the {q} are {a.ing}. | E
        The {p} is {a.ing} next to the {q}. | The {p} and the {q} are {a.ing}. | N
        """),
    Frame("conjunction", "train", "p q: person; a b: act", """
        The {p} is {a.ing} and {b.ing}. | The {p} is {b.ing}. | E
        The {p} is {a.ing}, and the {q} is {b.ing}. | The {p} is {b.ing}. | N
        The {p} is both {a.ing} and {b.ing}. | The {p} is {a.ing} and {b.ing}. | E
        The {p} is {a.ing}, and the {q} is {b.ing}. | The {p} is {a.ing} and {b.ing}. | N
        """),
    Frame("conjunction", "train", "n m: name; t u w: thing", """
        {n} bought {t.a} and {u.a}. | {n} bought {u.a}. | E
        {n} bought {t.a}, and {m} bought {u.a}. | {n} bought {u.a}. | N
        {n} bought {t.a}, {u.a} and {w.a}. | {n} bought {t.a} and {u.a}. | E
        {n} bought {t.a}, and {m} bought {u.a}. | {n} bought {t.a} and {u.a}. | N
        """),
    Frame("conjunction", "train", "n m k: name; a: act", """
        {n}, {m} and {k} {a.past}. | {m} {a.past}. | E
        {n} and {k} {a.past}, {m} saw them. | {m} {a.past}. | N
        {n}, {m} and {k} {a.past}. | {m} and {k} {a.past}. | E
        {n} and {k} {a.past}, {m} saw them. | {m} and {k} {a.past}. | N
        """),
    Frame("conjunction", "train", "n: name; t u: thing", """
        {n} put {t.a} and {u.a} into a bag. | {n} put {u.a} into a bag. | E
        {n} put {t.a} into a bag, next to {u.a}. | {n} put {u.a} into a bag. | N
        {n} put {t.a} and {u.a} into a bag. | {n} put {t.a} and {u.a} there. | E
        {n} put {t.a} into a bag, next to {u.a}. | {n} put {t.a} and {u.a} there. | N
        """),
    Frame("conjunction", "train", "p q: person; a: act", """
        The {p} was {a.ing}, and so was the {q}. | The {q} was {a.ing}. | E
        The {p} was {a.ing}, and the {q} saw it. | The {q} was {a.ing}. | N
        The {p} was {a.ing}, and so was the {q}. | The {p} and the {q} were {a.ing}. | E
        The {p} was {a.ing}, and the {q} saw it. | The {p} and the {q} were {a.ing}. | N
        """),
    Frame("conjunction", "test", "p q: person; a: act", """
        Not only the {p} but also the {q} {a.past}. | The {q} {a.past}. | E
        The {p} but not the {q} {a.past}. | The {q} {a.past}. | C
        Not only the {p} but also the {q} {a.past}. | The {p} and the {q} {a.past}. | E
        The {p} but not the {q} {a.past}. | The {p} and the {q} {a.past}. | C
        """),
    Frame("conjunction", "test", "p: person; t u: thing", """
        The {p} lost {t.a} as well as {u.a}. | The {p} lost {u.a}. | E
        The {p} lost {t.a} that lay near {u.a}. | The {p} lost {u.a}. | N
        The {p} lost {t.a} as well as {u.a}. | The {p} lost {t.a} and {u.a}. | E
        The {p} lost {t.a} that lay near {u.a}. | The {p} lost {t.a} and {u.a}. | N
        """),
    Frame("numbers", "train", "x y: number; t: thing; l: place", """
        There are exactly {y} {t.s} {l}. | There are more than {x} {t.s} {l}. | E
        There are exactly {x} {t.s} {l}. | There are more than {x} {t.s} {l}. | C
        There are exactly {x} {t.s} {l}. | There are fewer than {y} {t.s} {l}. | E
        There are exactly {y} {t.s} {l}. | There are fewer than {y} {t.s} {l}. | C
        """),
    Frame("numbers", "train", "x y: number; t: thing; n m: name", """
        {n} has {x} {t.s} and {m} has {y}. | {m} has more {t.s} than {n}. | E
        {n} has {y} {t.s} and {m} has {x}. | {m} has more {t.s} than {n}. | C
        {n} has {x} {t.s} and {m} has {y}. | {n} has more {t.s} than {m}. | C
        {n} has {y} {t.s} and {m} has {x}. | {n} has more {t.s} than {m}. | E
        """),
    Frame("numbers", "train", "x y: number; p: person; a: act", """
        Only {x} of the {y} {p.s} are {a.ing}. | All {y} {p.s} are {a.ing}. | C
        Each of the {y} {p.s} is {a.ing}. | All {y} {p.s} are {a.ing}. | E
        Only {x} of the {y} {p.s} are {a.ing}. | Not all of the {y} {p.s} are {a.ing}. | E
        Each of the {y} {p.s} is {a.ing}. | Not all of the {y} {p.s} are {a.ing}. | C
        """),
    Frame("numbers", "train", "x y: number; n m: name", """
        {n} is {x} years old and {m} is {y}. | {m} is older than {n}. | E
        {n} is {y} years old and {m} is {x}. | {m} is older than {n}. | C
        {n} is {x} years old and {m} is {y}. | {n} is older than {m}. | C
        {n} is {y} years old and {m} is {x}. | {n} is older than {m}. | E
        """),
    Frame("numbers", "train", "x y: number; t u: thing", """
        The {t} costs {x} dollars and the {u} costs {y}. | The {u} costs more than the {t}. | E
        The {t} costs {y} dollars and the {u} costs {x}. | The {u} costs more than the {t}. | C
        The {t} costs {x} dollars and the {u} costs {y}. | The {t} costs more than the {u}. | C
        The {t} costs {y} dollars and the {u} costs {x}. | The {t} costs more than the {u}. | E
        """),
    Frame("numbers", "train", "x y: number; n: name; t: thing", """
        {n} has no fewer than {y} {t.s}. | {n} has more than {x} {t.s}. | E
        {n} has no more than {x} {t.s}. | {n} has more than {x} {t.s}. | C
        {n} has no more than {x} {t.s}. | {n} has fewer than {y} {t.s}. | E
        {n} has no fewer than {y} {t.s}. | {n} has fewer than {y} {t.s}. | C
        """),
    Frame("numbers", "train", "x y: number; p: person; l: place", """
        {y} {p.s} are {l}. | More than {x} {p.s} are {l}. | E
        {x} {p.s} are {l}. | More than {x} {p.s} are {l}. | C
        {x} {p.s} are {l}. | Fewer than {y} {p.s} are {l}. | E
        {y} {p.s} are {l}. | Fewer than {y} {p.s} are {l}. | C
        """),
    Frame("numbers", "test", "x y: number; p: person; l: place", """
        At least {y} {p.s} were {l}. | At least {x} {p.s} were {l}. | E
        At most {x} {p.s} were {l}. | At least {x} {p.s} were {l}. | N
        At most {x} {p.s} were {l}. | At most {y} {p.s} were {l}. | E
        At least {x} {p.s} were {l}. | At most {y} {p.s} were {l}. | N
        """),
    Frame("numbers", "test", "x y: number; p q: person", """
        The {p} waited {x} hours and the {q} waited {y}. | The {q} waited more hours than the {p}. | E
        The {p} waited {y} hours and the {q} waited {x}. | The {q} waited more hours than the {p}. | C
        The {p} waited {x} hours and the {q} waited {y}. | The {p} waited more hours than the {q}. | C
        The {p} waited {y} hours and the {q} waited {x}. | The {p} waited more hours than the {q}. | E
        """),
]  # fmt: skip
