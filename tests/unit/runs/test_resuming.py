"""Going on with a run: what its configuration may be told anew, and what it may not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jmt.errors import ConfigError
from jmt.runs.config import RunConfig, read_config
from jmt.runs.options import RunOptions
from jmt.runs.place import CONFIG, write_config
from jmt.runs.resuming import accept_changes, check_origins
from jmt.runs.teaching import Teaching, taught_by
from tests.assets.tiny_corpus import write_tiny_corpus


def configured(folder: Path, *overrides: str) -> RunConfig:
    return read_config(str(write_tiny_corpus(folder)), overrides=list(overrides))


def test_what_may_be_told_anew_is_told_and_kept(tmp_path: Path):
    write_config(tmp_path, configured(tmp_path, "training.epochs=2"))
    longer = configured(tmp_path, "training.epochs=3")

    assert accept_changes(tmp_path, longer) == ["training.epochs = 3 (was 2)"]
    assert accept_changes(tmp_path, longer) == []


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ("training.seed=3", "seed=0", r"training\.seed = None \(was 3\)"),
        ("seed=0", "training.seed=3", r"training\.seed = 3 \(was None\)"),
        ("training.batch_size=3", "training.batch_size=4", r"training\.batch_size = 4 \(was 3\)"),
    ],
)
def test_a_key_that_the_state_depends_on_may_neither_change_nor_come_nor_go(
    tmp_path: Path, before: str, now: str, said: str
):
    write_config(tmp_path, configured(tmp_path, "seed=0", before))
    kept = (tmp_path / CONFIG).read_bytes()

    with pytest.raises(ConfigError, match=said):
        accept_changes(tmp_path, configured(tmp_path, "seed=0", now))
    assert (tmp_path / CONFIG).read_bytes() == kept


def model_in(folder: Path, sha256: str, card: dict[str, Any] | None = None) -> Path:
    """As much of a checkpoint as tells which one it is, and how it was made."""
    folder.mkdir(parents=True)
    (folder / "card.json").write_text(json.dumps(card or {}), encoding="utf-8")
    (folder / "manifest.json").write_text(
        json.dumps({"model.safetensors": {"bytes": 1, "sha256": sha256}}), encoding="utf-8"
    )
    tasks = {"xpos": {"kind": "tagger", "level": 1, "column": "xpos"}}
    config = {"format": 2, "model": {"language": "en", "encoder": {"kind": "bilstm"}, "tasks": tasks}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def test_the_model_that_a_run_started_from_need_not_be_named_again_and_is_not_forgotten(tmp_path: Path):
    origin, other = model_in(tmp_path / "origin", "a" * 64), model_in(tmp_path / "other", "b" * 64)
    told = {"corpora": {"xpos": "gum"}, "licences": {"gum": "free"}, "started_from": "a" * 64}
    run = tmp_path / "run"
    assert check_origins(RunOptions(run, start_from=str(other))) == {}  # stopped before there was a checkpoint
    model_in(run / "last", "c" * 64, {"seed": 1, **told})

    assert check_origins(RunOptions(run, start_from=str(origin))) == {}
    assert check_origins(RunOptions(run)) == told
    with pytest.raises(ConfigError, match=r"--from .*other: the run in .*run was begun from another model"):
        check_origins(RunOptions(run, start_from=str(other)))
    plain = model_in(tmp_path / "plain" / "last", "d" * 64, {"corpora": {"xpos": "ewt"}}).parent
    assert check_origins(RunOptions(plain)) == {}
    with pytest.raises(ConfigError, match=r"was begun without one: resume it without --from"):
        check_origins(RunOptions(plain, start_from=str(origin)))


def test_a_run_that_learns_from_a_teacher_goes_on_with_it_and_its_raw_text_alone(tmp_path: Path):
    teachers = [model_in(tmp_path / name, sign * 64) for name, sign in (("one", "a"), ("two", "b"))]
    raw = [["a", "raw", "sentence"]]
    taught = [Teaching(str(teacher), raw) for teacher in teachers]
    run = model_in(tmp_path / "run" / "last", "c" * 64, taught_by(taught[0])).parent
    plain = model_in(tmp_path / "plain" / "last", "d" * 64).parent

    assert check_origins(RunOptions(run, teaching=taught[0])) == check_origins(RunOptions(plain)) == {}
    for options, said in (
        (RunOptions(run, teaching=taught[1]), "--teacher: the run in .* was begun with another teacher, one,"),
        (RunOptions(run), "resume it with `jmt distill --teacher one`"),
        (RunOptions(run, teaching=Teaching(str(teachers[0]))), "--raw: .* was begun with other raw text"),
        (RunOptions(run, teaching=Teaching(str(teachers[0]), [*raw, *raw])), "--raw: .* with other raw text"),
        (RunOptions(plain, teaching=taught[0]), "was begun without a teacher: resume it with `jmt train`"),
    ):
        with pytest.raises(ConfigError, match=said):
            check_origins(options)
    bare = model_in(tmp_path / "bare" / "last", "c" * 64, taught_by(Teaching(str(teachers[0])))).parent
    with pytest.raises(ConfigError, match=r"--raw: .* was begun with no raw text"):
        check_origins(RunOptions(bare, teaching=taught[0]))
