"""A trained model on disk, and beside it the same with confidences that come true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jmt.cascade.checkpoint import write_calibrated
from jmt.data.unions.left_out import LeftOut, told
from jmt.errors import InputError
from jmt.evaluation.calibration.temperature import FEWEST, Fitted, fit_temperatures
from jmt.evaluation.model_scores import LoadedModel, common_sources
from jmt.evaluation.sources import load_examples, with_split
from jmt.files.atomic import replace_folder
from jmt.models.places import find_model


def calibrate_model(
    name: str,
    target: Path,
    *,
    data: Mapping[str, Sequence[str]],
    folders: Sequence[Path],
    device: str = "cpu",
    engine: str = "auto",
    report: Callable[[str], None],
) -> dict[str, Fitted]:
    """Fit the temperatures of a model on dev, and write the model with them to a new folder.

    `data` names other files or corpora of some tasks, as in `jmt evaluate`; `report` hears what is under way.

    Raises:
        CheckpointError: no such model.
        InputError: the place is taken, there is no data, or too little of it for any task.
    """
    if target.exists():
        raise InputError(f"{target}: exists already; choose another --output")
    model = LoadedModel.load(name, find_model(name), device=device, engine=engine)
    named = common_sources([model], data, "dev", list(model.tasks))
    sources = with_split([source for of_task in named.values() for source in of_task], folders)
    dropped: list[LeftOut] = []
    every = load_examples(sources, model.tasks, folders=folders, tokenizer=model.segmenter, heard=dropped.append)
    for line in told(dict.fromkeys(dropped)):
        report(line)
    report(f"predicting {', '.join(dict.fromkeys(source.name for source in sources))} at one temperature after another")
    fitted = fit_temperatures(model.predictor, every)
    if not fitted:
        raise InputError(
            f"{name}: nothing to calibrate: no task has confidences and {FEWEST} predictions in this data; name "
            "more of it with --data TASK=FILE"
        )
    write_fitted(model.folder, fitted, target)
    return fitted


def write_fitted(source: Path, fitted: Mapping[str, Fitted], target: Path) -> None:
    """Write the checkpoint in `source` to `target`, which may be the same folder, with the temperatures found."""
    temperatures = {task: found.temperature for task, found in fitted.items()}
    replace_folder(target, lambda fresh: write_calibrated(source, temperatures, fresh))
