"""What a user calls a model, and the folder that it means: a path, the name of an installed model, or a hub id.

Installed models lie in this package (`jmt/models/NAME`) or in a package of their own, made by `jmt package --wheel`,
which announces its folder under the entry points `jmt_models`.  Nothing of it is imported: its folder is looked up.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from jmt.errors import CheckpointError, ConfigError
from jmt.files.atomic import whole_folder
from jmt.models.hub import HUB_ID, fetch_model

DEFAULT_MODEL = "en_jmt_md"
"""The model that is used where none is named."""

GROUP = "jmt_models"
"""Entry points of installed models: a name, and the folder in site-packages."""

NAME = re.compile(r"[a-z][a-z0-9_]{1,63}")
"""Names of models that can be installed."""


def find_model(model: str | Path) -> Path:
    """Return the folder that a model's path, name or hub id means; from the hub it is fetched.

    Raises:
        CheckpointError: there is none, saying which models are installed.
    """
    path = Path(model)
    if whole_folder(path) is not None or isinstance(model, Path):
        return path
    if path.name != model:
        # The first part of `runs/mine` is a folder here: that is a path with a slip, not somebody's model on the hub.
        return fetch_model(model) if HUB_ID.fullmatch(model) and not path.parent.exists() else path
    installed = installed_models()
    if model not in installed:
        names = ", ".join(sorted(installed)) or "none"
        raise CheckpointError(
            f"`{model}` is no folder here and no installed model (there are: {names}); give a checkpoint, a run folder "
            "that `jmt train` wrote, or the hub id of a model (owner/name)"
        )
    return installed[model]


def installed_models() -> dict[str, Path]:
    """Return the folders of the models that are installed, by name; those of this package come first."""
    from importlib.metadata import entry_points

    shipped = (Path(str(entry)) for entry in files("jmt.models").iterdir())
    found = {folder.name: folder for folder in shipped if (folder / "config.json").is_file()}
    for entry in entry_points(group=GROUP):
        if entry.dist is not None and NAME.fullmatch(entry.value):
            folder = Path(str(entry.dist.locate_file(entry.value)))
            if (folder / "config.json").is_file():
                found.setdefault(entry.name, folder)
    return found


def default_model() -> str:
    """Return the model to use where none is named.

    Raises:
        ConfigError: it is not installed, so that a model has to be named.
    """
    if DEFAULT_MODEL not in installed_models():
        raise ConfigError(
            f"--model MODEL is required: {DEFAULT_MODEL}, used where no model is named, is not installed here; "
            "give a checkpoint, or a run folder that `jmt train` wrote"
        )
    return DEFAULT_MODEL
