"""Heads with what can be switched on in them, trained on what nothing else would learn."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from jmt.cascade.symbols.examples import GoldTree
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Tree
from jmt.cascade.task_config import ClassifierConfig, PairClassifierConfig, PairRegressorConfig
from jmt.network.heads.base import Head, HeadSizes
from jmt.network.heads.of_wholes.classifier import Classifier
from jmt.network.heads.of_wholes.pair_classifier import PairClassifier
from jmt.network.heads.of_wholes.pair_regressor import PairRegressor
from jmt.network.heads.parser import Parser, ParserConfig
from jmt.network.heads.tagger import Tagger, TaggerConfig
from jmt.network.layers.biaffine import Biaffine
from jmt.network.layers.matcher import Matcher
from tests.assets.decoding import decode

PARENTS = {0: None, 1: 0, 2: 0, 3: 1, 4: 2, 5: 4}
"""By sort of word the sort of its governor."""
RELATIONS = {(0, None): "root", (1, 0): "nsubj", (2, 0): "obj", (3, 1): "det", (4, 2): "amod", (5, 4): "advmod"}


def train(head: Head, loss: Callable[[], Tensor], steps: int, rate: float = 0.02) -> None:
    optimizer = torch.optim.Adam(head.parameters(), lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()


def trees(count: int, seed: int) -> tuple[Tensor, list[Tree]]:
    """Sentences that have a word of every sort, in any order, and their trees."""
    draw, rows, found = random.Random(seed), [], []
    for _ in range(count):
        row = draw.sample(range(6), 6)
        heads = [0 if (sort := PARENTS[word]) is None else row.index(sort) + 1 for word in row]
        rows.append(row)
        found.append(Tree(heads, [RELATIONS[word, PARENTS[word]] for word in row]))
    return torch.eye(6)[torch.tensor(rows)], found


@pytest.mark.parametrize(("scorer", "kind"), [("biaffine", Biaffine), ("matcher", Matcher)])
def test_trees_that_follow_from_two_words_are_learned(scorer: str, kind: type):
    torch.manual_seed(1)
    config = ParserConfig.model_validate(
        {"level": 1, "scorer": scorer, "arc_size": 8, "deprel_size": 6, "classifier_size": 12, "dropout": 0.0}
    )
    head = Parser(config, LabelSet(sorted(RELATIONS.values())), HeadSizes(6, 4, 0))
    assert isinstance(head.scorer, kind)
    hidden, gold = trees(20, 1)
    mask = torch.ones(20, 6, dtype=torch.bool)
    encoded = head.encode_gold([GoldTree(tree) for tree in gold], 6)
    train(head, lambda: head.loss(head.score(hidden, mask), encoded, mask) / 20, 120)

    unseen, expected = trees(20, 2)
    assert [parsed.tree for parsed in decode(head, config, head.score(unseen, mask), mask)] == expected


@pytest.mark.parametrize(("decoder", "follows"), [("crf", True), ("softmax", False)])
def test_a_crf_learns_which_label_follows_another_where_words_do_not_say(decoder: str, follows: bool):
    """A, B and C in turns, and only the first word tells which of them it is."""
    torch.manual_seed(1)
    keys = {"level": 1, "column": "x", "classifier_size": 8, "dropout": 0.0, "decoder": decoder}
    config = TaggerConfig.model_validate(keys)
    head = Tagger(config, LabelSet(["A", "B", "C"]), HeadSizes(4, 4, 0))
    hidden, mask = torch.eye(4)[torch.full((3, 7), 3)], torch.ones(3, 7, dtype=torch.bool)
    hidden[:, 0] = torch.eye(4)[:3]
    gold = [["ABC"[(start + place) % 3] for place in range(7)] for start in range(3)]
    encoded = head.encode_gold(gold, 7)
    train(head, lambda: head.loss(head.score(hidden, mask), encoded, mask) / 3, 150)

    found = [tagged.labels for tagged in decode(head, config, head.score(hidden, mask), mask)]
    assert (found == gold) == follows


def regressor(quadruplets: float = 0.0) -> PairRegressor:
    torch.manual_seed(1)
    keys = {"level": 1, "maxout_size": 6, "score_range": (1, 5), "quadruplets": quadruplets}
    config = PairRegressorConfig.model_validate(keys)
    return PairRegressor(config, PairRegressor.build_labels(config, []), HeadSizes(5, 4, 0)).eval()


def test_a_regressor_learns_to_share_a_grade_between_the_whole_numbers_around_it():
    head, grades = regressor(), [3.6, 2.0, 1.25]
    hidden, mask = torch.randn(6, 3, 5), torch.ones(6, 3, dtype=torch.bool)
    gold = head.encode_gold(grades, 3)
    train(head, lambda: head.loss(head.score(hidden, mask, []), gold, mask) / 3, 250, rate=0.05)

    found = head.probabilities(head.score(hidden, mask, []))
    targets = [[0, 0, 0.4, 0.6, 0], [0, 1, 0, 0, 0], [0.75, 0.25, 0, 0, 0]]
    torch.testing.assert_close(found, torch.tensor(targets), atol=0.03, rtol=0)


def test_with_quadruplets_a_regressor_comes_sooner_to_pairs_in_order():
    grades = torch.tensor([1.0, 2.2, 3.1, 4.4, 5.0, 2.8, 1.7, 3.9])
    hidden, mask = torch.randn(16, 3, 5), torch.ones(16, 3, dtype=torch.bool)
    missing = []
    for quadruplets in (0.0, 1.0):
        head = regressor(quadruplets)
        gold = head.encode_gold(grades.tolist(), 3)
        train(head, lambda head=head, gold=gold: head.loss(head.score(hidden, mask, []), gold, mask) / 8, 8)
        scores = head.probabilities(head.score(hidden, mask, [])) @ torch.arange(1.0, 6.0)
        wanted, found = (values[:, None] - values[None, :] for values in (grades, scores))
        missing.append(float((wanted / 2 - found).clamp_min(0)[wanted > 0].mean().detach()))

    assert missing[1] < 0.8 * missing[0]


SORTS = 10
"""Of things and of colours: too many for all that they can be together to be learned by heart."""


def pairs(count: int, seed: int) -> tuple[Tensor, list[str]]:
    """Three things, each of a colour, and the same ones in another order: with their colours, or with two exchanged.

    The things and the colours of both sentences are the same in any case; what counts is which belong together.
    """
    draw, rows, labels = random.Random(seed), list[list[Tensor]](), list[str]()
    of_things, of_colours = (2 * torch.eye(SORTS * 2)).split(SORTS)
    for number in range(count):
        things, colours = draw.sample(range(SORTS), 3), draw.sample(range(SORTS), 3)
        told = list(zip(things, colours, strict=True))
        other = [colours[1], colours[0], colours[2]] if number % 2 else colours
        again = draw.sample(list(zip(things, other, strict=True)), 3)
        rows += [[of_things[thing] + of_colours[colour] for thing, colour in row] for row in (told, again)]
        labels.append(["same", "other"][number % 2])
    states = torch.stack([torch.stack(row) for row in rows])
    return torch.cat([states[::2], states[1::2]]), labels


@pytest.mark.parametrize(("interaction", "found"), [("attention", True), ("pooled", False)])
def test_with_attention_it_is_learned_whether_words_say_the_same_of_each_other(interaction: str, found: bool):
    torch.manual_seed(1)
    keys = {"level": 1, "maxout_size": 8, "interaction": interaction, "compare_size": 2 * SORTS, "dropout": 0.0}
    config = PairClassifierConfig.model_validate(keys)
    head = PairClassifier(config, LabelSet(["other", "same"]), HeadSizes(SORTS * 2, 4, 0)).eval()
    hidden, labels = pairs(200, 1)
    mask = torch.ones(400, 3, dtype=torch.bool)
    gold = head.encode_gold(labels, 3)
    train(head, lambda: head.loss(head.score(hidden, mask, []), gold, mask) / 200, 100, rate=0.01)

    unseen, expected = pairs(200, 2)
    judged = decode(head, config, head.score(unseen, mask, []), mask)
    right = sum(one.label == other for one, other in zip(judged, expected, strict=True)) / 200
    assert right > 0.85 if found else right < 0.65


@pytest.mark.parametrize("kind", ["classifier", "pair_classifier"])
def test_heads_of_classes_learn_for_which_examples_the_label_cannot_be_told(kind: str):
    """Of one sort of sentences the label is always the same, of the other it is that one every second time."""
    torch.manual_seed(1)
    keys = {"level": 1, "maxout_size": 6, "dropout": 0.0, "noise_samples": 20}
    labels, sizes = LabelSet(["certain", "other"]), HeadSizes(2, 4, 0)
    sorts = torch.arange(40) % 2
    golds = ["certain" if number % 4 != 1 else "other" for number in range(40)]
    sentences = torch.eye(2)[sorts].unsqueeze(1)
    head: Classifier | PairClassifier
    if kind == "classifier":
        head = Classifier(ClassifierConfig.model_validate({**keys, "column": "x"}), labels, sizes)
        score = lambda: head.score(sentences, torch.ones(40, 1, dtype=torch.bool))  # noqa: E731
    else:
        head = PairClassifier(PairClassifierConfig.model_validate(keys), labels, sizes)
        score = lambda: head.score(torch.cat([sentences] * 2), torch.ones(80, 1, dtype=torch.bool), [])  # noqa: E731
    head.eval()
    gold = head.encode_gold(golds, 1)
    train(head, lambda: head.loss(score(), gold, torch.ones(40, 1)) / 40, 100)

    scores = score().detach()
    assert scores.shape == (40, 3)  # behind two logits the logarithm of the noise's variance
    assert float(scores[1, 2]) > float(scores[0, 2]) + 1
