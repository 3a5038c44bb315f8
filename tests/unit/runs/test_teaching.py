"""What a student learns from its teacher alone."""

from __future__ import annotations

from pathlib import Path

from jmt.cascade.symbols.examples import TaskExamples
from jmt.runs.config.building import build_config
from jmt.runs.teaching import Teaching, read_raw_sentences, tasks_without_gold
from tests.assets.tiny_model import tiny_model


def test_new_pairs_are_made_of_the_sentences_of_every_task_about_pairs():
    config = build_config(
        {
            "encoder": {"kind": "bilstm"},
            "task": {
                "relatedness": {"kind": "pair_regressor", "level": 1, "corpus": "stsb"},
                "entailment": {"kind": "pair_classifier", "level": 2, "corpus": "sick"},
            },
        }
    )
    splits = {
        name: {"train": TaskExamples(name, kind, [([name, f"{name}{number}"], [name, "x"]) for number in range(9)], [])}
        for name, kind in (("relatedness", "pair_regressor"), ("entailment", "pair_classifier"))
    }

    raw = [["a", "raw", "sentence"]]  # teaches tasks about pairs nothing
    (group,) = tasks_without_gold(config, Teaching("a teacher", raw), splits, tiny_model())

    assert {first[0] for first, _ in group.train.inputs} == {"relatedness", "entailment"}


def test_raw_sentences_are_as_many_of_every_file_and_three_words_are_enough(tmp_path: Path):
    task = {"xpos": {"kind": "tagger", "level": 1, "corpus": "miniature", "column": "xpos"}}
    config = build_config(
        {
            "encoder": {"kind": "bilstm"},
            "task": task,
            "training": {"schedule": "sampled", "distillation": {"raw_sentences": 4}},
        }
    )
    paths = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for path in paths:
        path.write_text("\n\n".join(["Too short", *[f"{path.stem} goes {number}" for number in range(9)]]))

    found = read_raw_sentences(paths, config)
    assert found == [[name, "goes", number] for name in ("one", "two") for number in "01"]
