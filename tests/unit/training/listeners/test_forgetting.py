"""What each pass made the tasks forget: scored as dev is scored, told in a table."""

from __future__ import annotations

import json

from jmt.training.events import PassScored
from jmt.training.listeners.forgetting import forgetting_table, write_forgetting

ROWS = [
    {"epoch": 1, "task": "xpos", "metrics": {"xpos": {"accuracy": 0.9}, "dep": {"uas": 0.2, "las": 0.1}}},
    {"epoch": 1, "task": "dep", "metrics": {"xpos": {"accuracy": 0.85}, "dep": {"uas": 0.7, "las": 0.6}}},
]
KINDS = {"xpos": "tagger", "dep": "parser"}


def test_the_table_tells_each_score_and_what_the_pass_changed():
    table = forgetting_table(ROWS, KINDS)
    assert "| epoch | pass | xpos accuracy | dep las |" in table
    assert "| 1 | xpos | 0.9000 | 0.1000 |" in table
    assert "| 1 | dep | 0.8500 (-5.00) | 0.6000 (+50.00) |" in table


def test_the_report_is_made_from_the_log_and_only_where_passes_were_scored(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps({"event": "epoch"}) + "\n")
    assert write_forgetting(log, KINDS) is None
    log.write_text("".join(json.dumps({"event": "scores after pass", **row}) + "\n" for row in ROWS))
    assert write_forgetting(log, KINDS).read_text() == forgetting_table(ROWS, KINDS)


def test_every_pass_is_scored_when_it_ends(build_trainer):
    trainer = build_trainer(forgetting=True, epochs=1)
    scored = [event for event in trainer.events() if isinstance(event, PassScored)]
    assert [event.task for event in scored] == list(trainer.tasks)
    assert all(set(event.metrics) <= set(trainer.tasks) for event in scored)
