"""Very long sentences and words, by a model as wide as that of the paper, within the memory and time promised."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.formats.conllu import read_conllu
from jmt.network import checkpoint
from jmt.network.model import JointModel
from jmt.runs.config import read_config
from tests.assets.measured_command import run_measured
from tests.assets.tiny_model import LABELS, SENTENCES

MOST_MEMORY = 2_000
"""Megabytes."""
MOST_TIME = 60
"""Seconds."""


@pytest.fixture(scope="module")
def wide_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged jmt2017 with random weights, and as many tags and relations as EWT has."""
    config = read_config("jmt2017").model
    labels = {
        **{name: LABELS[name] for name in config.tasks},
        "xpos": [f"T{number}" for number in range(50)],
        "dep": ["root", *(f"r{number}" for number in range(50))],
    }
    torch.manual_seed(1)
    lexicon = Lexicon.from_sentences(SENTENCES, ngram_sizes=config.encoder.ngrams)
    model = JointModel(config, lexicon, {name: LabelSet(values) for name, values in labels.items()})
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    folder = tmp_path_factory.mktemp("wide") / "model"
    checkpoint.save(model, folder)
    return folder


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param(" ".join(f"w{number * 7919}x" for number in range(5_000)), 5_000, id="5,000 words"),
        pytest.param("Donau" * 20_000, 1, id="one word of 100,000 characters"),
    ],
)
def test_long_inputs_are_annotated_in_bounded_memory_and_time(
    wide_checkpoint: Path, tmp_path: Path, text: str, tokens: int
):
    (tmp_path / "text").write_text(text + "\n")
    measured = run_measured(tmp_path, "annotate", "--model", str(wide_checkpoint), str(tmp_path / "text"))

    assert (measured.code, measured.message) == (0, "")
    (sentence,) = read_conllu((tmp_path / "out").read_text(encoding="utf-8"), strict=True)
    assert len(sentence.tokens) == tokens
    assert measured.megabytes < MOST_MEMORY
    assert measured.seconds < MOST_TIME
