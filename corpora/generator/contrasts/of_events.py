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
    Frame("roles", "train", "n m: name; t: thing", """
        {n} gave {t.a} to {m}. | {m} received {t.a} from {n}. | E
        {m} gave {t.a} to {n}. | {m} received {t.a} from {n}. | C
        {n} gave {t.a} to {m}. | {n} received {t.a} from {m}. | C
        {m} gave {t.a} to {n}. | {n} received {t.a} from {m}. | E
        """),
    Frame("roles", "train", "n m: name; t: thing", """
        {n} lent {m} {t.a}. | {m} borrowed {t.a} from {n}. | E
        {m} lent {n} {t.a}. | {m} borrowed {t.a} from {n}. | C
        {n} lent {m} {t.a}. | {n} borrowed {t.a} from {m}. | C
        {m} lent {n} {t.a}. | {n} borrowed {t.a} from {m}. | E
        """),
    Frame("roles", "train", "t u: thing", """
        The {t} is above the {u}. | The {u} is below the {t}. | E
        The {u} is above the {t}. | The {u} is below the {t}. | C
        The {t} is above the {u}. | The {t} is below the {u}. | C
        The {u} is above the {t}. | The {t} is below the {u}. | E
        """),
    Frame("roles", "train", "t u: thing; l: place", """
        The {t} {l} is on the left of the {u}. | The {u} is on the right of the {t}. | E
        The {u} {l} is on the left of the {t}. | The {u} is on the right of the {t}. | C
        The {t} {l} is on the left of the {u}. | The {t} is on the right of the {u}. | C
        The {u} {l} is on the left of the {t}. | The {t} is on the right of the {u}. | E
        """),
    Frame("roles", "train", "p q: person; v: deed", """
        The one that the {p} is {v.ing} is the {q}. | The {p} is {v.ing} the {q}. | E
        The one that the {q} is {v.ing} is the {p}. | The {p} is {v.ing} the {q}. | C
        The one that the {p} is {v.ing} is the {q}. | The {q} is {v.ing} the {p}. | C
        The one that the {q} is {v.ing} is the {p}. | The {q} is {v.ing} the {p}. | E
        """),
    Frame("roles", "train", "n m: name; v: deed", """
        Yesterday {n} was {v.ing} {m}. | {n} was {v.ing} {m}. | E
        Yesterday {m} was {v.ing} {n}. | {n} was {v.ing} {m}. | C
        Yesterday {n} was {v.ing} {m}. | {m} was {v.ing} {n}. | C
        Yesterday {m} was {v.ing} {n}. | {m} was {v.ing} {n}. | E
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
    Frame("passive", "train", "n m: name; v: deed", """
        {n} has been {v.pp} by {m}. | {m} has {v.pp} {n}. | E
        {m} has been {v.pp} by {n}. | {m} has {v.pp} {n}. | C
        {n} has been {v.pp} by {m}. | {n} has {v.pp} {m}. | C
        {m} has been {v.pp} by {n}. | {n} has {v.pp} {m}. | E
        """),
    Frame("passive", "train", "p q: person; n: name; v: deed", """
        The {p}, not the {q}, has been {v.pp} by {n}. | {n} has {v.pp} the {p}. | E
        The {q}, not the {p}, has been {v.pp} by {n}. | {n} has {v.pp} the {p}. | C
        The {p}, not the {q}, has been {v.pp} by {n}. | {n} has {v.pp} the {q}. | C
        The {q}, not the {p}, has been {v.pp} by {n}. | {n} has {v.pp} the {q}. | E
        """),
    Frame("passive", "train", "p q: person; v: deed", """
        Yesterday the {p} was {v.pp} by the {q}. | Yesterday it was the {q} that had {v.pp} the {p}. | E
        Yesterday the {q} was {v.pp} by the {p}. | Yesterday it was the {q} that had {v.pp} the {p}. | C
        Yesterday the {p} was {v.pp} by the {q}. | Yesterday it was the {p} that had {v.pp} the {q}. | C
        Yesterday the {q} was {v.pp} by the {p}. | Yesterday it was the {p} that had {v.pp} the {q}. | E
        """),
    Frame("passive", "train", "p q: person; v: deed; a: act", """
        The {p} being {v.pp} by the {q} is {a.ing}. | The {q} is {v.ing} the {p}. | E
        The {q} being {v.pp} by the {p} is {a.ing}. | The {q} is {v.ing} the {p}. | C
        The {p} being {v.pp} by the {q} is {a.ing}. | The {p} is {v.ing} the {q}. | C
        The {q} being {v.pp} by the {p} is {a.ing}. | The {p} is {v.ing} the {q}. | E
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
    Frame("place", "train", "p q: person; l k: place", """
        The {p} is {l} and the {q} is {k}. | The {q} is {k}. | E
        The {p} is {k} and the {q} is {l}. | The {q} is {k}. | C
        The {p} is {l} and the {q} is {k}. | The {q} is {l}. | C
        The {p} is {k} and the {q} is {l}. | The {q} is {l}. | E
        """),
    Frame("place", "train", "n: name; l k: place", """
        {n} left the {l.noun} and went to the {k.noun}. | {n} went to the {k.noun}. | E
        {n} left the {k.noun} and went to the {l.noun}. | {n} went to the {k.noun}. | C
        {n} left the {l.noun} and went to the {k.noun}. | {n} left the {k.noun}. | C
        {n} left the {k.noun} and went to the {l.noun}. | {n} left the {k.noun}. | E
        """),
    Frame("place", "train", "t: thing; l k: place", """
        The {t} isn't {l} but {k}. | The {t} is {k}. | E
        The {t} isn't {k} but {l}. | The {t} is {k}. | C
        The {t} isn't {l} but {k}. | The {t} is {l}. | C
        The {t} isn't {k} but {l}. | The {t} is {l}. | E
        """),
    Frame("place", "train", "n: name; t u: thing; l k: place", """
        {n} put the {t} {l} and the {u} {k}. | The {t} is {l}, where {n} put it. | E
        {n} put the {t} {k} and the {u} {l}. | The {t} is {l}, where {n} put it. | C
        {n} put the {t} {l} and the {u} {k}. | The {u} is {l}, where {n} put it. | C
        {n} put the {t} {k} and the {u} {l}. | The {u} is {l}, where {n} put it. | E
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
    Frame("time", "train", "e: event; d g: day", """
        Instead of on {d}, the {e} will be on {g}. | The {e} will be on {g}. | E
        Instead of on {g}, the {e} will be on {d}. | The {e} will be on {g}. | C
        Instead of on {d}, the {e} will be on {g}. | The {e} will be on {d}. | C
        Instead of on {g}, the {e} will be on {d}. | The {e} will be on {d}. | E
        """),
    Frame("time", "train", "n: name; d g: day", """
        {n} is busy on {d} but free on {g}. | {n} is free on {g}. | E
        {n} is busy on {g} but free on {d}. | {n} is free on {g}. | C
        {n} is busy on {d} but free on {g}. | {n} is busy on {g}. | C
        {n} is busy on {g} but free on {d}. | {n} is busy on {g}. | E
        """),
    Frame("time", "train", "n: name; l k: place", """
        Last year {n} was {l}, now {n} is {k}. | {n} is {k} now. | E
        Last year {n} was {k}, now {n} is {l}. | {n} is {k} now. | C
        Last year {n} was {l}, now {n} is {k}. | {n} is {l} now. | C
        Last year {n} was {k}, now {n} is {l}. | {n} is {l} now. | E
        """),
    Frame("time", "train", "p: person; e f: event; d g: day", """
        The {p} saw the {e} on {d} and the {f} on {g}. | The day of the {f} was {g}. | E
        The {p} saw the {e} on {g} and the {f} on {d}. | The day of the {f} was {g}. | C
        The {p} saw the {e} on {d} and the {f} on {g}. | The day of the {f} was {d}. | C
        The {p} saw the {e} on {g} and the {f} on {d}. | The day of the {f} was {d}. | E
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
    Frame("order", "train", "n: name; a b: act", """
        {n} {a.past} and then {b.past}. | {n} {b.past} later than {n} {a.past}. | E
        {n} {b.past} and then {a.past}. | {n} {b.past} later than {n} {a.past}. | C
        {n} {a.past} and then {b.past}. | {n} {a.past} later than {n} {b.past}. | C
        {n} {b.past} and then {a.past}. | {n} {a.past} later than {n} {b.past}. | E
        """),
    Frame("order", "train", "e f: event", """
        The {e} was followed by the {f}. | The {f} came later than the {e}. | E
        The {f} was followed by the {e}. | The {f} came later than the {e}. | C
        The {e} was followed by the {f}. | The {e} came later than the {f}. | C
        The {f} was followed by the {e}. | The {e} came later than the {f}. | E
        """),
    Frame("order", "train", "p: person; a b: act", """
        The {p} was {a.ing} before {b.ing}. | The {p} was {b.ing} after {a.ing}. | E
        The {p} was {b.ing} before {a.ing}. | The {p} was {b.ing} after {a.ing}. | C
        The {p} was {a.ing} before {b.ing}. | The {p} was {a.ing} after {b.ing}. | C
        The {p} was {b.ing} before {a.ing}. | The {p} was {a.ing} after {b.ing}. | E
        """),
    Frame("order", "train", "e f: event", """
        When the {e} ended, the {f} was still to come. | The {e} ended before the {f}. | E
        When the {f} ended, the {e} was still to come. | The {e} ended before the {f}. | C
        When the {e} ended, the {f} was still to come. | The {f} ended before the {e}. | C
        When the {f} ended, the {e} was still to come. | The {f} ended before the {e}. | E
        """),
    Frame("order", "train", "n m: name; e: event", """
        {n} came before the {e} and {m} after it. | {n} came earlier than {m}. | E
        {m} came before the {e} and {n} after it. | {n} came earlier than {m}. | C
        {n} came before the {e} and {m} after it. | {m} came earlier than {n}. | C
        {m} came before the {e} and {n} after it. | {m} came earlier than {n}. | E
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
    Frame("relatives", "train", "p q: person; v: deed; a: act", """
        The {p} {v.ing} the {q} is {a.ing}. | The {p} is {a.ing}. | E
        The {q} {v.ing} the {p} is {a.ing}. | The {p} is {a.ing}. | N
        The {p} {v.ing} the {q} is {a.ing}. | The {q} is {a.ing}. | N
        The {q} {v.ing} the {p} is {a.ing}. | The {q} is {a.ing}. | E
        """),
    Frame("relatives", "train", "p q: person; a: act; l: place", """
        The {p}, whom the {q} met {l}, is {a.ing}. | The {p} is {a.ing}. | E
        The {q}, whom the {p} met {l}, is {a.ing}. | The {p} is {a.ing}. | N
        The {p}, whom the {q} met {l}, is {a.ing}. | The {q} is {a.ing}. | N
        The {q}, whom the {p} met {l}, is {a.ing}. | The {q} is {a.ing}. | E
        """),
    Frame("relatives", "train", "n m: name; t: thing", """
        {n} has {t.a} which {m} bought. | {m} bought {t.a}. | E
        {m} has {t.a} which {n} bought. | {m} bought {t.a}. | N
        {n} has {t.a} which {m} bought. | {n} bought {t.a}. | N
        {m} has {t.a} which {n} bought. | {n} bought {t.a}. | E
        """),
    Frame("relatives", "train", "p q: person; t: thing", """
        The {p} that talked to the {q} has {t.a}. | The {p} has {t.a}. | E
        The {q} that talked to the {p} has {t.a}. | The {p} has {t.a}. | N
        The {p} that talked to the {q} has {t.a}. | The {q} has {t.a}. | N
        The {q} that talked to the {p} has {t.a}. | The {q} has {t.a}. | E
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
