"""MGDA-UB: the weights of MGDA where the bound is tight, and what summing over the batch would do to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from jmt.network.model import JointModel
from jmt.training.events import StepDone
from jmt.training.gradients.meeting import Meeting, meeting_of
from jmt.training.gradients.upper_bound import Shared, UpperBoundGradients
from jmt.training.trainer import Trainer
from jmt.training.weighting.mgda import MgdaWeighting
from jmt.training.weighting.solvers import min_norm
from tests.assets.tiny_model import SENTENCES, tiny_model

pytestmark = pytest.mark.numbers


class LinearModel(nn.Module):
    """Z = X W: where the rows of X are orthonormal, lengths at Z are lengths at W."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Linear(6, 4, bias=False, dtype=torch.float64)
        self.heads = nn.ModuleDict({task: nn.Linear(4, 2, dtype=torch.float64) for task in "abc"})
        self.hidden = nn.Identity()

    def losses(self, inputs: Tensor, shares: float | Tensor = 1.0) -> dict[str, Tensor]:
        """Sums over examples, each counted by its share."""
        hidden = self.hidden(self.encoder(inputs))
        scales = {"a": 1.0, "b": 0.2, "c": 3.0}
        return {
            task: (shares * scales[task] * head(hidden).square().sum(dim=1)).sum() for task, head in self.heads.items()
        }


def meeting(network: LinearModel) -> Meeting:
    return Meeting(network.encoder, network.hidden, list(network.heads.parameters()))


class SummedOverTheBatch(UpperBoundGradients):
    """The mutation: gradients at the hidden states are added up over the batch before they are compared."""

    def finish(self) -> None:
        self.parts = [
            Shared(part.states, {task: row.view(-1, 4).sum(dim=0) for task, row in part.rows.items()})
            for part in self.parts
        ]
        matrix = torch.stack([torch.cat([part.rows[task] for part in self.parts]) for task in self.tasks])
        self.gram = matrix @ matrix.T
        self.weights = dict(zip(self.tasks, self.weighting.weights(self._values(), self.gram).tolist(), strict=True))


def model() -> LinearModel:
    torch.manual_seed(4)
    return LinearModel()


def orthonormal(count: int) -> Tensor:
    square, _ = torch.linalg.qr(torch.randn(6, 6, generator=torch.Generator().manual_seed(2)).double())
    return square[:count]


def true_weights(network: LinearModel, inputs: Tensor) -> list[float]:
    """MGDA's, from the gradients at the shared parameters."""
    weight = network.encoder.weight
    rows = [torch.autograd.grad(loss, weight)[0].flatten() for loss in each(network, inputs)]
    matrix = torch.stack(rows)
    return min_norm((matrix @ matrix.T).numpy()).tolist()


def each(network: LinearModel, inputs: Tensor) -> list[Tensor]:
    return [network.losses(inputs)[task] for task in "abc"]


def bound_is_tight(kind: type[UpperBoundGradients]) -> None:
    """The proof: with orthonormal inputs the weights are those of MGDA itself."""
    network, inputs = model(), orthonormal(5)
    expected = true_weights(network, inputs)
    gradients = kind(MgdaWeighting(), meeting(network), "abc")
    gradients.add(network.losses(inputs), 1.0)
    gradients.finish()
    assert list(gradients.weights.values()) == pytest.approx(expected, abs=1e-9)
    assert max(expected) < 0.99  # no corner, where much else would be right too


def test_with_orthonormal_inputs_the_weights_are_those_of_mgda():
    bound_is_tight(UpperBoundGradients)


def test_the_proof_fails_where_gradients_are_summed_over_the_batch():
    with pytest.raises(AssertionError):
        bound_is_tight(SummedOverTheBatch)


def test_the_trunk_gets_the_weighted_sum_and_every_head_its_own_gradient():
    network, inputs = model(), orthonormal(5)
    gradients = UpperBoundGradients(MgdaWeighting(), meeting(network), "abc")
    shares = torch.tensor([0.4, 0.4, 0.6, 0.6, 0.6], dtype=torch.float64)
    for part, share in ((inputs[:2], 0.4), (inputs[2:], 0.6)):  # in parts, as where memory is short
        gradients.add(network.losses(part), share)
    gradients.finish()
    found = {
        name: parameter.grad.clone() for name, parameter in network.named_parameters() if parameter.grad is not None
    }

    weight = network.encoder.weight
    losses = network.losses(inputs, shares)
    rows = [torch.autograd.grad(loss, weight, retain_graph=True)[0] for loss in losses.values()]
    assert gradients.losses == pytest.approx({task: loss.item() for task, loss in losses.items()})
    whole = UpperBoundGradients(MgdaWeighting(), meeting(network), "abc")
    whole.add(network.losses(inputs, shares), 1.0)
    whole.finish()
    torch.testing.assert_close(gradients.gram, whole.gram)  # of all parts, and not of the last one
    assert gradients.weights == pytest.approx(whole.weights)
    total = torch.stack([gradients.weights[task] * row for task, row in zip("abc", rows, strict=True)]).sum(dim=0)
    torch.testing.assert_close(found["encoder.weight"], total)
    for task, loss in losses.items():
        own = torch.autograd.grad(loss, list(network.heads[task].parameters()), retain_graph=True)
        torch.testing.assert_close(found[f"heads.{task}.weight"], own[0])
        torch.testing.assert_close(found[f"heads.{task}.bias"], own[1])


