"""MGDA-UB: the weights of MGDA where the bound is tight, and what summing over the batch would do to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from jmt.training.events import StepDone
from jmt.training.gradients.upper_bound import Shared, UpperBoundGradients
from jmt.training.trainer import Trainer
from jmt.training.weighting.mgda import MgdaWeighting
from jmt.training.weighting.solvers import min_norm

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


class SummedOverTheBatch(UpperBoundGradients):
    """The mutation: gradients at the hidden states are added up over the batch before they are compared."""

    def finish(self) -> None:
        self.parts = [Shared(part.hidden, {t: row.sum(dim=0) for t, row in part.rows.items()}) for part in self.parts]
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
    gradients = kind(MgdaWeighting(), network, "abc")  # type: ignore[arg-type]
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
    gradients = UpperBoundGradients(MgdaWeighting(), network, "abc")  # type: ignore[arg-type]
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
    whole = UpperBoundGradients(MgdaWeighting(), network, "abc")  # type: ignore[arg-type]
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


def test_training_by_the_upper_bound_lowers_every_loss(build_trainer: Callable[..., Trainer]):
    flat = {task: {"level": 1, "reads": []} for task in ("xpos", "chunk", "dep")}
    trainer = build_trainer(
        tasks=tuple(flat),
        changes=flat,
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
