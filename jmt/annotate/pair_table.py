"""Tables of pairs, judged row by row: what a table says besides the pair goes along."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jmt.annotate.annotating import Annotating
from jmt.document import Judgement
from jmt.formats.jsonl import keys_beside

_PREDICTED = ("relatedness", "entailment")
_GIVEN = frozenset({"first", "second", *_PREDICTED, "line"})
"""Keys of a row that are the pair, what is predicted, or the reader's own."""


def judge_rows(
    annotator: Annotating, rows: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[Mapping[str, Any], Judgement]]:
    """Yield what each row holds besides the pair, and the judgement of the pair, in order and in bounded memory.

    What the table itself says about a pair comes out as `gold_relatedness` and `gold_entailment`, so that it is not
    taken for a prediction.
    """
    waiting: deque[Mapping[str, Any]] = deque()

    def pairs() -> Iterator[tuple[str, str]]:
        for row in rows:
            waiting.append(beside_pair(row))
            yield row["first"], row["second"]

    for judgement in annotator.pipe_pairs(pairs()):
        yield waiting.popleft(), judgement


def beside_pair(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row holds besides its pair, in which nothing can be taken for a prediction."""
    gold = {f"gold_{key}": row[key] for key in _PREDICTED if key in row}
    others = {key: value for key, value in row.items() if key not in _GIVEN}
    return keys_beside(others, gold)