def test_batches_of_different_sentences_never_conflict_there():
    """Why such a configuration is refused: the weights are as 1 / |g|^2, whatever the tasks want of each other."""
    network = model()
    rows = []
    for number, task in enumerate("abc"):
        inputs = torch.randn(3, 6, generator=torch.Generator().manual_seed(number)).double()
        hidden = network.encoder(inputs)
        loss = network.heads[task](hidden).square().sum()
        row = torch.zeros(9, 4).double()
        row[3 * number : 3 * number + 3] = torch.autograd.grad(loss, hidden)[0]
        rows.append(row.flatten())
    matrix = torch.stack(rows)
    inverse = 1 / matrix.square().sum(dim=1)
    assert min_norm((matrix @ matrix.T).numpy()) == pytest.approx((inverse / inverse.sum()).numpy())


CASCADE = {"xpos": {}, "chunk": {"reads": ["xpos"]}, "dep": {"reads": ["xpos", "chunk"]}}
FLAT = {task: {"level": 1, "reads": []} for task in CASCADE}


def cascade(changes: dict[str, dict[str, Any]] | None = None) -> JointModel:
    return tiny_model(tuple(CASCADE), changes=changes or CASCADE).eval().double()


def losses_of(network: JointModel) -> dict[str, Tensor]:
    batch = network.build_batch(SENTENCES)
    scores = network(batch, list(CASCADE))
    arcs = scores["dep"].arc_scores[batch.mask]
    return {
        "xpos": scores["xpos"][batch.mask].square().sum(),
        "chunk": scores["chunk"][batch.mask].sin().sum(),
        "dep": arcs.masked_fill(arcs.isinf(), 0.0).cos().sum(),
    }


def test_in_a_cascade_what_is_shared_by_all_gets_the_weighted_sum_and_what_is_above_the_plain_one():
    network = cascade()
    gradients = UpperBoundGradients(MgdaWeighting(), meeting_of(network, list(CASCADE)), list(CASCADE))
    gradients.add(losses_of(network), 1.0)
    gradients.finish()
    assert sum(gradients.weights.values()) == pytest.approx(1)
    assert sum(weight > 1e-6 for weight in gradients.weights.values()) > 1
    parameters = dict(network.named_parameters())
    rows = {
        task: torch.autograd.grad(loss, list(parameters.values()), allow_unused=True)
        for task, loss in ((task, losses_of(network)[task]) for task in CASCADE)
    }
    for place, (name, parameter) in enumerate(parameters.items()):
        shared = name.startswith(("encoder.words.", "encoder.levels.0."))
        expected = torch.zeros_like(parameter)
        for task, row in rows.items():
            if row[place] is not None:
                expected += (gradients.weights[task] if shared else 1.0) * row[place].to_dense()
        found = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad.to_dense()
        torch.testing.assert_close(found, expected, msg=name)


@pytest.mark.parametrize("others", [["xpos"], ["dep"], ["xpos", "chunk"]])
def test_what_else_was_computed_between_two_steps_does_not_matter(others: list[str]):
    network = cascade()
    watched = meeting_of(network, list(CASCADE))
    losses_of(network)
    expected = [state.clone() for state in watched.states]
    with torch.no_grad():
        network(network.build_batch(SENTENCES[:1]), others)  # as dev is evaluated
    losses_of(network)
    assert [state.shape for state in watched.states] == [state.shape for state in expected]
    for state, before in zip(watched.states, expected, strict=True):
        torch.testing.assert_close(state, before)


def test_in_a_cascade_the_bound_is_that_of_all_that_leaves_the_lowest_level():
    """By finite differences at h of level 1 and at x as higher levels read it, which nothing else hands on."""
    network = cascade()
    watched = meeting_of(network, list(CASCADE))
    gradients = UpperBoundGradients(MgdaWeighting(), watched, list(CASCADE))
    gradients.add(losses_of(network), 1.0)
    row, (hidden, words) = gradients.parts[0].rows["dep"], watched.states
    direction = torch.randn(hidden.numel() + words.numel(), generator=torch.Generator().manual_seed(1)).double()
    step = 1e-5

    def moved(size: float) -> float:
        at_hidden, at_words = direction.split([hidden.numel(), words.numel()])
        levels = network.encoder.levels
        handles = [
            levels[0].register_forward_hook(lambda _, __, output: output + size * at_hidden.view_as(output)),
            *(
                level.register_forward_pre_hook(
                    lambda _, given: (given[0], given[1] + size * at_words.view_as(given[1]), *given[2:])
                )
                for level in levels[1:]
            ),
        ]
        with torch.no_grad():
            loss = float(losses_of(network)["dep"])
        for handle in handles:
            handle.remove()
        return loss

    assert float(row @ direction) == pytest.approx((moved(step) - moved(-step)) / (2 * step), rel=1e-4)


@pytest.mark.parametrize("changes", [FLAT, CASCADE], ids=["one level", "cascade"])
def test_training_by_the_upper_bound_lowers_every_loss(build_trainer: Callable[..., Trainer], changes: dict[str, Any]):
    trainer = build_trainer(
        tasks=tuple(changes),
        changes=changes,
        schedule="joint",
        epochs=15,
        weighting={"method": "mgda", "upper_bound": True},
        optimizer={"kind": "adam", "learning_rate": 0.02},
    )
    assert isinstance(trainer.stepper.gradients, UpperBoundGradients)
    steps = [event for event in trainer.events() if isinstance(event, StepDone)]
    assert steps[-1].loss < 0.5 * steps[0].loss
    assert sum(steps[0].diagnosis.task_weights.values()) == pytest.approx(1)
    assert not any(step.skipped for step in steps)
