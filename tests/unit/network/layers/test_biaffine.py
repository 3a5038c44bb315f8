"""Deep biaffine scores against their formula, one arc at a time."""

from __future__ import annotations

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from jmt.network.layers.biaffine import AT_A_TIME, Biaffine

SIZE, DEPRELS, WORDS = 6, 4, 5


@pytest.fixture
def scorer():
    torch.manual_seed(1)
    return Biaffine(SIZE, DEPRELS, arc_size=7, deprel_size=3, dropout=0.3).eval()


def test_scores_are_those_of_the_formula_for_every_arc(scorer):
    with torch.no_grad():
        scorer.arc_prior.normal_()
    hidden, root = torch.randn(2, WORDS, SIZE), torch.randn(SIZE)
    views = scorer(hidden, root)
    for row in range(2):
        candidates = [root, *hidden[row]]
        for word in range(WORDS):
            for governor, state in enumerate(candidates):
                d, g = scorer.arc_dependent(hidden[row, word]), scorer.arc_governor(state)
                expected = d @ scorer.arc_weight @ g + scorer.arc_prior @ g
                assert views.scores[row, word, governor].item() == pytest.approx(expected.item(), abs=1e-5)


def test_relations_are_those_of_the_formula_for_chosen_arcs(scorer):
    hidden, root = torch.randn(2, WORDS, SIZE), torch.randn(SIZE)
    views = scorer(hidden, root)
    chosen = torch.randint(0, WORDS + 1, (2, WORDS))
    governors = views.governors.gather(1, chosen.unsqueeze(-1).expand(-1, -1, 3))
    logits = scorer.deprels(views.dependents, governors)
    for row in range(2):
        candidates = [root, *hidden[row]]
        for word in range(WORDS):
            d = torch.cat([scorer.deprel_dependent(hidden[row, word]), torch.ones(1)])
            g = torch.cat([scorer.deprel_governor(candidates[chosen[row, word]]), torch.ones(1)])
            expected = torch.stack([d @ weight @ g for weight in scorer.deprel_weight])
            torch.testing.assert_close(logits[row, word], expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("words", [0, 1, AT_A_TIME // 2, 2 * AT_A_TIME + 1])
def test_without_gradients_relations_are_the_same_however_many_words_there_are(scorer, words: int):
    dependents, governors = torch.randn(2, 2, words, 3)
    expected = scorer.deprels(dependents, governors)
    with torch.no_grad():
        found = scorer.deprels(dependents, governors)

    assert found.shape == (2, words, DEPRELS)
    torch.testing.assert_close(found, expected.detach(), atol=1e-5, rtol=1e-4)


def test_every_parameter_gets_gradient_at_once(scorer):
    views = scorer(torch.randn(1, WORDS, SIZE), torch.randn(SIZE))
    (views.scores.sum() + scorer.deprels(views.dependents, views.governors[:, 1:]).sum()).backward()
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in scorer.parameters())


def test_another_root_changes_the_root_s_column_alone(scorer):
    hidden = torch.randn(2, WORDS, SIZE)
    one, other = (scorer(hidden, torch.randn(SIZE)) for _ in range(2))
    assert torch.equal(one.scores[..., 1:], other.scores[..., 1:])
    assert (one.scores[..., 0] != other.scores[..., 0]).all()
    assert torch.equal(one.governors[:, 1:], other.governors[:, 1:])
    assert torch.equal(one.dependents, other.dependents)


class Largest(TorchDispatchMode):
    """Notes the size of the largest tensor that any operation makes."""

    size = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for made in result if isinstance(result, tuple | list) else [result]:
            if isinstance(made, torch.Tensor):
                self.size = max(self.size, made.numel())
        return result


def test_no_tensor_has_a_value_for_every_arc_and_relation(scorer):
    words = 60
    with Largest() as largest:
        views = scorer(torch.randn(1, words, SIZE), torch.randn(SIZE))
        scorer.deprels(views.dependents, views.governors[:, 1:])
    assert largest.size <= words * (words + 1)


@pytest.mark.parametrize("view", ["arc_dependent", "arc_governor", "deprel_dependent", "deprel_governor"])
def test_every_view_is_dropped_at_the_rate_of_the_scorer(scorer, view):
    found = scorer.train().get_submodule(view)(torch.randn(4000, SIZE))
    assert (found == 0).float().mean().item() == pytest.approx(0.3, abs=0.03)
