"""Relatedness and entailment: the soft target, the direction of a pair, and what enters the classifiers."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.task_config import PairClassifierConfig, PairRegressorConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.of_wholes.grades import soft_target
from jmt.network.heads.of_wholes.pair_classifier import PairClassifier
from jmt.network.heads.of_wholes.pair_regressor import PairRegressor, quadruplet_loss
from jmt.network.layers.cross_attention import CrossAttention
from tests.assets.decoding import decode

HIDDEN = 6
MASK = torch.ones(1, 1, dtype=torch.bool)


def with_values(head: torch.nn.Module) -> Any:
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.add_(torch.randn_like(parameter))
    return head.eval()


def regressor(reads: int = 0, score_range: tuple[int, int] = (1, 5), interaction: str = "pooled") -> PairRegressor:
    config = PairRegressorConfig.model_validate(
        {"level": 1, "maxout_size": 5, "score_range": score_range, "interaction": interaction, "compare_size": 3}
    )
    return with_values(PairRegressor(config, PairRegressor.build_labels(config, []), HeadSizes(HIDDEN, 4, reads)))


def classifier(reads: int = 1) -> PairClassifier:
    config = PairClassifierConfig.model_validate({"level": 1, "maxout_size": 5})
    labels = LabelSet(["contradiction", "entailment", "neutral"])
    return with_values(PairClassifier(config, labels, HeadSizes(HIDDEN, 4, reads)))


@pytest.mark.parametrize(
    ("score", "target"),
    [
        (3.6, [0, 0, 0.4, 0.6, 0]),
        (5.0, [0, 0, 0, 0, 1]),
        (1.0, [1, 0, 0, 0, 0]),
        (4.95, [0, 0, 0, 0.05, 0.95]),
        (2.0, [0, 1, 0, 0, 0]),
    ],
)
def test_the_soft_target_of_sick(score: float, target: list[float]):
    assert soft_target(score, 1, 5).tolist() == pytest.approx(target)


@pytest.mark.parametrize(
    ("score", "target"),
    [
        (0.0, [1, 0, 0, 0, 0, 0]),
        (0.25, [0.75, 0.25, 0, 0, 0, 0]),
        (5.0, [0, 0, 0, 0, 0, 1]),
        (4.8, [0] * 4 + [0.2, 0.8]),
    ],
)
def test_the_soft_target_of_sts_b_has_six_bins(score: float, target: list[float]):
    head = regressor(score_range=(0, 5))

    assert head.labels.labels == ("0", "1", "2", "3", "4", "5")
    assert head.encode_gold([score], 1)[0].tolist() == pytest.approx(target)


def test_the_expected_score_of_a_soft_target_is_the_score():
    points = torch.arange(1.0, 6.0)
    for score in torch.linspace(1, 5, 41).tolist():
        assert (soft_target(score, 1, 5) * points).sum().item() == pytest.approx(score, abs=1e-5)


def test_the_loss_is_the_divergence_and_zero_at_the_target():
    head = regressor()
    gold = head.encode_gold([3.6, 2.0], 1)
    scores = torch.randn(2, 5)
    p = scores.softmax(dim=-1)

    expected = sum(
        target * (target.log() - p[row, place].log())
        for row in range(2)
        for place, target in enumerate(gold[row])
        if target > 0
    )
    assert torch.allclose(head.loss(scores, gold, MASK), expected)
    assert head.loss((gold + 1e-12).log(), gold, MASK).abs() < 1e-5


def test_a_grade_is_the_expected_whole_number():
    head = regressor(score_range=(0, 5))
    scores = torch.randn(3, 6)
    for row, grade in enumerate(decode(head, PairRegressorConfig(level=1), scores, MASK)):
        p = scores[row].softmax(dim=-1)
        assert grade.score == pytest.approx(sum(i * p[i].item() for i in range(6)), abs=1e-5)
        assert grade.distribution == pytest.approx(p.tolist())


def test_a_quadruplet_costs_what_the_order_of_its_two_pairs_falls_short_of_half_the_difference():
    gold = torch.tensor([5.0, 1.0, 3.0])
    loss = quadruplet_loss(2.0)

    assert loss(gold, gold) == 0
    assert loss(gold / 2, gold).item() == pytest.approx(0, abs=1e-6)  # half of every difference is enough
    # 5 before 1 by 0 instead of 2, 5 before 3 by 1 as wanted, 3 before 1 by -1 instead of 1: the mean, for 3 pairs
    assert loss(torch.tensor([2.0, 2.0, 1.0]), gold).item() == pytest.approx(2.0 * 3 * (2 + 0 + 2) / 3)
    assert loss(torch.tensor([1.0, 2.0]), torch.tensor([3.0, 3.0])) == 0  # the same grade: no order
    assert loss(torch.tensor([1.0]), torch.tensor([3.0])) == 0


def test_with_quadruplets_pairs_come_in_order_that_divergence_alone_leaves_as_they_were():
    """The order of two pairs moves both, even where each is at its own best."""
    plain, ordered = (
        PairRegressorConfig.model_validate({"level": 1, "maxout_size": 5, "score_range": (1, 5), "quadruplets": weight})
        for weight in (0.0, 1.0)
    )
    gold = torch.stack([soft_target(4.0, 1, 5), soft_target(2.0, 1, 5)])
    scores = torch.zeros(2, 5, requires_grad=True)
    losses = []
    for config in (plain, ordered):
        head = PairRegressor(config, PairRegressor.build_labels(config, []), HeadSizes(HIDDEN, 4, 0))
        losses.append(head.loss(scores, gold, MASK))

    assert (losses[1] - losses[0]).item() == pytest.approx(2.0)  # 4 before 2 by 0 instead of 1, for 2 pairs
    (slope,) = torch.autograd.grad(losses[1] - losses[0], scores)
    points = torch.arange(5.0)
    assert slope[0] @ (points - 2) < 0 < slope[1] @ (points - 2)


def test_relatedness_is_symmetric():
    for interaction in ("pooled", "attention"):
        head = regressor(interaction=interaction).eval()
        first, second = torch.randn(4, 5, HIDDEN), torch.randn(4, 5, HIDDEN)
        mask = torch.arange(5) < torch.tensor([5, 1, 3, 2, 4, 4, 5, 1]).unsqueeze(1)
        swapped_mask = torch.cat([mask[4:], mask[:4]])
        there = head.score(torch.cat([first, second]), mask, [])
        back = head.score(torch.cat([second, first]), swapped_mask, [])
        torch.testing.assert_close(there, back)


def test_attention_compares_each_word_with_what_the_other_sentence_offers_it():
    layer = CrossAttention(HIDDEN, 3, 0.0)
    hidden, mask = torch.randn(2, 4, HIDDEN), torch.tensor([[True] * 4, [True, True, False, False]])
    first, _ = layer(hidden, mask)
    compared = []
    for state in hidden[0]:
        affinity = torch.stack([layer.align(state) @ layer.align(other) / 3**0.5 for other in hidden[1, :2]])
        aligned = affinity.softmax(0) @ hidden[1, :2]
        compared.append(layer.compare(torch.cat([state, aligned, state - aligned, state * aligned])).relu())
    expected = [torch.stack(compared).amax(0), torch.stack(compared).mean(0), hidden[0].mean(0)]
    torch.testing.assert_close(first[0], torch.cat(expected))


def words_of(first: torch.Tensor, second: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Sentences of one word each, whose states are those given, and their mask."""
    hidden = torch.cat([first, second]).unsqueeze(1)
    return hidden, torch.ones(len(hidden), 1, dtype=torch.bool)


