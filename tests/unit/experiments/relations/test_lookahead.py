"""TAG's lookahead affinity: a closed form, and no trace of the looking in what is trained."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from jmt.experiments.ablation import Cell, read_log
from jmt.experiments.relations.gains import plan_relations, read_outcome
from jmt.experiments.relations.lookahead import LookaheadGradients, look_ahead
from jmt.experiments.relations.step_log import StepLog
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_corpus import write_tiny_corpus

CENTRES = {"a": torch.tensor([1.0, 0.0]), "b": torch.tensor([0.0, 2.0]), "c": torch.tensor([-3.0, 1.0])}


@pytest.mark.parametrize("limit", [100.0, 0.5])
def test_the_affinity_of_quadratic_losses_is_what_algebra_says(limit: float):
    shared = torch.nn.Parameter(torch.tensor([0.5, -0.5]))
    scales = {task: torch.nn.Parameter(torch.tensor(1.0 + number)) for number, task in enumerate(CENTRES)}
    parameters = {"shared": shared, **{f"own.{task}": scale for task, scale in scales.items()}}
    start = {name: parameter.detach().clone() for name, parameter in parameters.items()}

    def losses() -> dict[str, torch.Tensor]:
        return {task: scales[task] * ((shared - centre) ** 2).sum() for task, centre in CENTRES.items()}

    gradients = LookaheadGradients(list(CENTRES), parameters, rate=lambda: 0.1, limit=limit)
    gradients.begin(0.0)
    gradients.add(losses(), 1.0)
    gradients.finish()
    with torch.no_grad():
        for parameter in parameters.values():  # the step that is made in truth, heads included
            parameter -= 0.3 * parameter.grad
    after = {name: parameter.detach().clone() for name, parameter in parameters.items()}
    gradients.after_step(lambda: {task: float(loss.detach()) for task, loss in losses().items()})

    for name, parameter in parameters.items():
        assert torch.equal(parameter, after[name])
    for helper, centre in CENTRES.items():
        gradient = 2 * start[f"own.{helper}"] * (start["shared"] - centre)
        moved = start["shared"] - 0.1 * gradient * min(1.0, limit / float(gradient.norm()))
        for main, other in CENTRES.items():
            before, then = ((place - other).square().sum() for place in (start["shared"], moved))
            assert gradients.affinity[helper][main] == pytest.approx(float(1 - then / before), rel=1e-5, abs=1e-6)


def test_only_steps_that_are_due_are_looked_ahead_from():
    gradients = LookaheadGradients(["a"], {}, rate=lambda: None, limit=1.0)
    gradients.after_step(lambda: pytest.fail("the losses were computed again"))
    assert gradients.affinity is None


def all_tasks(folder: Path) -> Cell:
    """The run of all tasks, for one epoch."""
    config = str(write_tiny_corpus(folder))
    return plan_relations(config, [1], folder / "out", overrides=["training.epochs=1"])[0]


def trained(cell: Cell, *, looking: bool, rate: float | None = None) -> list[dict]:
    """The log of that run, with or without looking ahead."""
    run = Run(cell.config, RunOptions(cell.folder), RuleSegmenter("en"))
    run.log_by(StepLog(run.log.path))
    if looking:
        gradients = look_ahead(run.trainer)
        if rate is not None:
            gradients.rate = lambda: rate
        run.log_by(StepLog(run.log.path, affinity=lambda: gradients.affinity))
    list(run.events())
    return read_log(cell.folder)


def test_a_run_that_is_looked_ahead_from_is_that_of_the_plain_sum(tmp_path: Path):
    plain, looked = (
        trained(all_tasks(tmp_path / name), looking=looking) for name, looking in (("p", False), ("l", True))
    )
    losses = [[line["loss"] for line in log if line["event"] == "step"] for log in (plain, looked)]

    assert len(losses[0]) == 4
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)
    outcome = read_outcome(all_tasks(tmp_path / "l"))
    assert len(outcome.affinities) == len(outcome.cosines) == 4
    assert outcome.updates == dict.fromkeys(("xpos", "chunk", "dep", "relatedness", "entailment"), 4)


def test_a_step_of_no_length_changes_no_loss(tmp_path: Path):
    """The losses are computed anew with the same dropout and the heads as they were, though a step lies between."""
    log = trained(all_tasks(tmp_path), looking=True, rate=0.0)
    values = [
        value
        for line in log
        if line["event"] == "affinity"
        for felt in line["affinity"].values()
        for value in felt.values()
    ]

    assert len(values) == 4 * 25
    assert values == pytest.approx([0.0] * len(values), abs=1e-6)
