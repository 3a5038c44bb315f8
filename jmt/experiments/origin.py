"""What a run of a comparison was made with: versions, machine, and the very files of its corpora.

A run on other files than those that are there now is refused: seeds on old and new data are no comparison.
"""

from __future__ import annotations

import functools
import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jmt.data.cards import Card, family_of_kind
from jmt.data.catalogue import find_corpus, find_source
from jmt.data.splits import training_splits
from jmt.errors import ConfigError
from jmt.experiments.ablation import Cell
from jmt.experiments.json_records import read_record
from jmt.files.atomic import write_whole
from jmt.files.hashing import sha256_of
from jmt.runs.config import RunConfig
from jmt.runs.run import Run

ORIGIN_FILE = "origin.json"

_PACKAGES = ("jmt", "torch")


def write_origin(work: Run) -> None:
    """Write it beside the configuration, which has the seed and all settings; corpora of the hub are named there."""
    content = {
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        "device": str(work.trainer.stepper.device),
        "corpora": _files_of(work.config, work.options.folders),
    }
    write_whole(work.options.output / ORIGIN_FILE, json.dumps(content, indent=1) + "\n")


def check_same_files(cells: Sequence[Cell], folders: Sequence[Path]) -> None:
    """Refuse runs that have ended and were made with other files than their corpora have now.

    Raises:
        ConfigError: naming the run and the corpus.
        CorpusError: a corpus that is not here any more.
    """
    for cell in cells:
        before = read_record(cell.folder / ORIGIN_FILE, dict).get("corpora", {})
        now = _files_of(cell.config, folders) if before else {}
        for corpus in before:
            if before[corpus] != now.get(corpus):
                raise ConfigError(
                    f"{cell.folder}: this run was made with other files of {corpus} than are here now; take another "
                    "--output, or bring back the files"
                )


@functools.cache
def _sha256_of(path: Path, changed: float) -> str:
    """Return the SHA-256 of a file, read once for all runs that learn from it."""
    return sha256_of(path)


def _files_of(config: RunConfig, folders: Sequence[Path]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return corpus and kind of examples to split to its file, with first and end of its examples, and SHA-256."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for task, head in config.trained.items():
        family = family_of_kind(head.kind)
        for name in config.data[task].corpora:
            corpus = find_corpus(name, config.corpora)
            if not isinstance(corpus, Card) and corpus.hub:
                continue
            for split in training_splits(corpus, family, folders):
                source = find_source(corpus, family, split, folders)
                found.setdefault(f"{name} ({family})", {})[split] = {
                    "file": ", ".join(path.name for path in source.paths),
                    "examples": [source.wanted.start, source.wanted.stop],
                    "sha256": ", ".join(_sha256_of(path, path.stat().st_mtime) for path in source.paths),
                }
    return found
