"""What a table says besides a pair goes along with the judgement, all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from jmt.annotate.annotating import Annotating
from jmt.annotate.pair_table import judge_rows
from jmt.document import Judgement


class Judge:
    def pipe_pairs(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Judgement]:
        return (Judgement(*pair) for pair in pairs)


def test_a_column_of_the_users_that_has_the_name_of_ours_is_kept_beside_it():
    row: dict[str, Any] = {"first": "A", "second": "B", "entailment": "neutral", "gold_entailment": "mine", "line": 2}
    ((others, _),) = judge_rows(cast("Annotating", Judge()), [row])

    assert others == {"input_gold_entailment": "mine", "gold_entailment": "neutral"}
