"""Deep biaffine scores against their formula, one arc at a time."""

from __future__ import annotations

import pytest
import torch

from jmt.layers.biaffine import Biaffine

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


def test_every_parameter_gets_gradient_at_once(scorer):
    views = scorer(torch.randn(1, WORDS, SIZE), torch.randn(SIZE))
    (views.scores.sum() + scorer.deprels(views.dependents, views.governors[:, 1:]).sum()).backward()
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in scorer.parameters())
