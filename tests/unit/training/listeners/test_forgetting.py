"""What each pass made the tasks forget: scored as dev is scored, told in a table."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import torch

from jmt.training.events import PassScored
from jmt.training.listeners.forgetting import forgetting_table, write_forgetting
from jmt.training.trainer import Trainer
from tests.assets.tiny_examples import tiny_examples

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
    scores = dict.fromkeys(("accuracy", "f1", "las", "pearson"), 0.5)
    trainer = build_trainer(forgetting=True, epochs=1, evaluate=lambda: scores)
    scored = [event for event in trainer.events() if isinstance(event, PassScored)]
    assert [event.task for event in scored] == list(trainer.tasks)
    assert all(event.metrics == dict.fromkeys(trainer.tasks, scores) for event in scored)


def test_what_the_pass_of_another_task_takes_is_in_the_scores_at_its_end(build_trainer: Callable[..., Trainer]):
    """Tags are learned in their pass, and lost in part in that of phrases, which change the same trunk."""

    def share_of_gold_tags() -> dict[str, float]:
        examples, head = tiny_examples()["xpos"], trainer.model.heads["xpos"]
        assert not trainer.model.training
        with torch.no_grad():
            batch = trainer.model.build_batch(examples.inputs)
            shares = trainer.model(batch, ["xpos"])["xpos"].softmax(dim=-1)
        gold = head.encode_gold(examples.gold, batch.mask.size(1)).clamp_min(0)
        return {"accuracy": float(shares.gather(-1, gold.unsqueeze(-1)).squeeze(-1)[batch.mask].mean())}

    trainer = build_trainer(
        tasks=("xpos", "chunk"),
        changes={"chunk": {"level": 1, "reads": []}},
        evaluate=share_of_gold_tags,
        forgetting=True,
        epochs=2,
        successive_regularization={"default": 0.0, "lower_classifiers": 0.0},
        optimizer={"kind": "adam", "learning_rate": 0.05},
    )
    for name, task in trainer.tasks.items():  # passes of eight times two steps
        more = replace(task.train, inputs=[*task.train.inputs] * 8, gold=[*task.train.gold] * 8)
        trainer.tasks[name] = replace(task, train=more)
    rows = []
    for event in trainer.events():
        if isinstance(event, PassScored):
            trainer.model.eval()
            assert event.metrics["xpos"] == share_of_gold_tags()
            rows.append({"epoch": event.epoch, "task": event.task, "metrics": {"xpos": event.metrics["xpos"]}})

    scores = [row["metrics"]["xpos"]["accuracy"] for row in rows]
    assert [row["task"] for row in rows] == ["xpos", "chunk"] * 2
    assert scores[3] < scores[2] - 0.02
    taken = f"| 2 | chunk | {scores[3]:.4f} ({100 * (scores[3] - scores[2]):+.2f}) |"
    assert taken in forgetting_table(rows, {"xpos": "tagger"})
