"""Links between words: scores, loss, what is decoded of them, and that they can be learned."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
import torch

from jmt.cascade.decoding.linking import LinkDecoder
from jmt.cascade.symbols.examples import GoldLinks
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import LinkerConfig
from jmt.network.heads.base import HeadSizes
from jmt.network.heads.linker import Linker

CONFIG = LinkerConfig(level=1, link_size=5, distances=2)
LABELS = LabelSet(["none", "some"])
MASK = torch.tensor([[True] * 4, [True, True, False, False]])
GOLD = [GoldLinks(["2|3", "_", "3", "_"]), GoldLinks(["_", "1"])]


@pytest.fixture
def head() -> Linker:
    torch.manual_seed(1)
    linker = Linker(CONFIG, LABELS, HeadSizes(6, 3, 0)).eval()
    with torch.no_grad():
        linker.distance.normal_()
    return linker


def test_every_pair_is_scored_by_both_words_and_their_distance(head: Linker):
    hidden = torch.randn(2, 4, 6)
    scores = head.score(hidden, MASK)

    for row, source, target in product(range(2), range(4), range(4)):
        ours = torch.cat([head.source(hidden[row, source]), torch.ones(1)])
        theirs = torch.cat([head.target(hidden[row, target]), torch.ones(1)])
        distance = head.distance[max(-2, min(2, target - source)) + 2]
        expected = ours @ head.weight @ theirs + distance if MASK[row, target] else torch.tensor(-math.inf)
        assert scores[row, source, target].item() == pytest.approx(expected.item(), abs=1e-5)


def test_the_loss_adds_up_the_surprise_of_all_pairs_of_words_but_those_of_padding(head: Linker):
    scores = head.score(torch.randn(2, 4, 6), MASK)
    surprises = []
    for row, gold in enumerate(GOLD):
        for source, targets in enumerate(gold.targets):
            for target in range(len(gold.labels)):
                likely = torch.sigmoid(scores[row, source, target]).item()
                surprises.append(-math.log(likely if target in targets else 1 - likely))

    assert len(surprises) == 16 + 4
    assert head.loss(scores, head.encode_gold(GOLD, 4), MASK).item() == pytest.approx(sum(surprises), rel=1e-5)


def test_whether_a_word_has_links_is_one_less_the_chance_that_it_has_none(head: Linker):
    scores = head.score(torch.randn(2, 4, 6), MASK)
    none = torch.prod(1 - scores.sigmoid(), dim=-1)

    torch.testing.assert_close(head.probabilities(scores), torch.stack([none, 1 - none], dim=-1))


def test_a_student_whose_scores_are_its_teachers_cannot_do_better(head: Linker):
    scores = head.score(torch.randn(2, 4, 6), MASK).detach()
    own = scores.clone().requires_grad_()
    best = head.distill(own, head, scores, MASK)
    best.backward()

    assert own.grad is not None
    assert own.grad.nan_to_num().abs().max() < 1e-6
    assert head.distill(scores + torch.randn_like(scores), head, scores, MASK) > best


def test_links_are_those_likelier_than_not_and_a_word_is_as_sure_as_all_that_is_said_of_it():
    scores = np.full((2, 3, 3), -np.inf, np.float32)
    scores[0] = [[2.0, -1.0, 0.5], [-3.0, -2.0, -1.0], [0.0, 4.0, 4.0]]
    scores[1, :1, :1] = 1.0
    found = LinkDecoder(CONFIG, LABELS, temperature=2.0).decode(scores, np.array([3, 1]), confidences=True)

    assert [tagged.labels for tagged in found] == [["1|3", "_", "2|3"], ["1"]]
    for tagged, logits in zip(found, (scores[0], scores[1, :1, :1]), strict=True):
        sure = [math.prod(1 / (1 + math.exp(-abs(score) / 2)) for score in row) for row in logits.tolist()]
        assert tagged.confidences == pytest.approx(sure)
    assert LinkDecoder(CONFIG, LABELS).decode(scores, np.array([3, 1]))[0].confidences is None


def test_links_that_follow_from_two_words_and_their_order_are_learned():
    torch.manual_seed(3)
    words = torch.randint(0, 4, (40, 9))
    hidden, mask = torch.eye(6)[words], torch.ones(40, 9, dtype=torch.bool)
    # From every word of sort 0 to the words of sort 1 right before it, right behind it, or two behind it.
    labels = [
        [
            "|".join(
                str(place + 1) for place in range(9) if row[at] == 0 and row[place] == 1 and place - at in (-1, 1, 2)
            )
            or "_"
            for at in range(9)
        ]
        for row in words.tolist()
    ]
    head = Linker(LinkerConfig(level=1, link_size=8, distances=3, dropout=0.0), LABELS, HeadSizes(6, 3, 0))
    optimizer = torch.optim.Adam(head.parameters(), lr=0.03)
    gold = head.encode_gold([GoldLinks(row) for row in labels], 9)
    for _ in range(150):
        optimizer.zero_grad()
        (head.loss(head.score(hidden, mask), gold, mask) / 40).backward()
        optimizer.step()

    decoder = LinkDecoder(CONFIG, LABELS)
    found = decoder.decode(head.arrays(head.score(hidden, mask), mask), np.full(40, 9))
    assert [tagged.labels for tagged in found] == labels
