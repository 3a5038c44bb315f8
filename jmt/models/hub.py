"""Models on the hub of Hugging Face: only the files of a checkpoint are fetched, and kept without links.

`owner/name` is the newest revision, `owner/name@revision` a branch, tag or commit; what was fetched once is found again
without a network.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from jmt.errors import CheckpointError
from jmt.files.atomic import replace_folder
from jmt.files.cache import cache_home

HUB_ID = re.compile(r"[\w-][\w.-]{0,95}/[\w-][\w.-]{0,95}(@[\w./-]{1,100})?")

_FILES = (
    *("config.json", "vocabulary.json", "labels.json", "card.json", "model.safetensors", "manifest.json"),
    *("encoder/config.json", "encoder/tokenizer.json", "README.md", "LICENSE", "NOTICE"),
)
"""All that is ever fetched: nothing that could be code."""


def fetch_model(model: str) -> Path:
    """Return the folder of a model on the hub, fetched if it is not here yet.

    Raises:
        CheckpointError: no such model, no such revision, or no network and never fetched before.
    """
    from huggingface_hub import snapshot_download

    name, _, revision = model.partition("@")
    try:
        snapshot = Path(snapshot_download(name, revision=revision or None, allow_patterns=list(_FILES)))
    except Exception as error:  # a network fails in more ways than the library's own errors name
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CheckpointError(
            f"`{model}` is no folder here, and cannot be fetched from the hub: {reason}; check the name and the "
            "network, or give a checkpoint, or the name of an installed model"
        ) from error
    if not (snapshot / "manifest.json").exists():
        raise CheckpointError(f"`{model}` on the hub is no model of jmt: it has no manifest.json")
    kept = cache_home() / "models" / name.replace("/", "--") / snapshot.name
    if not (kept / "manifest.json").exists():
        _copy_files(snapshot, kept)
    return kept


def _copy_files(snapshot: Path, kept: Path) -> None:
    """Copy the files of a snapshot, which are links into the hub's own cache, as plain files, manifest and all."""

    def write(fresh: Path) -> None:
        for name in _FILES:
            if (snapshot / name).is_file():
                (fresh / name).parent.mkdir(exist_ok=True)
                shutil.copyfile(snapshot / name, fresh / name)

    replace_folder(kept, write, sign=False)
