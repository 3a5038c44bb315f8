"""A climb takes the levels that its tasks need, lowest first, and says what enters each and who has to get there."""

from __future__ import annotations

from jmt.cascade.climb import rows_at, steps
from jmt.cascade.config import ModelConfig

TASKS = {
    "xpos": {"kind": "tagger", "level": 1, "column": "xpos"},
    "upos": {"kind": "tagger", "level": 1, "column": "upos"},
    "chunk": {"kind": "tagger", "level": 2, "column": "chunk", "reads": ["xpos"]},
    "dep": {"kind": "parser", "level": 3, "reads": [{"task": "chunk", "gradient": "stop_input"}]},
}


def test_levels_come_lowest_first_with_what_they_read_and_score():
    config = ModelConfig.model_validate({"tasks": TASKS})

    found = list(steps(config, config.needed(["dep"])))

    assert [(step.level, step.tasks, [read.task for read in step.reads], step.cut) for step in found] == [
        (1, ("xpos",), [], False),
        (2, ("chunk",), ["xpos"], False),
        (3, ("dep",), ["chunk"], True),
    ]
    assert [step.rows for step in found] == [None] * 3


def test_rows_fall_behind_above_the_level_that_they_have_to_reach():
    config = ModelConfig.model_validate({"tasks": TASKS})

    found = steps(config, config.needed(["dep", "upos"]), tops=[3, 2, 1, 1])

    assert [(step.level, step.rows, step.tasks) for step in found] == [
        (1, 4, ("xpos", "upos")),
        (2, 2, ("chunk",)),
        (3, 1, ("dep",)),
    ]
    assert rows_at(4, [3, 2, 1, 1]) == 0
