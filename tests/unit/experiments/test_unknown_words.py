"""Scores on words that the task's training sentences do not have, counted by hand from what a model says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jmt.cascade.prediction import Predictor
from jmt.errors import InputError
from jmt.experiments.unknown_words import has_unknown, read_unknown, write_unknown
from jmt.network.engine import TorchEngine
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_corpus import write_tiny_corpus


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("unknown")
    config = read_config(str(write_tiny_corpus(folder)), overrides=["training.share=0.1"])
    made = Run(config, RunOptions(folder / "run"), RuleSegmenter("en"))
    write_unknown(made)
    return made


def test_only_words_that_are_nowhere_in_the_task_s_training_count(work: Run):
    found = read_unknown(work.options.output)
    split = work.splits["xpos"]
    known = {word.lower() for words in split["train"].inputs for word in words}
    predictor = Predictor(TorchEngine(work.trainer.model))
    right = []
    for words, gold, answer in zip(
        split["dev"].inputs, split["dev"].gold, predictor.annotate(split["dev"].inputs, ["xpos"]), strict=True
    ):
        right += [
            one == other
            for word, one, other in zip(words, gold, answer["xpos"].labels, strict=True)
            if word.lower() not in known
        ]
    assert 0 < len(right) < sum(map(len, split["dev"].inputs))
    assert found["xpos"]["unknown count"] == len(right)
    assert found["xpos"]["unknown accuracy"] == pytest.approx(sum(right) / len(right))
    assert {"unknown uas", "unknown las"} <= found["dep"].keys()


def test_words_that_differ_in_case_alone_are_known_and_where_all_are_there_is_no_score(tmp_path: Path):
    config = read_config(str(write_tiny_corpus(tmp_path)))
    made = Run(config, RunOptions(tmp_path / "run"), RuleSegmenter("en"))
    dev = made.splits["xpos"]["dev"]
    made.splits["xpos"]["dev"] = replace(dev, inputs=[[word.upper() for word in words] for words in dev.inputs])
    write_unknown(made)
    assert read_unknown(tmp_path / "run")["xpos"] == {}

    train = made.splits["xpos"]["train"]
    made.splits["xpos"]["train"] = replace(train, inputs=[[word.upper() for word in words] for words in train.inputs])
    made.splits["xpos"]["dev"] = replace(dev, inputs=[[word.lower() for word in words] for words in dev.inputs])
    write_unknown(made)
    assert read_unknown(tmp_path / "run")["xpos"] == {}


def test_a_run_without_them_has_none(tmp_path: Path, work: Run):
    assert has_unknown(work.options.output)
    assert not has_unknown(tmp_path)
    assert read_unknown(tmp_path) == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"xpos": {"unknown accuracy": NaN}}', "xpos unknown accuracy is nan, where a finite number is needed"),
        ('{"xpos": {"unknown accuracy": "x"}}', "xpos unknown accuracy is 'x', where a finite number is needed"),
        ('{"xpos": {"unknown accuracy": null}}', "xpos unknown accuracy is None, where"),
        ('{"xpos": {"accuracy": 0.99}}', "xpos has `accuracy`, where each score is `unknown ...`"),
        ('{"xpos": [1]}', "a task has no table of scores"),
    ],
)
def test_what_is_no_score_on_unknown_words_is_refused(content: str, message: str, tmp_path: Path):
    (tmp_path / "dev-unknown.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"dev-unknown\.json: damaged: ") as refused:
        read_unknown(tmp_path)
    assert message in str(refused.value)
