"""What a trained network of a comparison says of every dev example, once more after its last epoch."""

from __future__ import annotations

from jmt.cascade.prediction import Predictor
from jmt.evaluation.evaluate import TaskResult, evaluate_tasks
from jmt.network.engine import TorchEngine
from jmt.runs.run import Run


def dev_results(work: Run) -> dict[str, TaskResult]:
    """Evaluate the network of a run on dev; a task without a dev split is not in the answer."""
    engine = TorchEngine(work.trainer.model)
    return evaluate_tasks(Predictor(engine), [split["dev"] for split in work.splits.values() if "dev" in split])
