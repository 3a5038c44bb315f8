"""A job of two dozen lines, for the shipped small model."""

from __future__ import annotations

from pathlib import Path

import pytest

import jmt
from jmt.annotate import Annotator
from jmt.annotate.loading import origin_of
from jmt.bulk.records import Reading
from jmt.bulk.shard_work import Work
from tests.assets.bulk_jobs import LINES


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return jmt.load("en_jmt_sm", device="cpu", tasks=["xpos"])


@pytest.fixture
def work(tmp_path: Path, annotator: Annotator) -> Work:
    return Work(str(tmp_path / "out"), origin_of(annotator), Reading(), "jsonl", confidences=True)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.txt"
    path.write_text("".join(f"{line}\n" for line in LINES))
    return path
