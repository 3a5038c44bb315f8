"""What a student learns from its teacher alone."""

from __future__ import annotations

from jmt.cascade.symbols.examples import TaskExamples
from jmt.runs.config.building import build_config
from jmt.runs.teaching import Teaching, tasks_without_gold
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
