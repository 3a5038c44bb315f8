"""A trained model on disk, and beside it the same with confidences that come true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jmt.cascade.checkpoint import write_calibrated
from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.unions.left_out import LeftOut, told
from jmt.errors import InputError
from jmt.evaluation.calibration.remembering import remembering
from jmt.evaluation.calibration.temperature import FEWEST, Fitted, fit_temperatures
from jmt.evaluation.model_scores import LoadedModel, chosen_tasks, common_sources
from jmt.evaluation.sources import load_examples, with_split
from jmt.files.atomic import replace_folder
from jmt.files.targets import check_new
from jmt.models.places import find_model


def calibrate_model(
    name: str,
    target: Path,
    *,
    data: Mapping[str, Sequence[str]],
    tasks: Sequence[str] | None = None,
    folders: Sequence[Path],
    device: str = "cpu",
    engine: str = "auto",
    report: Callable[[str], None],
) -> dict[str, Fitted]:
    """Fit the temperatures of a model on dev, and write the model with them to a new folder.

    `data` names other files or corpora of some tasks, as in `jmt evaluate`; `tasks` are those to fit, all where it is
    None, and the others keep the temperatures that they have; `report` hears what is under way.

    Raises:
        CheckpointError: no such model.
        InputError: the place is taken or cannot be written, an unknown task, there is no data, or too little of it for
            any task.
    """
    check_new(target)
    model = LoadedModel.load(name, find_model(name), device=device, engine=engine)
    named = common_sources([model], data, "dev", chosen_tasks([model], tasks))
    sources = with_split([source for of_task in named.values() for source in of_task], folders)
    dropped: list[LeftOut] = []
    every = load_examples(sources, model.tasks, folders=folders, tokenizer=model.segmenter, heard=dropped.append)
    for line in told(dict.fromkeys(dropped)):
        report(line)
    report(f"predicting {', '.join(dict.fromkeys(source.name for source in sources))} ...")
    fitted = fit_model(model, every)
    if not fitted:
        raise InputError(
            f"{name}: nothing to calibrate: no task has confidences and {FEWEST} predictions in this data; name "
            "more of it with --data TASK=FILE"
        )
    write_fitted(model.folder, fitted, target)
    return fitted


def fit_model(model: LoadedModel, every: list[TaskExamples]) -> dict[str, Fitted]:
    """Find the temperatures of a model, as `fit_temperatures` does; the cascade is climbed once for each sentence."""
    return fit_temperatures(remembering(model.predictor), every)


def write_fitted(source: Path, fitted: Mapping[str, Fitted], target: Path) -> None:
    """Write the checkpoint in `source` to `target`, which may be the same folder, with the temperatures found.

    Tasks without one keep what they have.
    """
    temperatures = {task: found.temperature for task, found in fitted.items()}
    replace_folder(target, lambda fresh: write_calibrated(source, temperatures, fresh))
