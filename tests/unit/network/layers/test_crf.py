"""The CRF against the enumeration of all label sequences."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
import torch

from jmt.cascade.decoding.crf import FORBIDDEN, CrfScores, best_sequences, marginals
from jmt.cascade.decoding.rules import label_rules
from jmt.cascade.symbols.labels import IGNORED
from jmt.network.layers.crf import Crf

pytestmark = pytest.mark.numbers

LENGTHS = [4, 1, 3]
LABELS = ["O", "B-NP", "I-NP", "E-NP", "S-NP"]


def build(labels=LABELS, *, seed: int = 1) -> Crf:
    torch.manual_seed(seed)
    crf = Crf(*map(torch.from_numpy, label_rules(labels, "iobes"))).double()
    with torch.no_grad():
        for parameter in crf.parameters():
            parameter.normal_()
    return crf


@pytest.fixture
def emissions():
    torch.manual_seed(2)
    return torch.randn(len(LENGTHS), max(LENGTHS), len(LABELS)).double()


@pytest.fixture
def mask():
    return torch.arange(max(LENGTHS))[None, :] < torch.tensor(LENGTHS)[:, None]


def on_arrays(crf: Crf, emissions: torch.Tensor, mask: torch.Tensor) -> tuple[CrfScores, np.ndarray]:
    """What annotating has of a CRF: the logits of words without padding, and the lengths of their sentences."""
    scores = CrfScores(emissions[mask].detach().numpy(), *(rule.detach().numpy() for rule in crf.rules()))
    return scores, mask.sum(1).numpy()


def best(crf: Crf, emissions: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The labels of the most probable sequences, 0 for padding."""
    found = torch.zeros(mask.shape, dtype=torch.long)
    found[mask] = torch.from_numpy(best_sequences(*on_arrays(crf, emissions, mask)))
    return found


def all_scores(crf: Crf, emissions: torch.Tensor, length: int) -> dict[tuple[int, ...], torch.Tensor]:
    transitions, start, end = crf.rules()
    scores = {}
    for labels in product(range(emissions.size(-1)), repeat=length):
        total = start[labels[0]] + end[labels[-1]] + sum(emissions[place, label] for place, label in enumerate(labels))
        scores[labels] = total + sum(transitions[a, b] for a, b in pairwise(labels))
    return scores


def test_the_partition_sums_over_all_sequences(emissions, mask):
    crf = build()
    found = crf.log_partition(emissions, mask)
    for row, length in enumerate(LENGTHS):
        expected = torch.stack(list(all_scores(crf, emissions[row], length).values())).logsumexp(0)
        torch.testing.assert_close(found[row], expected)


def test_marginals_are_sums_over_sequences_and_the_gradient_of_the_partition(emissions, mask):
    crf = build()
    emissions.requires_grad_()
    marginals = crf.marginals(emissions, mask)
    (gradient,) = torch.autograd.grad(crf.log_partition(emissions, mask).sum(), emissions)
    for row, length in enumerate(LENGTHS):
        scores = all_scores(crf, emissions[row], length)
        weights = torch.stack(list(scores.values())).softmax(0)
        for place in range(length):
            expected = torch.zeros(len(LABELS)).double()
            for labels, weight in zip(scores, weights, strict=True):
                expected[labels[place]] += weight.detach()
            torch.testing.assert_close(marginals[row, place].detach(), expected, atol=1e-8, rtol=1e-6)
            torch.testing.assert_close(gradient[row, place], expected, atol=1e-8, rtol=1e-6)
    assert not gradient[~mask].any()


def test_the_best_sequence_is_the_best_of_all(emissions, mask):
    crf = build()
    found = best(crf, emissions, mask)
    for row, length in enumerate(LENGTHS):
        scores = all_scores(crf, emissions[row], length)
        assert tuple(found[row, :length].tolist()) == max(scores, key=lambda labels: scores[labels].item())


@pytest.mark.parametrize("numbers", [torch.float64, torch.float32])
def test_marginals_on_arrays_are_those_of_the_network(emissions, mask, numbers):
    crf, emissions = build().to(numbers), emissions.to(numbers)
    found = torch.from_numpy(marginals(*on_arrays(crf, emissions, mask)))
    assert found.dtype == numbers
    torch.testing.assert_close(found, crf.marginals(emissions, mask)[mask], atol=1e-6, rtol=1e-6)


