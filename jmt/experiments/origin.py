"""What a run of a comparison was made with: versions, machine, and the very files of its corpora.

It is recorded when these have been read, before the first step, and never changed.  A run on other files than those
that are there now is refused: seeds on old and new data are no comparison.
"""

from __future__ import annotations

import functools
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jmt.data.cards import Card, family_of_kind
from jmt.data.catalogue import find_corpus, find_source
from jmt.data.splits import training_splits
from jmt.errors import ConfigError, CorpusError
from jmt.experiments.ablation import Cell
from jmt.experiments.json_records import damaged, read_record
from jmt.files.atomic import whole_folder, write_whole
from jmt.files.hashing import sha256_of
from jmt.runs.config import RunConfig
from jmt.runs.run import Run

ORIGIN_FILE = "origin.json"

_PACKAGES = ("jmt", "torch")

_Files = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Corpus and kind of examples to split to its file, with first and end of its examples, and SHA-256."""


def loaded_with_origin(cell: Cell, folders: Sequence[Path], load: Callable[[], Run]) -> Run:
    """Load a run, and record what its corpora were read from; a run that goes on keeps the record it has.

    It lies beside the configuration, which has the seed and all settings; corpora of the hub are named there.

    Raises:
        ConfigError: the run was begun with other files.
        CorpusError: a corpus that is not here, or a file that was changed while it was read.
    """
    files = _files_of(cell.config, folders)
    if _is_begun(cell):
        _compare(cell, files)
    work = load()
    if changed := _other_than(files, _files_of(cell.config, folders)):
        raise CorpusError(
            f"{changed[0]}: its files were changed while they were read: the same command reads them anew"
        )
    if not (work.options.resuming and (cell.folder / ORIGIN_FILE).exists()):
        content = {
            "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
            "device": str(work.trainer.stepper.device),
            "recorded_at_step": work.trainer.progress.step,
            "corpora": files,
        }
        write_whole(cell.folder / ORIGIN_FILE, json.dumps(content, indent=1) + "\n")
    return work


def check_same_files(cells: Sequence[Cell], folders: Sequence[Path], *, tell: Callable[[str], None]) -> None:
    """Refuse runs that were begun with other files than their corpora have now; `tell` hears of those nobody knows of.

    Raises:
        ConfigError: naming the run and the corpus.
        CorpusError: a corpus that is not here any more.
        InputError: a record that is damaged.
    """
    begun = [cell for cell in cells if _is_begun(cell)]
    unknown = [cell for cell in begun if not _compare(cell, _files_of(cell.config, folders))]
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        tell(
            f"note: {unknown[0].folder}{more}: {ORIGIN_FILE} does not name the files of all corpora from the first "
            "step on, so that nobody knows whether they were those that are here now"
        )


def _is_begun(cell: Cell) -> bool:
    """Whether it has taken a step, as far as is known."""
    return (cell.folder / "log.jsonl").exists() or whole_folder(cell.folder / "last") is not None


def _compare(cell: Cell, now: _Files) -> bool:
    """Refuse a run that was begun with other files; say whether the record names all of them from the first step on."""
    record = read_record(cell.folder / ORIGIN_FILE, dict)
    before = record.get("corpora", {})
    if not isinstance(before, dict) or not all(isinstance(splits, dict) for splits in before.values()):
        raise damaged(cell.folder / ORIGIN_FILE, "`corpora` is no table of corpora with their splits")
    if changed := _other_than(before, now):
        raise ConfigError(
            f"{cell.folder}: this run was made with other files of {changed[0]} than are here now; take another "
            "--output, or bring back the files"
        )
    return before.keys() == now.keys() and not record.get("recorded_at_step")


def _other_than(before: _Files, now: _Files) -> list[str]:
    """Return the corpora whose files are not those that they were."""
    return [corpus for corpus, files in before.items() if files != now.get(corpus)]


@functools.cache
def _sha256_of(path: Path, changed: float) -> str:
    """Return the SHA-256 of a file, read once for all runs that learn from it."""
    return sha256_of(path)


def _files_of(config: RunConfig, folders: Sequence[Path]) -> _Files:
    """Return the files that a run learns from and is scored on."""
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
