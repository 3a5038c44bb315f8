"""The paper's ablations from the command line."""

from __future__ import annotations

import json

from jmt.cli.main import main
from tests.assets.tiny_corpus import write_tiny_corpus


def test_the_papers_ablations_are_trained_and_what_means_nothing_is_named(tmp_path, capsys):
    config = write_tiny_corpus(tmp_path)
    edits = ["training.epochs=1", "encoder.ngrams=[]", "encoder.shortcut=false", "training.order=random"]
    edits += ["training.successive_regularization={default=0.0, lower_classifiers=0.0}"]
    command = [
        "ablate",
        str(config),
        "--output",
        str(tmp_path / "out"),
        "--paper",
        "--seeds",
        "1",
        "--tasks",
        "xpos,dep,entailment",
    ]
    command += [argument for edit in edits for argument in ("--set", edit)]
    assert main(command) == 0
    told = capsys.readouterr()

    content = json.loads((tmp_path / "out" / "ablation.json").read_text(encoding="utf-8"))
    assert content["kind"] == "paper"
    assert list(content["results"]) == ["all", "without-labels", "without-vertical", "abc", "all-3", "single"]
    assert list(content["left_out"]) == [
        "without-shortcut", "without-shortcut-and-labels", "without-regularization", "random-order", "words-only"
    ]  # fmt: skip
    assert set(content["results"]["abc"]["1"]) == {"xpos", "dep"}
    assert set(content["results"]["single"]["1"]) == {"xpos", "dep", "entailment"}
    for name in content["left_out"]:
        assert f"left out: {name}: " in told.err
        assert f"- `{name}` (" in told.out
    assert "| abc - all-3 |" in told.out
    assert "- `abc` (JMT_ABC): the tasks about single sentences, on different levels" in told.out

    assert main(command) == 0
    again = capsys.readouterr()
    assert again.out == told.out
    assert "run 1 of" not in again.err
    assert main([*command, "--set", "training.share=0.5"]) == 2
    assert "this run was begun with another configuration" in capsys.readouterr().err