def test_the_loss_is_minus_the_log_probability_of_the_gold_with_unknown_labels_summed_out(emissions, mask):
    crf = build()
    gold = torch.tensor([[1, 3, 0, 4], [0, 0, 0, 0], [4, IGNORED, 0, 0]])
    gold[~mask] = IGNORED
    expected = torch.zeros(()).double()
    for row, length in enumerate(LENGTHS):
        scores = all_scores(crf, emissions[row], length)
        known = [(place, int(gold[row, place])) for place in range(length) if gold[row, place] != IGNORED]
        fitting = [score for labels, score in scores.items() if all(labels[place] == label for place, label in known)]
        every = torch.stack(list(scores.values())).logsumexp(0)
        expected += every - torch.stack(fitting).logsumexp(0)
    torch.testing.assert_close(crf.loss(emissions, gold, mask), expected)


def test_what_the_code_forbids_has_no_probability(emissions, mask):
    crf = build()
    marginals = crf.marginals(emissions, mask)
    continues = [LABELS.index("I-NP"), LABELS.index("E-NP")]
    assert marginals[:, 0, continues].max() < 1e-30
    assert crf.rules()[0].min() == FORBIDDEN


def test_marginals_need_no_gradient_and_no_float64(emissions, mask):
    crf = build().float()
    with torch.inference_mode():
        marginals = crf.marginals(emissions.float(), mask)
    torch.testing.assert_close(marginals[mask].sum(-1), torch.ones(sum(LENGTHS)))


def test_sums_over_long_sentences_stay_exact_in_float32():
    crf = build().float()
    torch.manual_seed(3)
    emissions, mask = torch.randn(1, 1000, len(LABELS)) * 8, torch.ones(1, 1000, dtype=torch.bool)
    found, loss = crf.marginals(emissions, mask), crf.loss(emissions, best(crf, emissions, mask), mask)
    exact = build()
    torch.testing.assert_close(found.double(), exact.marginals(emissions.double(), mask), atol=1e-6, rtol=0)
    expected = exact.loss(emissions.double(), best(exact, emissions.double(), mask), mask)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)


def test_a_label_that_is_hopeless_at_first_is_found_where_the_code_demands_it():
    crf = build()
    emissions = torch.zeros(1, 2, len(LABELS)).double()
    emissions[0, 0, LABELS.index("B-NP")] = 500.0  # begins a span...
    emissions[0, 1, LABELS.index("I-NP")] = 500.0  # ... that may not end like this
    mask = torch.ones(1, 2, dtype=torch.bool)
    scores = torch.stack(list(all_scores(crf, emissions[0], 2).values()))
    torch.testing.assert_close(crf.log_partition(emissions, mask)[0], scores.logsumexp(0))


def test_labels_that_outweigh_all_others_and_exclude_each_other_leave_everything_a_number():
    labels = [*LABELS, "B-VP", "I-VP", "E-VP", "S-VP"]
    crf = build(labels)
    emissions = torch.zeros(1, 3, len(labels)).double()
    emissions[0, 0, labels.index("B-NP")] = 2000.0  # nothing else is left of what float64 can hold...
    emissions[0, 2, labels.index("E-VP")] = 2000.0  # ... and no label in between goes with both
    emissions.requires_grad_()
    mask = torch.ones(1, 3, dtype=torch.bool)
    marginals = crf.marginals(emissions, mask).detach()
    (gradient,) = torch.autograd.grad(crf.log_partition(emissions, mask).sum(), emissions)

    for found in (marginals, gradient):
        torch.testing.assert_close(found.sum(-1), torch.ones(1, 3).double())


def test_unknown_gold_alone_costs_nothing(emissions, mask):
    assert build().loss(emissions, torch.full(mask.shape, IGNORED), mask).item() == 0.0


def test_padding_and_company_change_nothing(emissions, mask):
    crf = build()
    together = crf.marginals(emissions, mask)
    for row, length in enumerate(LENGTHS):
        alone = crf.marginals(emissions[row : row + 1, :length], mask[row : row + 1, :length])
        torch.testing.assert_close(together[row, :length], alone[0])
