"""Scores are computed once for each batch, and decoded at any temperature to what an engine without memory gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from jmt.cascade.decoding.decoders import Scored
from jmt.evaluation.calibration.remembering import remembering

WORDS = [["a", "b"], ["c"]]


@dataclass
class Engine:
    """Scores words by their number and corpus; what it decodes names the temperature."""

    scored: list[tuple[Any, ...]] = field(default_factory=list)
    corpus: str = ""
    temperatures: Mapping[str, float] = field(default_factory=dict)
    name: str = "fake"
    cascade: Any = None

    def of_corpus(self, corpus: str) -> Engine:
        return replace(self, corpus=corpus)

    def at_temperatures(self, temperatures: Mapping[str, float]) -> Engine:
        return replace(self, temperatures=temperatures)

    def score(self, rows: Sequence[Any], tasks: Sequence[str], *, tops: Any = None, pairs: bool = False) -> Scored:
        self.scored.append((self.corpus, pairs, *tasks))
        lengths = {task: list(map(len, rows)) for task in tasks}
        return Scored({task: f"{task}{self.corpus}{pairs}" for task in tasks}, lengths)  # type: ignore[arg-type]

    def decode(self, scored: Scored, *, confidences: bool = False) -> dict[str, Any]:
        return {
            task: (value, scored.lengths[task], self.temperatures.get(task, 1.0), confidences)
            for task, value in scored.scores.items()
        }

    def run(self, rows: Any, tasks: Any, *, tops: Any = None, confidences: bool = False, pairs: bool = False) -> Any:
        return self.decode(self.score(rows, tasks, pairs=pairs), confidences=confidences)


def engines() -> tuple[Engine, Any]:
    alone = Engine()
    return alone, remembering(SimpleNamespace(engine=replace(alone, scored=[]), batch_tokens=9)).engine  # type: ignore[arg-type]


def test_a_batch_is_scored_once_for_all_temperatures_and_all_subsets_of_its_tasks():
    alone, once = engines()
    for temperatures in ({}, {"x": 2.0}, {"x": 3.0, "y": 0.5}):
        for tasks in (["x", "y"], ["y"], ["x"]):
            found = once.at_temperatures(temperatures).run(WORDS, tasks, tops=[1, 1], confidences=True)
            assert found == alone.at_temperatures(temperatures).run(WORDS, tasks, confidences=True)
    assert once.engine.scored == [("", False, "x", "y")]


def test_other_sentences_corpora_and_pairs_are_other_batches_and_a_new_task_is_scored():
    alone, once = engines()
    asked: list[tuple[str, Any, list[str], bool]] = [
        ("", WORDS, ["x"], False),
        ("", WORDS[:1], ["x"], False),
        ("gum", WORDS, ["x"], False),
        ("", WORDS, ["x"], True),
        ("", WORDS, ["x", "z"], False),
    ]
    for corpus, rows, tasks, pairs in asked * 2:
        found = once.of_corpus(corpus).run(rows, tasks, pairs=pairs)
        assert found == alone.of_corpus(corpus).run(rows, tasks, pairs=pairs)
    assert len(once.engine.scored) == len(asked)
