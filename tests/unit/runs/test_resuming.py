"""Going on with a run: what its configuration may be told anew, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.errors import ConfigError
from jmt.runs.config import RunConfig, read_config
from jmt.runs.place import CONFIG, write_config
from jmt.runs.resuming import accept_changes
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
