"""`jmt info` tells what a model is made of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jmt.cascade.checkpoint import model_hash
from jmt.cli.annotating.info import lay_out_card
from jmt.cli.main import main
from jmt.network import checkpoint
from tests.assets.tiny_model import LABELS, TASKS, tiny_model


def test_every_task_is_told_with_its_head_level_and_reads(tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["info", str(tiny_checkpoint)]) == 0

    lines = capsys.readouterr().out.splitlines()
    for name, task in TASKS.items():
        (line,) = (line for line in lines if line.startswith(f"{name} "))
        assert line.split()[1:3] == [task["kind"], str(task["level"])]
        assert ", ".join(task.get("reads", [])) in line


def test_the_facts_come_as_json_too(tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["info", str(tiny_checkpoint), "--json"]) == 0

    facts = json.loads(capsys.readouterr().out)
    model = checkpoint.load(tiny_checkpoint)
    assert sum(facts["parameters"].values()) == sum(parameter.numel() for parameter in model.parameters())
    assert facts["sha256"] == model_hash(tiny_checkpoint)
    assert facts["tasks"]["chunk"]["labels"] == LABELS["chunk"]
    assert facts["card"]["seed"] == 1


def test_a_folder_that_is_no_model_is_refused_with_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["info", str(tmp_path)]) == 1

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("jmt: error: ")


def test_a_long_card_is_a_screenful_with_its_figures_first_and_all_of_it_comes_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    scores = {f"task{number}": {"accuracy": number / 100, "count": 9} for number in range(30)}
    card = {"seed": 7, "note": "long " * 100, "corpora": {"xpos": "ewt", "dep": "gum"}, "figures": {"dev": scores}}
    checkpoint.save(tiny_model(), tmp_path / "model", card=card)

    assert main(["info", str(tmp_path / "model")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) < 50
    place = told.index("figures:")
    assert told[place : place + 3] == ["figures:", "  dev:", "    task0: accuracy 0.0000, count 9"]
    assert told[-1] == "the whole card: --all, or --json for programs"

    assert main(["info", str(tmp_path / "model"), "--all"]) == 0
    whole = capsys.readouterr().out.splitlines()
    assert whole[:place] == told[:place]
    assert {"seed: 7", "  xpos: ewt", "    task29:", "      accuracy: 0.2900", f"note: {'long ' * 100}"} <= set(whole)


def test_what_a_model_is_bad_at_is_told_before_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    figures = {"dev": {f"task{number}": {"accuracy": 0.5, "count": 9} for number in range(30)}}
    limits = ["Do not ask it how many.", "Typos\x1b[2J are a fault.", *["more"] * 20]
    checkpoint.save(tiny_model(), tmp_path / "model", card={"figures": figures, "limits": limits})

    assert main(["info", str(tmp_path / "model")]) == 0
    told = capsys.readouterr().out.splitlines()
    place = told.index("limits:")
    assert told[place + 1 : place + 3] == ["  Do not ask it how many.", "  Typos\\x1b[2J are a fault."]
    assert told.count("  more") == 8
    assert place < told.index("figures:")


def test_a_short_card_is_shown_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    checkpoint.save(tiny_model(), tmp_path / "model", card={"seed": 7, "corpora": {"xpos": "ewt", "dep": "gum"}})

    assert main(["info", str(tmp_path / "model")]) == 0
    told = capsys.readouterr().out
    assert {"seed: 7", "corpora: xpos ewt, dep gum"} <= set(told.splitlines())
    assert "--all" not in told


def test_commands_of_several_lines_are_printed_as_lines_and_each_is_made_safe():
    command = "jmt train small \\\n    --set seed=2\nfor x in 1; do\x1b[31m\ndone\n"

    assert lay_out_card({"command": command, "note": "one\rline\n"}) == [
        "command:",
        "  jmt train small \\",
        "      --set seed=2",
        "  for x in 1; do\\x1b[31m",
        "  done",
        "note: one\\x0dline\\n",
    ]


def test_the_parts_of_a_mean_are_told_in_words():
    parts = [{"name": "a\x1b", "sha256": "0123456789abcdef", "share": 0.12}, {"name": "b", "share": 0.88}]

    assert lay_out_card({"averaged": parts}) == [r"averaged: a\x1b (sha256 0123456789ab...) 0.12, name b share 0.88"]
