"""Vectors of corpora in a configuration: which are refused, and what going on from a model makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.errors import ConfigError
from jmt.network import checkpoint
from jmt.runs.config import RunConfig, read_config
from jmt.training.starting.averaging import average
from jmt.training.starting.continuation import copy_weights
from tests.assets.tiny_model import tiny_model

UNITED = ['task.xpos.corpus=["ewt", "gum"]', 'task.chunk.corpus=["ewt", "gum"]']
VECTORS = "encoder.corpus_vectors"


def read(*edits: str, tasks: tuple[str, ...] = ("xpos", "chunk"), start_from: str | None = None) -> RunConfig:
    return read_config("demo", overrides=edits, tasks=list(tasks), start_from=start_from)


def test_corpora_that_a_task_unites_may_have_vectors():
    assert read(*UNITED, f'{VECTORS}=["gum"]').model.encoder.corpus_vectors == ("gum",)
    assert read(*UNITED).model.encoder.corpus_vectors == ()
    assert read(*UNITED, f'{VECTORS}=["gum"]').model.encoder.corpus_numbers(["gum", "ewt", ""]) == [1, 0, 0]


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        (
            [*UNITED, f'{VECTORS}=["lines"]'],
            r"'lines' is no corpus of a task that learns from several; those are ewt, gum",
        ),
        ([f'{VECTORS}=["miniature"]'], r"'miniature' is no corpus of a task that learns from several; none does"),
        ([*UNITED, f'{VECTORS}=["gum", "ewt"]'], r"task\.xpos\.corpus: ewt\+gum: .*leave one of its corpora out"),
        ([UNITED[0], 'task.chunk.corpus="gum"', f'{VECTORS}=["gum"]'], r"task\.chunk\.corpus: gum: .*leave one"),
        ([*UNITED, f'{VECTORS}=["gum", "gum"]'], r"encoder\.corpus_vectors.*a corpus is named twice"),
        ([*UNITED, VECTORS + '=["\\u0007"]'], r"encoder\.corpus_vectors.*is no name of a corpus"),
    ],
)
def test_vectors_that_mean_nothing_are_refused_with_what_would(edits: list[str], message: str):
    with pytest.raises(ConfigError, match=message):
        read(*edits)


def test_a_subset_of_tasks_takes_corpora_that_are_gone_out_of_those_with_vectors(tmp_path: Path):
    import tomli_w

    whole = read(*UNITED, f'{VECTORS}=["gum"]').to_tables()
    whole["task"]["chunk"]["corpus"] = "ewt"
    (tmp_path / "mine.toml").write_text(tomli_w.dumps(whole), encoding="utf-8")
    kept = read_config(str(tmp_path / "mine.toml"), tasks=["xpos"])
    gone = read_config(str(tmp_path / "mine.toml"), tasks=["chunk"])

    assert (kept.model.encoder.corpus_vectors, gone.model.encoder.corpus_vectors) == (("gum",), ())


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A model that tells GUM from others."""
    checkpoint.save(tiny_model(["xpos", "chunk"], corpus_vectors=["gum"]), tmp_path / "model")
    return str(tmp_path / "model")


def keys_of(place: str) -> list[str]:
    """What the configuration says otherwise than the model, which has to fit."""
    encoder = ModelConfig.model_dump(checkpoint.load(place).config)["encoder"]
    return [f"encoder.{key}={value}" for key, value in encoder.items() if key.endswith("_size")]


def test_going_on_from_a_model_keeps_its_vectors_and_more_may_follow(tmp_path: Path, place: str):
    (tmp_path / "on.toml").write_text(
        '[task.xpos]\nkind = "tagger"\nlevel = 1\ncorpus = "ewt"\ncolumn = "xpos"\n', encoding="utf-8"
    )
    name = str(tmp_path / "on.toml")
    more = ['task.xpos.corpus=["ewt", "gum", "lines"]', f'{VECTORS}=["gum", "lines"]']

    assert read_config(name, start_from=place).model.encoder.corpus_vectors == ("gum",)
    alone = read_config(name, start_from=place, overrides=['task.xpos.corpus="gum"'])
    assert alone.model.encoder.corpus_vectors == ("gum",)
    assert read_config(name, start_from=place, overrides=more).model.encoder.corpus_vectors == ("gum", "lines")
    with pytest.raises(ConfigError, match=r"encoder\.corpus_vectors +\[\"lines\", \"gum\"\] +\[\"gum\"\]"):
        read_config(name, start_from=place, overrides=[more[0], f'{VECTORS}=["lines", "gum"]'])
    with pytest.raises(ConfigError, match=r"encoder\.corpus_vectors +\[\] +\[\"gum\"\]"):
        read_config(name, start_from=place, overrides=[f"{VECTORS}=[]"])


def test_the_vector_of_a_corpus_that_the_model_knew_stays_in_its_row():
    old, new = tiny_model(corpus_vectors=["gum"], seed=1), tiny_model(corpus_vectors=["gum", "lines"], seed=2)
    name = "encoder.words.corpora.vectors"
    before = new.get_parameter(name)[1].tolist()

    copy_weights(old, new)

    assert torch.equal(new.get_parameter(name)[0], old.get_parameter(name)[0])
    assert new.get_parameter(name)[1].tolist() == before


def test_models_with_vectors_of_other_corpora_have_no_mean():
    both = {"a": tiny_model(corpus_vectors=["gum"]), "b": tiny_model(corpus_vectors=["lines"])}

    with pytest.raises(ConfigError, match=r'a and b have vectors of other corpora, .* = \["gum"\] and \["lines"\]'):
        average(both, [0.5, 0.5])
