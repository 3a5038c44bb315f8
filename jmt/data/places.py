"""Where corpora lie on this machine."""

from __future__ import annotations

import importlib.resources
import os
from collections.abc import Sequence
from pathlib import Path

from jmt.data.cards import Part
from jmt.errors import InputError
from jmt.files.cache import cache_home


def fetched_home() -> Path:
    """Return the folder that `jmt corpora fetch` fills: `$XDG_CACHE_HOME/jmt/corpora`."""
    return cache_home() / "corpora"


def places(name: str, folders: Sequence[Path]) -> list[Path]:
    """Return the folders where a known corpus may lie, first choice first.

    Those are NAME in each of `folders` (`--corpora`), in those of `JMT_CORPORA`, in the user's cache, in the package.
    Raises InputError for a folder of `--corpora` that does not exist.
    """
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"--corpora {folder}: there is no such folder")
    package = Path(str(importlib.resources.files("jmt.corpora")))
    return [folder / name for folder in (*folders, *_named_folders(), fetched_home(), package)]


def place_of_split(name: str, part: Part, split: str, folders: Sequence[Path]) -> Path | None:
    """Return the file of a split of a known corpus, None where it is not on this machine; errors as in `places`."""
    file = part.splits.get(split)
    candidates = [folder / file.path for folder in places(name, folders)] if file else []
    return next((path for path in candidates if path.is_file()), None)


def own_places(beside: str | None, folders: Sequence[Path]) -> list[Path]:
    """Return the folders from which the paths of a corpus of one's own are taken, first choice first.

    Those are the current folder, the configuration's (`beside`), each of `--corpora`, each of `JMT_CORPORA`.
    """
    return list(dict.fromkeys([Path(), *([Path(beside)] if beside else []), *folders, *_named_folders()]))


def _named_folders() -> list[Path]:
    """Return the folders of `JMT_CORPORA`."""
    return [Path(folder) for folder in os.environ.get("JMT_CORPORA", "").split(os.pathsep) if folder]
