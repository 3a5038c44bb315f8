"""A folder that holds one treebank: which of its CoNLL-U files make the train, dev and test splits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from jmt.data.cards import SPLITS
from jmt.errors import CorpusError

_PART = re.compile(r"(?P<name>.*-|)(?P<split>train|dev|test)(?P<part>-.+)?\.conllu")
"""`fr_sequoia-ud-train.conllu`, a part of a large treebank's `cs_pdt-ud-train-c.conllu`, or `train.conllu`."""
_WAY_OUT = "or name the files themselves with `train`, `dev` and `test`"
_MOST_NAMED = 6


def find_treebank(folder: str, places: Sequence[Path]) -> dict[str, tuple[Path, ...]]:
    """Return the files of every split that a treebank's folder holds, in the order train, dev, test.

    `places` are where a relative path begins.  Files are known by their names: `*-ud-SPLIT.conllu` as treebanks of
    Universal Dependencies have them, where there is none `*-SPLIT.conllu` or `SPLIT.conllu`; a split that is cut into
    `*-SPLIT-a.conllu`, `*-SPLIT-b.conllu` ... is united, in the order of the names.
    Raises CorpusError where there is no such folder, no such file in it, or more than one treebank.
    """
    tried = list(dict.fromkeys(place / folder for place in places))
    home = next((path for path in tried if path.is_dir()), None)
    if home is None:
        file = next((path for path in tried if path.exists()), None)
        if file is not None:
            raise CorpusError(f"folder = {folder!r}: this is a file: give the folder that it lies in, {_WAY_OUT}")
        looked = ", ".join(str(path.parent) for path in tried)
        raise CorpusError(f"folder = {folder!r}: there is no such folder; looked in {looked}")
    matches = [match for path in sorted(home.iterdir()) if (match := _PART.fullmatch(path.name)) and path.is_file()]
    official = [match for match in matches if match["name"].endswith("-ud-")]
    matches = official or matches
    if not matches:
        raise CorpusError(f"{home}: no treebank here, whose files are named *-ud-train.conllu; {_seen(home)}")
    names = sorted({match["name"] for match in matches})
    if len(names) > 1:
        several = ", ".join(f"{name}*" for name in names[:_MOST_NAMED])
        raise CorpusError(f"{home}: {len(names)} treebanks ({several}): give each a folder of its own, {_WAY_OUT}")
    found = {split: [match for match in matches if match["split"] == split] for split in SPLITS}
    for files in found.values():
        if len({match["part"] is None for match in files}) > 1:
            both = ", ".join(match.string for match in files[:_MOST_NAMED])
            raise CorpusError(f"{home}: a whole file beside parts of it ({both}): keep one of the two, {_WAY_OUT}")
    return {split: tuple(home / match.string for match in files) for split, files in found.items() if files}


def _seen(home: Path) -> str:
    """Say what lies in a folder instead."""
    folders = sorted(path.name for path in home.iterdir() if path.is_dir() and any(path.glob("*train*.conllu")))
    if folders:
        return f"it holds folders of treebanks: give one of them, such as {home / folders[0]}"
    files = sorted(path.name for path in home.glob("*.conllu"))
    if not files:
        return "it holds no .conllu file"
    return f"it holds {', '.join(_shown(files))}: rename them, {_WAY_OUT}"


def _shown(names: Sequence[str]) -> Iterator[str]:
    yield from names[:_MOST_NAMED]
    if len(names) > _MOST_NAMED:
        yield f"{len(names) - _MOST_NAMED} more"