def captured_features(head: Any, *arguments: Any) -> torch.Tensor:
    """What enters the first layer of the classifier."""
    seen: list[torch.Tensor] = []
    hook = head.classifier.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    head.score(*arguments)
    hook.remove()
    return seen[0]


def test_d_1_is_absolute_difference_and_product():
    first, second = torch.randn(3, HIDDEN), torch.randn(3, HIDDEN)
    features = captured_features(regressor(), *words_of(first, second), [])

    assert torch.equal(features, torch.cat([(first - second).abs(), first * second], dim=-1))


def test_d_2_is_antisymmetric_in_its_first_half_under_swapping():
    first, second, label = torch.randn(3, HIDDEN), torch.randn(3, HIDDEN), torch.randn(3, 4)
    head = classifier()
    features = captured_features(head, *words_of(first, second), [label])
    swapped = captured_features(head, *words_of(second, first), [label])

    assert torch.equal(features[:, :4], label)
    assert torch.equal(features[:, 4 : 4 + HIDDEN], -swapped[:, 4 : 4 + HIDDEN])
    assert torch.equal(features[:, 4 + HIDDEN :], swapped[:, 4 + HIDDEN :])
    there, back = (head.score(*words_of(*pair), [label]) for pair in ((first, second), (second, first)))
    assert not torch.allclose(there, back)


def test_an_unseen_class_adds_nothing_to_the_loss():
    head = classifier()
    gold = head.encode_gold(["neutral", "paraphrase"], 1)
    scores = torch.randn(2, 3)

    assert gold.tolist() == [2, IGNORED]
    assert torch.allclose(head.loss(scores, gold, MASK), -scores.log_softmax(dim=-1)[0, 2])


def test_a_choice_is_the_most_probable_class():
    (choice,) = decode(classifier(), PairClassifierConfig(level=1), torch.tensor([[0.1, 2.0, -1.0]]), MASK)

    assert choice.label == "entailment"
    assert sum(choice.probabilities.values()) == pytest.approx(1.0)
    assert max(choice.probabilities, key=choice.probabilities.__getitem__) == "entailment"


def test_entailment_has_three_maxout_layers_and_relatedness_one():
    def maxouts(head: Any) -> int:
        return sum(type(layer).__name__ == "Maxout" for layer in head.classifier)

    assert (maxouts(regressor()), maxouts(classifier())) == (1, 3)
