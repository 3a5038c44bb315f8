"""Label sequences against every sequence there is."""

from __future__ import annotations

import itertools

import pytest
import torch

from jmt.network.decoding.viterbi import breaks_rules, decode_constrained, viterbi

pytestmark = pytest.mark.numbers


def rules(generator: torch.Generator, labels: int, share: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    draw = torch.rand(labels + 2, labels, generator=generator) < share
    return draw[:labels], draw[labels], draw[labels + 1]


def breaches(path: tuple[int, ...], allowed: torch.Tensor, start: torch.Tensor, end: torch.Tensor) -> int:
    pairs = sum(not bool(allowed[a, b]) for a, b in itertools.pairwise(path))
    return pairs + (not bool(start[path[0]])) + (not bool(end[path[-1]]))


def draw_batch(seed: int) -> tuple[torch.Generator, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.randint(1, 5, (4,), generator=generator)
    return generator, torch.randn(4, 4, 3, generator=generator), torch.arange(4)[None] < lengths[:, None]


def test_constrained_labels_are_the_best_of_all_sequences_with_fewest_breaches() -> None:
    with_choice, without_choice = 0, 0
    for seed in range(120):
        generator, scores, mask = draw_batch(seed)
        allowed, start, end = rules(generator, 3, 0.6)
        found = decode_constrained(scores, mask, allowed, start, end)
        for row in range(4):
            words = int(mask[row].sum())
            ranked = {}
            for path in itertools.product(range(3), repeat=words):
                score = sum(float(scores[row, t, label]) for t, label in enumerate(path))
                ranked[path] = (-breaches(path, allowed, start, end), score)
            best = max(ranked, key=lambda path: ranked[path])
            assert tuple(found[row, :words].tolist()) == best
            assert not found[row, words:].any()
            with_choice += ranked[best][0] == 0
            without_choice += ranked[best][0] < 0
    assert with_choice > 100
    assert without_choice > 10


def test_one_breach_is_avoided_whatever_that_costs_in_all_other_words() -> None:
    # Labels O and I: I may neither come first nor follow O, so that without a breach there is nothing but O.
    allowed = torch.tensor([[True, False], [True, True]])
    start, end = torch.tensor([True, False]), torch.tensor([True, True])
    for words in (1, 2, 4, 20):
        scores, mask = torch.tensor([0.0, 1.0]).expand(1, words, 2), torch.ones(1, words, dtype=torch.bool)
        assert decode_constrained(scores, mask, allowed, start, end).tolist() == [[0] * words]


def path_score(
    path: tuple[int, ...], scores: torch.Tensor, transitions: torch.Tensor, start: torch.Tensor, end: torch.Tensor
) -> float:
    emitted = sum(float(scores[t, label]) for t, label in enumerate(path))
    moved = sum(float(transitions[a, b]) for a, b in itertools.pairwise(path))
    return emitted + moved + float(start[path[0]] + end[path[-1]])


def test_viterbi_adds_transition_scores() -> None:
    for seed in range(60):
        generator, scores, mask = draw_batch(seed)
        moves = [torch.randn(size, generator=generator) for size in ((3, 3), (3,), (3,))]
        found = viterbi(scores, mask, *moves)
        for row in range(4):
            words = int(mask[row].sum())
            ranked = {path: path_score(path, scores[row], *moves) for path in itertools.product(range(3), repeat=words)}
            assert tuple(found[row, :words].tolist()) == max(ranked, key=lambda path, ranked=ranked: ranked[path])


def test_a_breach_is_seen_at_every_place_and_never_in_padding() -> None:
    allowed = torch.tensor([[True, False], [True, True]])
    start, end = torch.tensor([True, False]), torch.tensor([True, False])
    cases = {(0, 0, 0): False, (1, 0, 0): True, (0, 1, 0): True, (0, 0, 1): True}
    mask = torch.ones(1, 3, dtype=torch.bool)
    for path, broken in cases.items():
        ids = torch.tensor([path])
        assert breaks_rules(ids, mask, allowed, start, end).item() is broken
        padded = torch.cat([ids, torch.ones(1, 2, dtype=torch.long)], 1)
        longer = torch.tensor([[True] * 3 + [False] * 2])
        assert breaks_rules(padded, longer, allowed, start, end).item() is broken


def test_sentences_that_keep_the_rules_are_never_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: torch.Tensor) -> torch.Tensor:
        raise AssertionError("searched")

    monkeypatch.setattr("jmt.network.decoding.viterbi.viterbi", forbidden)
    scores = torch.randn(5, 6, 3, generator=torch.Generator().manual_seed(1))
    everything = torch.ones(3, 3, dtype=torch.bool)
    mask = torch.ones(5, 6, dtype=torch.bool)
    assert torch.equal(decode_constrained(scores, mask, everything, everything[0], everything[0]), scores.argmax(-1))
    with pytest.raises(AssertionError, match="searched"):
        decode_constrained(scores, mask, ~everything, everything[0], everything[0])


def test_an_empty_batch_and_an_empty_sentence_decode_to_nothing() -> None:
    everything = torch.ones(3, 3, dtype=torch.bool)
    for shape in ((0, 4), (2, 0)):
        mask = torch.zeros(shape, dtype=torch.bool)
        found = decode_constrained(torch.zeros(*shape, 3), mask, everything, everything[0], everything[0])
        assert found.shape == shape


def test_batch_company_changes_nothing() -> None:
    generator, scores, mask = draw_batch(3)
    allowed, start, end = rules(generator, 3, 0.6)
    together = decode_constrained(scores, mask, allowed, start, end)
    for row in range(4):
        words = int(mask[row].sum())
        alone = decode_constrained(scores[row : row + 1, :words], mask[row : row + 1, :words], allowed, start, end)
        assert together[row, :words].tolist() == alone[0].tolist()
