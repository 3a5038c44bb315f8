"""`configs/jmt2017.toml` field by field against the paper: equal, or on the file's own list with a reason.

The values below were copied from sections 2 and 3 and appendix A of Hashimoto et al. (2017), not from the file.
None stands for what the paper does not state.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from jmt.runs.config import read_config
from tests.repository.source import ROOT

TEXT = (ROOT / "configs" / "jmt2017.toml").read_text(encoding="utf-8")

PAPER: dict[str, Any] = {
    "encoder.kind": "bilstm",
    "encoder.hidden_size": 100,
    "encoder.word_size": 100,
    "encoder.ngram_size": 100,
    "encoder.ngrams": [2, 3, 4],
    "encoder.label_size": 100,
    "encoder.word_dropout": 0.25,
    "encoder.shortcut": True,
    "encoder.vertical": True,
    "encoder.vertical_dropout": 0.2,
    "encoder.input_dropout": 0.4,
    "task.xpos.kind": "tagger",
    "task.xpos.level": 1,
    "task.xpos.corpus": "WSJ",
    "task.xpos.classifier_size": 200,
    "task.xpos.dropout": 0.2,
    "task.xpos.batch_size": 25,
    "task.xpos.clip_norm": 1.0,
    "task.chunk.kind": "tagger",
    "task.chunk.level": 2,
    "task.chunk.corpus": "WSJ 15-18, dev 19",
    "task.chunk.scheme": "iobes",
    "task.chunk.reads": ["xpos"],
    "task.chunk.classifier_size": 200,
    "task.chunk.dropout": 0.2,
    "task.chunk.batch_size": 25,
    "task.chunk.clip_norm": 2.0,
    "task.dep.kind": "parser",
    "task.dep.level": 3,
    "task.dep.corpus": "WSJ",
    "task.dep.reads": ["xpos", "chunk"],
    "task.dep.tree": "eisner",
    "task.dep.classifier_size": 400,
    "task.dep.dropout": 0.2,
    "task.dep.batch_size": 15,
    "task.dep.clip_norm": 3.0,
    "task.relatedness.kind": "pair_regressor",
    "task.relatedness.level": 4,
    "task.relatedness.corpus": "sick",
    "task.relatedness.reads": ["xpos", "chunk"],
    "task.relatedness.input_dropout": None,
    "task.relatedness.dropout": 0.4,
    "task.relatedness.hidden_layers": 1,
    "task.relatedness.maxout_size": None,
    "task.relatedness.maxout_pool": None,
    "task.relatedness.batch_size": 25,
    "task.relatedness.clip_norm": 3.0,
    "task.relatedness.variations.final_stop": None,
    "task.entailment.kind": "pair_classifier",
    "task.entailment.level": 5,
    "task.entailment.corpus": "sick",
    "task.entailment.reads": ["xpos", "chunk", "relatedness"],
    "task.entailment.input_dropout": 0.2,
    "task.entailment.dropout": 0.2,
    "task.entailment.hidden_layers": 3,
    "task.entailment.maxout_size": None,
    "task.entailment.maxout_pool": None,
    "task.entailment.batch_size": 25,
    "task.entailment.clip_norm": 3.0,
    "task.entailment.variations.final_stop": None,
    "training.schedule": "successive",
    "training.order": "cascade",
    "training.epochs": None,
    "training.optimizer.kind": "sgd",
    "training.optimizer.learning_rate": 1.0,
    "training.optimizer.decay": 0.3,
    "training.optimizer.betas": None,
    "training.l2.lstm": 1e-6,
    "training.l2.classifiers": 1e-5,
    "training.successive_regularization.default": 1e-3,
    "training.successive_regularization.lower_classifiers": 1e-2,
    "training.weighting.method": "sum",
}

OURS = {
    "language",
    "seed",
    "task.xpos.column",
    "task.chunk.column",
    "task.relatedness.column",
    "task.entailment.column",
    "training.threads",
}
"""Keys that have no counterpart in a paper: where a corpus keeps its labels, which run it is, and on what."""


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables as one, its keys joined by dots."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def listed_deviations() -> dict[str, tuple[Any, str, str]]:
    """The list at the head of the file: key -> our value, what it says of the paper, the reason."""
    found = {}
    for line in TEXT.splitlines():
        match = re.fullmatch(r"#   (\S+) = (.+?) \(paper: (.+?)\): (.{8,})", line)
        if match:
            key, ours, paper, reason = match.groups()
            found[key] = (tomllib.loads(f"value = {ours}")["value"], paper, reason)
    return found


WRITTEN = flat(tomllib.loads(TEXT))


@pytest.mark.parametrize("key", PAPER)
def test_a_field_is_the_paper_s_or_a_deviation_with_its_reason(key: str):
    deviations = listed_deviations()

    assert key in WRITTEN, "state it in the file, so that a reader sees it"
    if key in deviations:
        ours, paper, _ = deviations[key]
        assert ours == WRITTEN[key], "the list tells another value than the file"
        assert ours != PAPER[key], "no deviation at all"
        stated = paper not in ("not stated", "none")
        assert stated == (PAPER[key] is not None)
        if stated:
            assert paper == PAPER[key] if isinstance(PAPER[key], str) else float(paper) == PAPER[key]
    else:
        assert WRITTEN[key] == PAPER[key]


def test_every_key_of_the_file_was_compared():
    assert set(WRITTEN) - set(PAPER) == OURS


def test_the_list_of_deviations_names_keys_of_the_file_only():
    assert set(listed_deviations()) <= set(WRITTEN)


def test_what_the_file_does_not_say_has_no_effect_beyond_the_paper():
    """Defaults of keys that the file leaves out are neutral."""
    config = read_config("jmt2017")

    assert config.model.encoder.word_minimum == config.model.encoder.ngram_minimum == 1
    assert config.training.evaluate_every == 1
    assert all(read.gradient == "flow" for task in config.model.tasks.values() for read in task.reads)
    assert [config.model.input_dropout(level) for level in range(1, 6)] == [0.4, 0.4, 0.4, 0.2, 0.2]
