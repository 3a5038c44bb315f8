"""What the first line of a table of pairs says: which columns hold the two sentences, the grade and the class.

The names that tables of pairs usually have are known, whatever their case: those of SICK, STS-B, SNLI, MNLI, QQP, PAWS
and their like.  A line is a header where it names both sentences; a line of two columns that names neither is a pair;
one that names a single sentence, or a longer one that names none, is refused: taking it for a pair would be a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jmt.errors import CorpusError

NAMES: Mapping[str, tuple[str, ...]] = {
    "first": tuple("first sentence1 sentence_1 sentence_a premise text1 text_a s1 question1 source1".split()),
    "second": tuple("second sentence2 sentence_2 sentence_b hypothesis text2 text_b s2 question2 source2".split()),
    "relatedness": tuple("relatedness relatedness_score score similarity similarity_score".split()),
    "entailment": tuple("entailment entailment_judgment entailment_label gold_label label".split()),
}
"""Our columns, and what tables call them, in lower case; of several in one table the first named here counts."""


def header_of(cells: Sequence[str], columns: Mapping[str, str], path: str, line: int) -> dict[str, int] | None:
    """Return where each column that a header names stands, ours by our names and every column by its own; None: a pair.

    `columns` maps ours to those of the file where they are called otherwise.
    Raises CorpusError for what is neither a header nor a pair, naming what was found and what is known, and where a
    header names a column twice.
    """
    # `line` is where our rows say which line they are.
    own = {"input_line" if name == "line" else name: place for place, name in enumerate(cells) if name}
    if missing := [theirs for theirs in columns.values() if theirs not in own]:
        raise CorpusError(f"no column {missing[0]!r}, which `columns` names; found {_listed(cells)}", path, line)
    lower = [cell.lower() for cell in cells]
    places = {
        ours: lower.index(found)
        for ours, names in NAMES.items()
        if (found := next((name for name in names if name in lower), None)) is not None
    }
    places |= {ours: own[theirs] for ours, theirs in columns.items()}
    named = places.keys() & {"first", "second"}
    if len(named) == 2:
        if twice := [cell for place, cell in enumerate(cells) if cell and cell in cells[:place]]:
            raise CorpusError(f"the header names the column `{twice[0][:40]}` twice: rename one", path, line)
        return {**own, **places}
    if not named and len(cells) == 2:
        return None
    raise CorpusError(_no_header(cells, named), path, line)


def _no_header(cells: Sequence[str], named: set[str]) -> str:
    sides = " and ".join(f"the {side} sentence ({', '.join(NAMES[side])})" for side in ("first", "second"))
    count = f"{len(cells)} column{'s' if len(cells) > 1 else ''}"
    what = "a header that names one sentence only" if named else f"{count} and no header that is known"
    return f"{what}: {_listed(cells)}; a table of pairs has two columns, or a header that names {sides}"


def _listed(cells: Sequence[str]) -> str:
    return ", ".join(f"`{cell[:40]}`" for cell in cells[:12])
