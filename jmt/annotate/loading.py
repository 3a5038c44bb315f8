"""From what a user calls a model to an `Annotator`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from jmt.annotate.annotator import Annotator
from jmt.devices import choose_device
from jmt.errors import CheckpointError
from jmt.segmentation import Segmenter


def load(model: str | Path, *, device: str = "auto", tasks: Sequence[str] | None = None) -> Annotator:
    """Load a model and get it ready to annotate.

    `model` is a checkpoint folder, a run folder (its `best/` is meant), or the name of a model that is installed with
    the package.  `device` is `auto` (a GPU where there is one), `cpu` or `cuda`; `tasks` limits what is run by default.
    Raises CheckpointError where there is no model, or it is truncated or foreign; InputError for an unknown device or
    task.
    """
    from jmt import checkpoint

    folder = checkpoint.find(find_model(model))
    loaded = checkpoint.load(folder, device=choose_device(device))
    named = folder.parent if folder.name in ("best", "last") else folder
    return Annotator(
        loaded,
        Segmenter(loaded.config.language),
        tasks=tasks,
        name=named.resolve().name,
        revision=f"sha256:{checkpoint.model_hash(folder)}",
    )


def find_model(model: str | Path) -> Path:
    """Return the folder that a model's path or name means."""
    path = Path(model)
    installed = installed_models()
    if path.exists() or str(model) not in installed:
        if not path.exists() and path.name == str(model):
            names = ", ".join(sorted(installed)) or "none"
            raise CheckpointError(
                f"`{model}` is no folder here and no installed model (there are: {names}); give a checkpoint, or a run "
                "folder that `jmt train` wrote"
            )
        return path
    return installed[str(model)]


def installed_models() -> dict[str, Path]:
    """Return the models that ship with the package, by name."""
    folder = files("jmt") / "models"
    if not folder.is_dir():
        return {}
    return {entry.name: Path(str(entry)) for entry in folder.iterdir() if (entry / "config.json").is_file()}
