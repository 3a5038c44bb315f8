"""The end of a run: the confidences of its best checkpoint are made to come true on dev."""

from __future__ import annotations

from jmt.cascade.symbols.examples import TaskExamples
from jmt.evaluation.calibration.models import fit_model, write_fitted
from jmt.evaluation.calibration.temperature import Fitted
from jmt.evaluation.model_scores import LoadedModel
from jmt.runs.run import Run


def calibrate_best(run: Run, model: LoadedModel, dev: list[TaskExamples]) -> dict[str, Fitted]:
    """Fit the temperatures of the best checkpoint, `model`, and write them into it, where the run is to."""
    fitted = fit_model(model, dev) if run.config.training.calibrate else {}
    if fitted:
        write_fitted(run.folder.best, fitted, run.folder.best)
    return fitted
