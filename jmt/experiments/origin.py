"""What a run of a comparison was made with: versions, machine, and the very files of its corpora."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from typing import Any

from jmt.data.cards import Card, family_of_kind
from jmt.data.catalogue import find_corpus, find_source
from jmt.data.splits import training_splits
from jmt.files.atomic import write_whole
from jmt.files.hashing import sha256_of
from jmt.runs.run import Run

_ORIGIN = "origin.json"

_PACKAGES = ("jmt", "torch")


def write_origin(work: Run) -> None:
    """Write it beside the configuration, which has the seed and all settings; corpora of the hub are named there."""
    content = {
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        "device": str(work.trainer.stepper.device),
        "corpora": _files_of(work),
    }
    write_whole(work.options.output / _ORIGIN, json.dumps(content, indent=1) + "\n")


def _files_of(work: Run) -> dict[str, dict[str, dict[str, Any]]]:
    """Return corpus and kind of examples to split to its file, with first and end of its examples, and SHA-256."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for task, head in work.config.trained.items():
        family = family_of_kind(head.kind)
        for name in work.config.data[task].corpora:
            corpus = find_corpus(name, work.config.corpora)
            if not isinstance(corpus, Card) and corpus.hub:
                continue
            for split in training_splits(corpus, family, work.options.folders):
                source = find_source(corpus, family, split, work.options.folders)
                found.setdefault(f"{name} ({family})", {})[split] = {
                    "file": ", ".join(path.name for path in source.paths),
                    "examples": [source.wanted.start, source.wanted.stop],
                    "sha256": ", ".join(sha256_of(path) for path in source.paths),
                }
    return found
