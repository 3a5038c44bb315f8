"""The packaged configurations of transformers train on a tiny encoder of their family, and on those of others."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import jmt
from jmt.cli.main import main
from jmt.network import checkpoint
from tests.assets.encoder_folder import write_encoder
from tests.repository.source import ROOT

pytestmark = pytest.mark.usefixtures("torch_as_before")

MINIATURE = ROOT / "corpora" / "miniature"
SMALL = ["encoder.word_size=8", "encoder.ngram_size=8", "encoder.label_size=4"]
QUICK = ["training.epochs=2", "training.evaluate_every=2", "training.threads=1"]


def corpus(name: str, reader: str, kind: str, first: int) -> list[str]:
    """Settings that put a few examples of the miniature corpus in the place of a known one."""
    train, dev = (MINIATURE / f"{split}.{kind}" for split in ("train", "dev"))
    places = {"train": f"{train}[{first}:{first + 40}]", "dev": f"{dev}[{first}:{first + 10}]"}
    return [f'corpora.{name}.reader="{reader}"', *(f'corpora.{name}.{split}="{places[split]}"' for split in places)]


CORPORA = {
    "transformer": [
        *corpus("ewt", "conllu", "conllu", 0),
        *corpus("conll2000", "conllu", "conllu", 50),
        *corpus("sick", "sick", "pairs.tsv", 0),
    ],
    "large": [*corpus("ewt", "conllu", "conllu", 0), *corpus("gum", "conllu", "conllu", 50)],
}


@pytest.mark.parametrize(
    ("config", "family", "layers", "kept"),
    [("transformer", "bert", 6, 6), *(("large", family, 12, 8) for family in ("mpnet", "deberta-v2", "modernbert"))],
)
def test_it_trains_and_its_model_annotates_without_the_encoder_s_folder(
    config: str, family: str, layers: int, kept: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    encoder, run = write_encoder(tmp_path / "encoder", family, layers=layers), tmp_path / "run"
    edits = [*SMALL, *QUICK, *CORPORA[config], f'encoder.pretrained="{encoder}"']
    options = [word for edit in edits for word in ("--set", edit)]
    assert main(["train", config, "--output", str(run), "--device", "cpu", *options]) == 0
    encoder.rename(tmp_path / "elsewhere")

    metrics = json.loads((run / "metrics.json").read_text())
    assert all(math.isfinite(value) for value in metrics["dep"].values() if isinstance(value, float))
    assert len(checkpoint.load(run).encoder.pretrained.blocks) == kept
    document = jmt.load(run)("A cat sat. The dogs ran.")
    assert all(token.upos and token.lemma for sentence in document.sentences for token in sentence.tokens)
